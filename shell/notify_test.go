package shell_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"marsh/shell"
	"marsh/shell/builtin"
)

// notes is what the operator was told.
type notes struct {
	mu  sync.Mutex
	all []string // guarded by mu
}

func (n *notes) add(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, text)
}

// An event log that cannot be written is told of once.
func TestEventLogThatCannotBeWritten(t *testing.T) {
	var told notes
	w := &world{t: t, dir: t.TempDir()}
	if err := os.WriteFile(w.path("state"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.shell = shell.New(shell.Options{
		Commands: shell.NewCommandSet(builtin.Commands()), Dir: w.dir, Events: shell.NewEventLog(w.path("state")), Notify: told.add,
	})
	w.check("$j = start-job { 1 }; receive-job $j -wait; $j = start-job { 2 }; receive-job $j -wait", "1\n2\n")
	if err := w.shell.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, text := range told.all {
		if strings.HasPrefix(text, "the event log could not be written: ") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("it was told %d times: %q", n, told.all)
	}
}
