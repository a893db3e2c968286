package shell

import (
	"context"

	"marsh/jobs"
)

// loan is the Lua state of an engine in the hands of a stage: the goroutine that has
// the turn waits while the stage's own runs Lua. In contrast to a block that is called
// back, which stands on the stack of whoever has the turn, what runs so can wait for
// its input in the middle of a function: it gives the state back meanwhile, and the
// stages before it can run blocks of theirs.
type loan struct {
	c    *Call
	sink jobs.Sink // in place of the script's

	back   chan struct{} // closed to give the state back; belongs to the stage
	before func()        // puts back what was there before; likewise
	aside  func()        // puts back what ran when the state was given back; likewise
}

// borrow takes the state for the command's stage, with the command's output in the
// place of the script's sink. It is to be ended.
func (c *Call) borrow() (*loan, error) {
	l := &loan{c: c, sink: &commandSink{c}}
	return l, l.take(c.Ctx)
}

// take waits until the state is lent.
func (l *loan) take(ctx context.Context) error {
	e, r := l.c.Engine, l.c.run
	granted, back := make(chan struct{}), make(chan struct{})
	c := call{run: r, stage: l.c.number(), f: func() { close(granted); <-back }}
	select {
	case e.calls <- c:
		<-granted
	case <-ctx.Done():
		return jobs.AsError(context.Cause(ctx))
	}
	l.back = back
	lent, sink, terminal, busy, state := e.lent, e.sink, e.terminal, r.busy, e.state.Aside()
	l.before = func() {
		state()
		e.lent, e.sink, e.terminal, r.busy = lent, sink, terminal, busy
	}
	e.lent, e.sink, e.terminal, r.busy = l, l.sink, terminal && l.c.atTerminal(), c.stage
	if l.aside != nil {
		l.aside()
	}
	return nil
}

// end gives the state back.
func (l *loan) end() {
	l.before()
	close(l.back)
}

// next returns the next record that is piped in, and gives the state back while there
// is none. Even a call that was cancelled has to have the state to unwind, so waiting
// for it does not end before it is there: whoever has the turn answers until every
// stage has ended.
func (l *loan) next() (jobs.Record, bool, error) {
	e, r := l.c.Engine, l.c.run
	if e.lent != l {
		return jobs.Record{}, false, jobs.Errorf(jobs.KindState, "what is piped into %s can only be read by its own function, while that runs", l.c.Cmd.Name)
	}
	if l.c.in == nil {
		return jobs.Record{}, false, nil
	}
	select {
	case rec, ok := <-l.c.in.ch:
		return rec, ok, nil
	default:
	}
	state, sink, busy := e.state.Aside(), e.sink, r.busy
	l.aside = func() {
		state()
		e.sink, r.busy = sink, busy
	}
	l.end()
	rec, ok := l.c.in.next(l.c.Ctx)
	l.take(context.WithoutCancel(l.c.Ctx))
	if !ok && l.c.Ctx.Err() != nil {
		return rec, false, jobs.AsError(context.Cause(l.c.Ctx))
	}
	return rec, ok, nil
}
