package shell_test

import (
	"context"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/builtin"
)

// failing is a command with a mistake in it.
type failing struct{}

// Run fails as no command is meant to.
func (*failing) Run(*shell.Call) error {
	panic("no entry in the map")
}

func newFailingWorld(t *testing.T) *world {
	w := newWorld(t)
	if err := w.shell.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.shell = shell.New(shell.Options{
		Commands: shell.NewCommandSet(append(builtin.Commands(), shell.Define[failing](shell.Doc{Name: "test-mistake", Synopsis: "fail"}))),
		Dir:      w.dir, Events: shell.NewEventLog(w.path("state")),
	})
	return w
}

// A panic in a command fails the statement or job that runs it, with the stack, and
// nothing else.
func TestMistakeInACommand(t *testing.T) {
	w := newFailingWorld(t)
	for _, text := range []string{`test-mistake`, `1 | foreach-object { test_mistake() }`, `=1 | test-mistake`, `invoke-command localhost { test-mistake }`} {
		e := w.fails(text, jobs.KindOther)
		if !strings.HasPrefix(e.Msg, "a mistake in marsh: ") || !strings.Contains(e.Detail, "failing).Run") {
			t.Errorf("%s: %s, %q", text, e.Msg, e.Detail)
		}
	}
	w.check(`$j = start-job { emit("before"); test-mistake } | wait-job
=$j.State, $j.Reason.Msg
receive-job $j -ErrorAction ignore`, `
"Failed"
"a mistake in marsh: no entry in the map"
"before"
`)
}

// panicking is a sink with a mistake in it, as a printer may have.
type panicking struct{}

// Write fails as no sink is meant to.
func (panicking) Write(context.Context, jobs.Record) error { panic("no such column") }

// A panic where the results are shown fails the statement.
func TestMistakeInAPrinter(t *testing.T) {
	w := newFailingWorld(t)
	for _, text := range []string{`=1`, `emit(1)`, `write-output 1`, `echo 1`} {
		err := w.shell.Engine().Run(t.Context(), jobs.Script{Text: text, Name: "test"}, panicking{})
		if err == nil || !strings.Contains(err.Error(), "a mistake in marsh: no such column") {
			t.Errorf("%s: %v", text, err)
		}
	}
	w.check(`=1`, "1\n")
}
