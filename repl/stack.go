package repl

import (
	"context"
	"errors"

	"marsh/jobs"
)

// A session that was entered.
type level struct {
	host  jobs.Host
	leave func(ctx context.Context) string // may be nil
}

// Enter makes h the host that lines run on, until it is left. Then leave is called,
// and the line that it returns is shown ("" for none); it may be nil. Enter may be
// called while a statement runs. It fails, with [jobs.KindLimit], when too many
// sessions are entered inside each other.
func (r *REPL) Enter(h jobs.Host, leave func(ctx context.Context) string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.stack) >= maxDepth {
		return jobs.Errorf(jobs.KindLimit, "%d sessions are entered inside each other; leave one first (exit-session)", maxDepth)
	}
	r.stack = append(r.stack, level{h, leave})
	return nil
}

// Returns the host that lines run on.
func (r *REPL) top() jobs.Host {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.stack); n > 0 {
		return r.stack[n-1].host
	}
	return r.o.Local
}

// Returns the hosts of the sessions entered, outermost first.
func (r *REPL) entered() []jobs.Host {
	r.mu.Lock()
	defer r.mu.Unlock()
	hosts := make([]jobs.Host, len(r.stack))
	for i, l := range r.stack {
		hosts[i] = l.host
	}
	return hosts
}

// Leaves the innermost session; reports false when none is entered.
func (r *REPL) pop(ctx context.Context) bool {
	r.mu.Lock()
	n := len(r.stack)
	if n == 0 {
		r.mu.Unlock()
		return false
	}
	l := r.stack[n-1]
	r.stack = r.stack[:n-1]
	r.mu.Unlock()
	if l.leave != nil {
		ctx, cancel := context.WithTimeout(ctx, leaveWait)
		defer cancel()
		r.Notify(l.leave(ctx))
	}
	return true
}

// Leaves every session.
func (r *REPL) leaveAll(ctx context.Context) {
	for r.pop(ctx) {
	}
}

// Leaves sessions until the one to h has been left.
func (r *REPL) popTo(ctx context.Context, h jobs.Host) {
	for {
		top := r.top()
		if !r.pop(ctx) || top == h {
			return
		}
	}
}

// What a host that can lose its connection may offer.
type (
	ender  interface{ Done() <-chan struct{} } // closed when the connection is lost
	failer interface{ Err() error }            // why; nil when it was closed
)

// Returns the outermost entered host whose connection is lost, and the reason.
// failed is what running a statement on the innermost one returned.
func (r *REPL) broken(failed error) (jobs.Host, error) {
	hosts := r.entered()
	for _, h := range hosts {
		if ended(h) {
			return h, reason(h, failed)
		}
	}
	if n := len(hosts); n > 0 && errors.Is(failed, jobs.KindBroken) {
		h := hosts[n-1]
		if e := jobs.AsError(failed); e.Host == "" || e.Host == h.Name() {
			return h, failed
		}
	}
	return nil, nil
}

func ended(h jobs.Host) bool {
	d, ok := h.(ender)
	if !ok {
		return false
	}
	select {
	case <-d.Done():
		return true
	default:
		return false
	}
}

// Returns why h's connection is lost; nil when it was closed on purpose.
func reason(h jobs.Host, failed error) error {
	if f, ok := h.(failer); ok {
		return f.Err()
	}
	if failed != nil {
		return failed
	}
	return jobs.Errorf(jobs.KindBroken, "the connection was lost")
}

// Goes back to where a session whose connection broke was entered from, and says
// why; reports whether there was one.
func (r *REPL) dropBroken(ctx context.Context, failed error) bool {
	h, why := r.broken(failed)
	if h == nil {
		return false
	}
	what := "the session to " + h.Name() + " has been closed"
	if why != nil {
		what = "the session to " + h.Name() + " broke: " + jobs.AsError(why).Msg
	}
	r.Notify(what)
	r.popTo(ctx, h)
	return true
}
