package remote

import (
	"sync"

	"marsh/jobs"
	"marsh/remote/wire"
)

// maxHuge is how many records larger than the window a session takes at a time; a
// further one waits. With wire.MaxMessage it bounds the memory for them: 256 MiB.
const maxHuge = 16

// A message is the payload of a Records frame with its Parts.
type message struct {
	data []byte
	paid int  // bytes of it whose credit was given back already
	huge bool // it holds a place in the reserve
}

// An inbox holds the batches of one run that have come and not been taken. Their size is
// bounded by the credit window, and for a huge record by the session's reserve.
type inbox struct {
	link *link
	run  uint32
	memo *reserve
	some chan struct{} // holds a token when there is something new

	mu      sync.Mutex
	queue   []message   // guarded by mu
	partial message     // of which the last frame has not come; guarded by mu
	owed    int         // bytes that have come and whose credit was not given back; guarded by mu
	due     int         // of these, bytes that were consumed; guarded by mu
	ended   bool        // the End has come; guarded by mu
	err     *jobs.Error // what it said; guarded by mu
	waiting bool        // for a place in the reserve; guarded by mu
	closed  bool        // nobody takes any more; guarded by mu
}

func newInbox(l *link, run uint32, memo *reserve) *inbox {
	return &inbox{link: l, run: run, memo: memo, some: make(chan struct{}, 1)}
}

// Takes a part of a batch that is larger than a frame. Its credit is given back at once if
// the reserve has a place: otherwise no record larger than the window could come.
func (b *inbox) part(p []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.receive(p); err != nil {
		return err
	}
	if !b.partial.huge && !b.waiting {
		b.waiting = !b.memo.acquire(b)
		b.partial.huge = !b.waiting
	}
	b.repay()
	return nil
}

// Takes the last or only frame of a batch.
func (b *inbox) put(p []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.receive(p); err != nil {
		return err
	}
	b.queue = append(b.queue, b.partial)
	b.partial = message{}
	if b.waiting {
		b.waiting = false
		b.memo.leave(b)
	}
	b.notify()
	return nil
}

// Adds p to the partial batch, and holds the bounds; mu is held.
func (b *inbox) receive(p []byte) error {
	b.owed += len(p)
	if b.owed > b.link.opt.Window {
		return jobs.Errorf(jobs.KindProtocol, "it sends more than its credit of %d bytes", b.link.opt.Window)
	}
	if len(b.partial.data)+len(p) > wire.MaxMessage {
		return jobs.Errorf(jobs.KindProtocol, "a batch is larger than the %d bytes allowed", wire.MaxMessage)
	}
	if b.partial.data == nil {
		b.partial.data = p
		return nil
	}
	b.partial.data = append(b.partial.data, p...)
	return nil
}

// Gives back the credit for what has come of a huge batch; mu is held.
func (b *inbox) repay() {
	if b.partial.huge {
		b.credit(len(b.partial.data) - b.partial.paid)
		b.partial.paid = len(b.partial.data)
	}
}

// Counts n bytes as consumed, and sends their credit when there is enough of it; mu is held.
func (b *inbox) credit(n int) {
	b.due += n
	if b.due < b.link.opt.Window/4 || b.closed {
		return
	}
	b.link.send(wire.Credit, b.run, wire.EncodeUint(uint32(b.due)))
	b.owed -= b.due
	b.due = 0
}

// Notes that the run has ended.
func (b *inbox) end(e *jobs.Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended, b.err = true, e
	b.notify()
}

func (b *inbox) notify() {
	select {
	case b.some <- struct{}{}:
	default:
	}
}

// Returns the next batch, if there is one, and otherwise whether the run has ended.
func (b *inbox) take() (m message, ok, ended bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == 0 {
		return message{}, false, b.ended
	}
	m = b.queue[0]
	b.queue[0] = message{}
	b.queue = b.queue[1:]
	return m, true, false
}

// Returns what the End said.
func (b *inbox) result() *jobs.Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// Gives back what m took.
func (b *inbox) done(m message) {
	b.mu.Lock()
	b.credit(len(m.data) - m.paid)
	b.mu.Unlock()
	if m.huge {
		b.memo.release()
	}
}

// Gives up what has not been taken.
func (b *inbox) close() {
	b.mu.Lock()
	b.closed = true
	queue := append(b.queue, b.partial)
	b.queue, b.partial = nil, message{}
	if b.waiting {
		b.waiting = false
		b.memo.leave(b)
	}
	b.mu.Unlock()
	for _, m := range queue {
		if m.huge {
			b.memo.release()
		}
	}
}
