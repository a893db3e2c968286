package builtin

import (
	"context"
	"slices"
	"testing"

	"marsh/jobs"
)

// desk is a prompt that has a history and notes what it is asked for.
type desk struct {
	lines []*jobs.Map
	next  string
}

func (d *desk) Enter(jobs.Host, func(context.Context) string) error { return nil }
func (d *desk) History() ([]*jobs.Map, error)                       { return slices.Clone(d.lines), nil }
func (d *desk) RunNext(text string) error                           { d.next = text; return nil }

func (d *desk) ForgetHistory(_ context.Context, ids ...int) error {
	d.lines = slices.DeleteFunc(d.lines, func(m *jobs.Map) bool {
		return len(ids) == 0 || slices.Contains(ids, int(m.Int("Id")))
	})
	return nil
}

// Puts a prompt before the world, which has typed lines.
func (w *world) typed(lines ...string) *desk {
	d := &desk{}
	for i, text := range lines {
		d.lines = append(d.lines, jobs.NewMap("HistoryEntry", "Id", int64(i+1), "CommandLine", text))
	}
	w.shell.Front = d
	return d
}

func TestHistory(t *testing.T) {
	w := newWorld(t)
	w.typed("get-job", "start-job { get-job }", "ls /tmp", "cd /")
	w.check("get-history | select-object -expandproperty Id", "1\n2\n3\n4\n")
	w.check("get-history -newest 2 | foreach { it.CommandLine }", "\"ls /tmp\"\n\"cd /\"\n")
	w.check("get-history get-job -count 1 | foreach { it.Id }", "2\n")
	w.check("get-history 4 ls* | foreach { it.Id }", "3\n4\n")
	w.check("get-history -id 3 | foreach { it.Id }", "3\n")
	w.check("get-history nothing", "")
	w.check("get-history 9", "error: get-history: there is no line 9 in the history; get-history lists them\n")
}

func TestInvokeHistory(t *testing.T) {
	w := newWorld(t)
	d := w.typed("get-job", "start-job { get-job }", "ls /tmp")
	for line, want := range map[string]string{"invoke-history": "ls /tmp", "ihy 2": "start-job { get-job }", "ihy get": "get-job", "ihy -id 1": "get-job"} {
		if out := w.run(line); out != "" || d.next != want {
			t.Errorf("%s wrote %q and had %q run", line, out, d.next)
		}
	}
	w.fails("invoke-history 7", jobs.KindNotFound)
	w.fails("invoke-history nothing", jobs.KindNotFound)
	w.typed()
	w.fails("invoke-history", jobs.KindNotFound)
}

func TestClearHistory(t *testing.T) {
	w := newWorld(t)
	d := w.typed("a", "b", "c", "bb")
	w.check("clear-history b", "")
	if len(d.lines) != 2 {
		t.Errorf("left %v", d.lines)
	}
	w.check("clear-history -id 1,9", "error: clear-history: there is no line 9 in the history; get-history lists them\n")
	w.check("clear-history nothing", "")
	if len(d.lines) != 1 {
		t.Errorf("left %v", d.lines)
	}
	w.check("clear-history", "")
	if len(d.lines) != 0 {
		t.Errorf("left %v", d.lines)
	}
}

func TestHistoryWithoutAPrompt(t *testing.T) {
	w := newWorld(t)
	for _, line := range []string{"get-history", "invoke-history", "clear-history", "clear-history x"} {
		w.fails(line, jobs.KindUnsupported)
	}
}
