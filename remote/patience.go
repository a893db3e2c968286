package remote

import (
	"context"
	"time"

	"marsh/remote/wire"
)

// waited is why patience is over: for how long there was some.
type waited time.Duration

func (w waited) Error() string { return time.Duration(w).String() }

// Returns a context that ends after the grace, or, where the other end answers by then, as
// long after it as ending says. It asks for the answer now: call it right after what is
// waited for was sent, or before a goodbye. Its cause is a waited.
func (l *link) patience(parent context.Context, ending time.Duration) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	before := l.pongs.Load()
	l.send(wire.Ping, 0, wire.EncodeUint(before))
	over := time.AfterFunc(l.opt.Grace+ending, func() { cancel(waited(l.opt.Grace + ending)) })
	silent := time.AfterFunc(l.opt.Grace, func() {
		if l.pongs.Load() == before {
			cancel(waited(l.opt.Grace))
		}
	})
	return ctx, func() {
		over.Stop()
		silent.Stop()
		cancel(nil)
	}
}
