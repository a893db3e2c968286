package sshconn

import (
	"context"
	"sync"
	"time"
)

// budget is a deadline that stands still while a person is being asked something.
type budget struct {
	cancel context.CancelCauseFunc
	timer  *time.Timer

	mu    sync.Mutex
	left  time.Duration // guarded by mu: what was left when it last began to run
	since time.Time     // guarded by mu: when it last began to run
	held  int           // guarded by mu: how many have paused it
}

// withBudget returns a context that ends with the cause errSlow once d of
// running time has passed.
func withBudget(ctx context.Context, d time.Duration) (context.Context, *budget) {
	ctx, cancel := context.WithCancelCause(ctx)
	b := &budget{cancel: cancel, left: d, since: time.Now()}
	b.timer = time.AfterFunc(d, func() { cancel(errSlow) })
	return ctx, b
}

// pause stops the clock; resume, called as often, lets it run on.
func (b *budget) pause() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held++; b.held > 1 {
		return
	}
	b.timer.Stop()
	b.left -= time.Since(b.since)
}

func (b *budget) resume() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held--; b.held > 0 {
		return
	}
	b.since = time.Now()
	b.timer.Reset(max(b.left, time.Millisecond))
}

// end releases the budget's timer and context.
func (b *budget) end() {
	b.timer.Stop()
	b.cancel(context.Canceled)
}
