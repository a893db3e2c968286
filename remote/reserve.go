package remote

import (
	"slices"
	"sync"
)

// A reserve bounds how many huge records a session takes at a time. Its lock is taken
// while an inbox's is held, and never the other way round.
type reserve struct {
	mu      sync.Mutex
	free    int      // guarded by mu
	waiting []*inbox // guarded by mu
}

// Takes a place for b, or notes that b waits for one.
func (r *reserve) acquire(b *inbox) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.free > 0 {
		r.free--
		return true
	}
	r.waiting = append(r.waiting, b)
	return false
}

// Notes that b waits no more.
func (r *reserve) leave(b *inbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = slices.DeleteFunc(r.waiting, func(w *inbox) bool { return w == b })
}

// Gives a place back: to the first who waits and can still use it.
func (r *reserve) release() {
	for {
		r.mu.Lock()
		if len(r.waiting) == 0 {
			r.free++
			r.mu.Unlock()
			return
		}
		b := r.waiting[0]
		r.waiting = r.waiting[1:]
		r.mu.Unlock()
		if b.promote() {
			return
		}
	}
}

// Takes the place that b waited for, unless it needs none any more.
func (b *inbox) promote() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.waiting {
		return false
	}
	b.waiting, b.partial.huge = false, true
	b.repay()
	return true
}
