package builtin

import (
	"sync"

	"marsh/jobs"
	"marsh/shell"
)

// fanOut tells how many of the machines that a command works on are done, as they are.
type fanOut struct {
	c *shell.Call

	mu sync.Mutex
	t  tally // guarded by mu
}

// newFanOut tells that nothing is done, where a person looks at it.
func newFanOut(c *shell.Call, machines int) *fanOut {
	f := &fanOut{c: c, t: tally{all: machines}}
	f.tell(false)
	return f
}

// ended tells that a machine is done, with that error.
func (f *fanOut) ended(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.t.note(jobs.Completed)
	if err != nil {
		f.t.failed++
	}
	f.tell(false)
}

// tell tells how many are done, or that all is over. Nobody may listen any more, which is
// for the results to notice.
func (f *fanOut) tell(over bool) {
	if !f.c.Watched() {
		return
	}
	a := f.t.activity(f.c.Cmd.Name, "hosts", "")
	a.ID, a.Completed = fanOutID, over
	_ = f.c.Write(a.Record())
}
