package shell

import (
	"context"
	"slices"

	"marsh/jobs"
	"marsh/shell/lua"
)

// call is something to be run by the goroutine that has the turn.
type call struct {
	f     func()
	run   *run // the pipeline whose block it calls, and the number of the stage; nil
	stage int  // where it calls none
}

// free reports whether the call can be run now. While a block of a stage waits for
// those behind it, a block of the same stage or of one before must not run above it:
// it could wait for that stage, which could not go on before it has ended.
func (c call) free() bool { return c.run == nil || c.stage > c.run.busy }

// onOwnerOrTurn runs f when the engine is idle, or between two steps of the script
// that runs.
func (e *Engine) onOwnerOrTurn(ctx context.Context, f func()) error {
	done := make(chan struct{})
	c := call{f: func() { f(); close(done) }}
	select {
	case e.turn <- struct{}{}:
		c.f()
		<-e.turn
	case e.calls <- c:
		<-done
	case <-ctx.Done():
		return jobs.AsError(context.Cause(ctx))
	}
	return nil
}

// onOwner runs c on the goroutine that has the turn, which waits for a pipeline, and
// waits for it. When ctx ends first, it says so.
func (e *Engine) onOwner(ctx context.Context, c call) error {
	done := make(chan struct{})
	f := c.f
	c.f = func() { f(); close(done) }
	select {
	case e.calls <- c:
		<-done
		return nil
	case <-ctx.Done():
		return jobs.AsError(context.Cause(ctx))
	}
}

// serve answers calls that belong to the goroutine that has the turn, which this is,
// until done gives a result.
func (e *Engine) serve(done <-chan error) error {
	for {
		if i := slices.IndexFunc(e.waiting, call.free); i >= 0 {
			c := e.waiting[i]
			e.waiting = slices.Delete(e.waiting, i, i+1)
			c.f()
			continue
		}
		select {
		case c := <-e.calls:
			e.waiting = append(e.waiting, c)
		case err := <-done:
			return err
		}
	}
}

// write writes what the script itself writes.
func (e *Engine) write(ctx context.Context, r jobs.Record) error { return e.writeTo(ctx, e.sink, r) }

// writeTo writes a record on the goroutine that has the turn. A reader that has stalled
// must not keep others from the engine, so it answers calls meanwhile.
func (e *Engine) writeTo(ctx context.Context, sink jobs.Sink, r jobs.Record) error {
	if done, err := try(sink, r); done {
		return err
	}
	return e.wait(func() error { return sink.Write(ctx, r) })
}

// wait runs f, which waits for something, on a goroutine of its own, and answers calls
// until it has ended.
func (e *Engine) wait(f func() error) error {
	done := make(chan error, 1)
	go func() { done <- jobs.Guard(f) }()
	return e.serve(done)
}

// trier is a sink that can tell whether it would have to wait: where it need not, no
// goroutine has to wait in the place of the one that runs Lua.
type trier interface {
	// try writes the record, or reports false where that would have to wait.
	try(r jobs.Record) (done bool, err error)
}

// try tries to write the record to any sink.
func try(sink jobs.Sink, r jobs.Record) (done bool, err error) {
	switch t := sink.(type) {
	case trier:
		return t.try(r)
	case *jobs.Stream:
		return t.TryWrite(r)
	}
	return false, nil
}

// callBlock calls a function given to a command of the pipeline, with out in place of
// the script's sink. Programs in it may have the terminal only where terminal says so.
func (r *run) callBlock(c *Call, f *lua.Func, args jobs.List, out jobs.Sink, terminal bool) (vals jobs.List, err error) {
	i := c.number()
	job := call{run: r, stage: i, f: func() {
		sink, busy, term := r.e.sink, r.busy, r.e.terminal
		r.e.sink, r.busy, r.e.terminal = out, i, term && terminal
		defer func() { r.e.sink, r.busy, r.e.terminal = sink, busy, term }()
		vals, err = f.Call(c.Ctx, args...)
	}}
	if werr := r.e.onOwner(c.Ctx, job); werr != nil {
		return nil, werr
	}
	return vals, err
}
