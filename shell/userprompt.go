package shell

import (
	"context"

	"marsh/jobs"
)

// CallUser calls a function of the user's for the prompt, by its name, and returns its
// values; found is false where there is no such function. What it writes is dropped, and
// what it does leaves $?, $LASTEXITCODE and $error as they are.
func (c *Call) CallUser(name string, args ...jobs.Value) (vals jobs.List, found bool, err error) {
	e, r := c.Engine, c.run
	werr := e.onOwner(c.Ctx, call{f: func() {
		if found = e.state.HasFunction(name); !found {
			return
		}
		sink, busy := e.sink, r.busy
		e.sink, r.busy = jobs.SinkFunc(func(context.Context, jobs.Record) error { return nil }), 0
		restore := e.keepTraces()
		defer func() {
			e.sink, r.busy, e.asked = sink, busy, true
			restore()
		}()
		vals, err = e.state.Call(c.Ctx, name, args...)
	}})
	if werr != nil {
		return nil, found, werr
	}
	return vals, found, err
}

// keepTraces returns what puts $?, $LASTEXITCODE and $error back to what they are now.
func (e *Engine) keepTraces() (restore func()) {
	e.mu.Lock()
	failed, errs, noted, status := e.failed, e.errs, e.noted, e.lastStatus.Load()
	e.mu.Unlock()
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.failed, e.errs, e.noted = failed, errs, noted
		e.lastStatus.Store(status)
	}
}
