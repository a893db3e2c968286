package shell

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"marsh/jobs"
)

// statement is a script that somebody has typed and waits for. It runs on a goroutine,
// in a context and with an output of its own, so that it can become a job: see part.
type statement struct {
	e      *Engine
	script jobs.Script
	began  time.Time
	front  *jobs.Foreground
	out    *outlet
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when it has ended
	err    error         // how; set before done is closed
}

// statement begins to run a script. Whoever calls it has the turn, which the statement
// gives back.
func (e *Engine) statement(ctx context.Context, script jobs.Script, out jobs.Sink) *statement {
	st := &statement{e: e, script: script, began: time.Now(), out: newOutlet(out), done: make(chan struct{})}
	ctx, st.cancel = context.WithCancelCause(jobs.WithDetacher(context.WithoutCancel(ctx), nil))
	ctx, st.front = jobs.WithForeground(ctx)
	e.markStatement(e.tag + "/" + strconv.FormatInt(e.programs.Add(1), 10))
	go func() {
		defer close(st.done)
		defer func() { <-e.turn }()
		defer st.cancel(nil)
		st.err = jobs.Guard(func() error { return e.runInTurn(ctx, script, st.out) })
	}()
	return st
}

// mark returns the tag of the processes that the engine starts now.
func (e *Engine) mark() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.within != "" {
		return e.within
	}
	return e.tag
}

// markStatement sets the tag of what the statement starts that begins.
func (e *Engine) markStatement(tag string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.within = tag
}

// follow waits for the statement: for its end, which comes soon when ctx has ended, or
// until it goes on as a job because d asked for that, which is an error of kind
// [jobs.KindDetached].
func (st *statement) follow(ctx context.Context, d *jobs.Detacher) error {
	p := &parting{st: st, result: make(chan error, 1)}
	defer func() { p.once.Do(func() {}) }() // too late
	for {
		select {
		case <-st.done:
			return st.err
		case <-ctx.Done():
			st.cancel(context.Cause(ctx))
			<-st.done
			return st.err
		case <-d.Asked():
			p.ask()
		case p.calls <- p.call:
			p.calls = nil
		case err := <-p.result:
			if errors.Is(err, jobs.KindDetached) {
				return err
			}
			st.refused(ctx, err)
			p = &parting{st: st, result: p.result}
		}
	}
}

// refused tells why the statement has not become a job; nil is no reason.
func (st *statement) refused(ctx context.Context, why error) {
	if why == nil {
		return
	}
	_ = st.out.front.Write(ctx, jobs.Record{Time: time.Now(), Stream: jobs.Warning, Value: "this goes on in the foreground: " + jobs.AsError(why).Msg})
}

// parting is a request that a statement become a job, on its way to the goroutine that
// has the turn: between two instructions, or while that waits for something. It belongs
// to the goroutine that waits for the statement.
type parting struct {
	st     *statement
	result chan error // what part returned
	once   sync.Once  // one of the two ways is taken
	call   call
	calls  chan<- call // nil while nothing is to be sent
	asked  bool
}

// ask asks, unless that was done before.
func (p *parting) ask() {
	if p.asked {
		return
	}
	p.asked = true
	f := func() { p.once.Do(func() { p.result <- p.st.part() }) }
	p.call, p.calls = call{f: f}, p.st.e.calls
	p.st.e.state.Interrupt(f)
}
