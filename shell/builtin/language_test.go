package builtin

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/shell/format"
)

var update = flag.Bool("update", false, "write what the transcripts print anew")

// The transcripts of testdata/language say what the language does, sentence by
// sentence. A line that begins with == begins a section in a shell and a directory of
// its own; one that begins with > is typed, with those that begin with | behind it; one
// that begins with # is for the reader; all others are what is printed, blank lines and
// blanks at the ends of lines left out.
func TestLanguage(t *testing.T) {
	paths, err := filepath.Glob("testdata/language/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			got := play(t, string(text))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(withoutBlanks(string(text)), withoutBlanks(got)); d != "" && !*update {
				t.Errorf("%s (-want +got):\n%s", path, d)
			}
		})
	}
}

// Returns the transcript with what is printed now.
func play(t *testing.T, text string) string {
	var b strings.Builder
	var w *world
	var input []string
	flush := func() {
		if len(input) > 0 {
			b.WriteString(withoutBlanks(w.print(strings.Join(input, "\n"))))
			input = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "|") {
			flush()
		}
		switch {
		case strings.HasPrefix(line, "=="):
			w = newLanguageWorld(t)
			b.WriteString("\n")
		case strings.HasPrefix(line, ">"), strings.HasPrefix(line, "|"):
			input = append(input, strings.TrimPrefix(line[1:], " "))
		case !strings.HasPrefix(line, "#"):
			continue
		}
		b.WriteString(line + "\n")
	}
	flush()
	return b.String()
}

func withoutBlanks(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \n"); line != "" {
			lines = append(lines, line+"\n")
		}
	}
	return strings.Join(lines, "")
}

// A shell with some programs and files.
func newLanguageWorld(t *testing.T) *world {
	w := newWorld(t)
	for name, text := range map[string]string{
		"a.txt": "alpha\n", "b.txt": "beta\n", "c.log": "gamma\n", "sub/d.txt": "delta\n", "with blank.txt": "blank\n",
	} {
		w.file(name, text)
	}
	return w
}

// Runs a statement as the prompt does, and returns what it shows.
func (w *world) print(text string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), jobstest.Patience)
	defer cancel()
	var b bytes.Buffer
	p := format.NewPrinter(&b, &b, format.Options{Width: 100})
	script := jobs.Script{Text: text, Name: "line", Line: 1, Terminal: true}
	if err := w.shell.Engine().Run(ctx, script, p); err != nil && !errors.Is(err, jobs.KindExit) {
		rec := jobs.Record{Stream: jobs.ErrorStream, Value: jobs.ErrorValue(err)}
		if werr := p.Write(context.WithoutCancel(ctx), rec); werr != nil {
			w.t.Error(werr)
		}
	}
	if err := p.Flush(); err != nil {
		w.t.Error(err)
	}
	return strings.ReplaceAll(b.String(), w.dir, "DIR")
}

// Blocks of several stages wait for one another in every order.
func TestBlocksOfAPipelineDoNotBlockEachOther(t *testing.T) {
	w := newWorld(t)
	const script = "write-output 1 2 3 | foreach { for i = 1, 200 do emit(i) end } | foreach { emit(it); write-output $it } | where { write-output true } | measure-object | foreach { it.Count }"
	for range 10 {
		w.check(script, "1200\n")
	}
}
