package shell_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
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

// An error of a command in a script file says where in the file it happened, whether the
// script goes on or not; one that was made elsewhere keeps its place.
func TestErrorNamesItsPlace(t *testing.T) {
	w := newWorld(t)
	var out jobstest.Recorder
	script := jobs.Script{Text: "x = 1\nget-content nosuch\nget_content('none')", Name: "/etc/my.lua"}
	if err := w.shell.Engine().Run(t.Context(), script, &out); err != nil {
		t.Fatal(err)
	}
	script.Text = "x = 1\nfunction f()\n  set-location /nosuch\nend\nf()"
	err := w.shell.Engine().Run(t.Context(), script, &out)
	if got := jobs.AsError(err).Detail; got != "at /etc/my.lua:3: set-location /nosuch" {
		t.Errorf("the error that ended the script has %q", got)
	}
	var places []string
	for _, r := range out.Records() {
		places = append(places, r.Value.(*jobs.Map).String("Detail"))
	}
	if want := []string{"at /etc/my.lua:2: get-content nosuch", "at /etc/my.lua:3: get_content(…)"}; !slices.Equal(places, want) {
		t.Errorf("got %q, want %q", places, want)
	}
}

// Who waited for a job is not told of its end, also where the job was quicker; of those
// that nobody waited for the operator is told when the statement has ended.
func TestEndsThatWereWaitedFor(t *testing.T) {
	var told notes
	w := &world{t: t, dir: t.TempDir()}
	w.shell = shell.New(shell.Options{Commands: shell.NewCommandSet(builtin.Commands()), Dir: w.dir, Notify: told.add})
	const start = "$j = start-job { 1 }; while $j.State ~= 'Completed' do end; "
	for _, wait := range []string{"receive-job $j -wait", "wait-job $j | out-null", "stop-job $j", "remove-job $j", "receive-job $j"} {
		w.run(start + wait)
	}
	w.run("$k = start-job { 1 }; while $k.State ~= 'Completed' do end\n$j | remove-job")
	if err := w.shell.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"[5] Job5 Completed on localhost", "[6] Job6 Completed on localhost"}; !slices.Equal(told.all, want) {
		t.Errorf("told %q, want %q", told.all, want)
	}
}
