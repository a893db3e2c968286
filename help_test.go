package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"marsh/examples"
	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/builtin"
	"marsh/shell/format"
)

// The examples of the help pages do what they say they do.
func TestHelpExamples(t *testing.T) {
	ran := 0
	for _, cmd := range builtin.Commands() {
		for _, x := range cmd.Examples {
			if x.Skip != "" {
				continue
			}
			ran++
			t.Run(cmd.Name, func(t *testing.T) { runExample(t, x) })
		}
	}
	if ran < 12 {
		t.Errorf("only %d examples were run", ran)
	}
}

// runExample runs an example in a shell and directory of its own.
func runExample(t *testing.T, x shell.Example) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sh := inProcess().newShell(shell.Options{Dir: dir, Events: shell.NewEventLog(dir)})
	defer closeShell(sh)
	var screen bytes.Buffer
	out := format.NewPrinter(&screen, &screen, format.Options{})
	err := sh.Engine().Run(t.Context(), jobs.Script{Text: x.Line, Name: "example"}, out)
	if err != nil {
		t.Errorf("%s\nends with %v", x.Line, err)
	}
	if err := out.Flush(); err != nil {
		t.Error(err)
	}
	if x.Want == "" {
		return
	}
	if err := (examples.Walk{Name: x.Line, Text: x.Want}).Check(screen.String()); err != nil {
		t.Error(err)
	}
}
