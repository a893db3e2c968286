package lua

import (
	"context"
	"sync"
	"sync/atomic"

	"marsh/jobs"
)

// Running is a script that runs, as whoever bounds memory sees it (see
// Options.Watch).
type Running struct {
	s      *State
	cancel context.CancelCauseFunc
	done   chan struct{}
	within context.Context // the script's
}

// Of returns the name of the job that the script is part of, "the script" where it is
// part of none.
func (r *Running) Of() string {
	if name := jobs.Within(r.within); name != "" {
		return name
	}
	return "the script"
}

// End ends the script with an error, which becomes that of [State.Run].
func (r *Running) End(err error) { r.cancel(err) }

// Done returns a channel that is closed when the script has ended.
func (r *Running) Done() <-chan struct{} { return r.done }

// Look is one look at scripts that run: each stops at its next instruction, says how
// much its variables hold when that is wanted, and goes on when the look is over or its
// context ends. A script that waits in Go, such as for a program, does not answer.
type Look struct {
	Answers chan Answer // what those that were asked say; each that stands still, once

	asked  []*Running
	still  atomic.Int64  // how many stand still
	wanted chan struct{} // closed when the answers are
	over   chan struct{} // closed by Over
	once   sync.Once
}

// Answer is what the variables of a script hold, in bytes, about.
type Answer struct {
	Script *Running // nil where it has ended instead
	Held   int64
	Grown  int64 // of these, what came since the last script of that state was ended for it
	More   bool  // there was too much to look at all of it: it may be far more
}

// NewLook asks scripts that run to stop. It is to be ended with [Look.Over].
func NewLook(scripts []*Running) *Look {
	l := &Look{Answers: make(chan Answer, len(scripts)), asked: scripts, wanted: make(chan struct{}), over: make(chan struct{})}
	for _, r := range scripts {
		r.s.asked.Store(&asked{l, r})
		r.s.wanted.Store(true)
	}
	return l
}

// Measure asks for the answers; it is called once at most.
func (l *Look) Measure() { close(l.wanted) }

// Still returns how many scripts stand still by now. After [Look.Measure] each of them
// answers: however slow the machine is, it is worth waiting for.
func (l *Look) Still() int { return int(l.still.Load()) }

// Over lets the scripts go on.
func (l *Look) Over() {
	l.once.Do(func() {
		close(l.over)
		for _, r := range l.asked {
			if a := r.s.asked.Load(); a != nil && a.look == l {
				r.s.asked.CompareAndSwap(a, nil)
			}
		}
	})
}

// asked is a look at one state.
type asked struct {
	look   *Look
	script *Running
}

// Answers who looks, on the goroutine that runs the state.
func (s *State) answer(ctx context.Context) {
	a := s.asked.Swap(nil)
	if a == nil {
		return
	}
	a.look.still.Add(1)
	select {
	case <-a.look.wanted:
	case <-a.look.over:
		return
	case <-ctx.Done():
		a.look.Answers <- Answer{}
		return
	}
	n, whole := s.measure()
	s.held = min(s.held, n)
	a.look.Answers <- Answer{a.script, n, n - s.held, !whole}
	select {
	case <-a.look.over:
	case <-ctx.Done():
	}
}

// Tells whoever bounds memory that a script runs; what it returns says that it has
// ended, and whether for its memory. What the variables hold then is no reason to end
// the next script, which may be what frees them.
func (s *State) watch(ctx context.Context, cancel context.CancelCauseFunc) (leave func(forMemory bool)) {
	if s.opt.Watch == nil || s.watched {
		return func(bool) {}
	}
	s.watched = true
	r := &Running{s: s, cancel: cancel, done: make(chan struct{}), within: ctx}
	gone := s.opt.Watch(r)
	return func(forMemory bool) {
		s.watched = false
		s.asked.Store(nil)
		if forMemory {
			s.held, _ = s.measure()
		}
		close(r.done)
		gone()
	}
}
