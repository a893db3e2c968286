package builtin

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
)

const suite = "../lua/testdata/suite"

// The official test suite of Lua 5.1, run as scripts of the shell are: through the
// same front end, with all commands there are. What a patch changes is explained there.
func TestSuite(t *testing.T) {
	paths, err := filepath.Glob(suite + "/*.lua")
	if err != nil || len(paths) < 15 {
		t.Fatalf("%d files of the suite: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".lua"), func(t *testing.T) { runSuite(t, filepath.Base(path)) })
	}
}

func runSuite(t *testing.T, name string) {
	b, err := os.ReadFile(filepath.Join(suite, name))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.file("libs/P1/empty", "")
	helper, err := os.ReadFile(suite + "/checktable.lua")
	if err != nil {
		t.Fatal(err)
	}
	w.file("checktable.lua", string(helper))
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	var r recorder
	err = w.shell.Engine().Run(ctx, jobs.Script{Text: patched(t, name, string(b)), Name: name}, &r)
	if err != nil {
		t.Errorf("%v\n%s\nwritten before that:\n%s", err, jobs.AsError(err).Detail, last(r.text(), 2000))
	}
}

func last(text string, n int) string { return text[max(0, len(text)-n):] }

// Returns a file as it is run here.
func patched(t *testing.T, name, text string) string {
	for _, p := range suitePatches {
		if p.file != name {
			continue
		}
		if n := strings.Count(text, p.old); n != 1 {
			t.Fatalf("%q is in %s %d times", p.old, name, n)
		}
		text = strings.Replace(text, p.old, p.now, 1)
	}
	return text
}
