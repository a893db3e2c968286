package jobs

import (
	"container/list"
	"context"
	"sync"
)

// DefaultPool is how many tasks a pool lets run at a time when it is made with no limit
// of its own.
const DefaultPool = 5

// Pool lets so many tasks run at a time, in the order in which they were started. A
// task that waits for jobs gives its place to others meanwhile ([GiveWay]), so that jobs
// that start jobs in their own pool and wait for them come to an end.
type Pool struct {
	name string

	mu    sync.Mutex
	limit int       // guarded by mu
	used  int       // places that are taken; guarded by mu
	queue list.List // of *seat: those that never had a place; guarded by mu
	back  list.List // of *seat: those that gave theirs away and go on; they come first; guarded by mu
}

func newPool(name string, limit int) *Pool { return &Pool{name: name, limit: limit} }

// Name returns the pool's name; "" for that of a single job.
func (p *Pool) Name() string { return p.name }

// Limit returns how many tasks run at a time.
func (p *Pool) Limit() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limit
}

// setLimit changes how many tasks run at a time. Those that run go on.
func (p *Pool) setLimit(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = n
	p.fill()
}

// fill gives the free places to those who wait. mu is held.
func (p *Pool) fill() {
	for p.used < p.limit {
		q := &p.back
		if q.Len() == 0 {
			q = &p.queue
		}
		if q.Len() == 0 {
			return
		}
		s := q.Front().Value.(*seat)
		s.unqueue()
		s.held = true
		p.used++
	}
}

// seat is a task's place in a pool, or its wish for one.
type seat struct {
	pool *Pool

	queue *list.List    // where it waits; nil when it does not; guarded by pool.mu
	elem  *list.Element // in queue; guarded by pool.mu
	due   chan struct{} // closed when it waits no more; guarded by pool.mu
	held  bool          // it has its place; guarded by pool.mu
	away  int           // how many wait for jobs on the task's behalf; guarded by pool.mu
}

// ask wishes for a place, behind those that never had one or those that come back.
// pool.mu is held.
func (s *seat) ask(queue *list.List) {
	s.due = make(chan struct{})
	s.queue, s.elem = queue, queue.PushBack(s)
	s.pool.fill()
}

// unqueue ends the waiting. pool.mu is held.
func (s *seat) unqueue() {
	s.queue.Remove(s.elem)
	s.queue, s.elem = nil, nil
	close(s.due)
}

// vacate gives up the place, or the wish for one. pool.mu is held.
func (s *seat) vacate() {
	if s.queue != nil {
		s.unqueue()
	}
	if s.held {
		s.held = false
		s.pool.used--
		s.pool.fill()
	}
}

// take wishes for the first place, and reports whether it has it at once.
func (s *seat) take() bool {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.ask(&s.pool.queue)
	return s.held
}

// wait waits until the seat waits no more, or ctx ends, and reports whether it has its
// place.
func (s *seat) wait(ctx context.Context) bool {
	s.pool.mu.Lock()
	due := s.due
	s.pool.mu.Unlock()
	select {
	case <-due:
	case <-ctx.Done():
	}
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	return s.held
}

// leave gives the place up for good.
func (s *seat) leave() {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.vacate()
}

// stepAside gives the place up until comeBack was called as often.
func (s *seat) stepAside() {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	if s.away++; s.away == 1 {
		s.vacate()
	}
}

// comeBack waits for a place again, until ctx ends, unless somebody still waits for
// jobs on the task's behalf.
func (s *seat) comeBack(ctx context.Context) {
	s.pool.mu.Lock()
	s.away--
	wanted := s.away == 0
	if wanted {
		s.ask(&s.pool.back)
	}
	s.pool.mu.Unlock()
	if wanted {
		s.wait(ctx)
	}
}

// GiveWay says that what runs with ctx is going to wait for jobs: if it is a task of a
// pool, others have its place meanwhile. back waits until it has a place again, or the
// task is stopped.
func GiveWay(ctx context.Context) (back func()) {
	t := taskOf(ctx)
	if t == nil || t.seat == nil {
		return func() {}
	}
	t.seat.stepAside()
	return func() { t.seat.comeBack(t.ctx) }
}
