package jobs

import (
	"sync"
	"time"
)

// DefaultStreamLimit is how many bytes of unread records a Stream without a Store keeps;
// then its writer waits.
const DefaultStreamLimit = 64 << 20

// StreamOptions is what a Stream is made of. All of it is optional.
type StreamOptions struct {
	// Limit is how many bytes of unread records are kept in memory, with one record
	// more; 0 is DefaultStreamMemory with a Store, DefaultStreamLimit without.
	Limit int64
	// Memory is what this stream and others may keep in memory together; nil sets no
	// bound.
	Memory *Memory
	// Store takes what is past the limit; nil keeps all in memory. The Stream closes it.
	Store Store
	// Blocked is called with the reason when a writer begins to wait for room, or waits
	// for another reason, and with nil when none waits any more.
	Blocked func(why *Error)
}

// Stream is a Sink that keeps what is written until it is received: the first of it in
// memory, then in a Store. Records can be looked at ([Stream.Peek]), taken, and put back
// when they could not be shown. Nothing is dropped: when its limit is reached and its
// Store takes no more, the writer waits until somebody receives, there is room in the
// Store, or the stream is discarded.
//
// Of the progress stream it keeps how far each activity is, and no records.
//
// The records are in three places, older before newer: head, which were put back or
// came from the store; the store; tail, which were just written. Before all of them may
// be what somebody has seen already ([Stream.Begin]).
type Stream struct {
	memory  *Memory      // may be nil
	store   Store        // may be nil
	limit   int64        // as in StreamOptions; 0 is the default
	blocked func(*Error) // may be nil

	tell sync.Mutex // held while blocked is called, so that its last word is true; before mu
	told *Error     // what blocked was told last; guarded by tell

	disk sync.Mutex // held while records move to or from the store, so that they keep their order; before mu

	mu        sync.Mutex
	seen      queue         // guarded by mu
	head      queue         // guarded by mu
	tail      queue         // guarded by mu
	low, high uint64        // the records in the store have low <= Seq < high; guarded by mu
	moving    bool          // the first of tail are on their way to the store; guarded by mu
	storeless bool          // the store has no place, and all is kept in memory; guarded by mu
	charged   int64         // what memory was told; guarded by mu
	seq       uint64        // of the record written last; guarded by mu
	closed    bool          // no more will be written; guarded by mu
	gone      bool          // discarded: nobody will read; guarded by mu
	waiting   int           // writers that wait for room; guarded by mu
	why       *Error        // why they wait; guarded by mu
	under     activities    // that it was told of; guarded by mu
	changed   chan struct{} // closed and forgotten at each change; nil when nobody asked; guarded by mu
}

// NewStream makes an empty stream. What it takes out of o stays with it until it is
// discarded.
func NewStream(o StreamOptions) *Stream {
	return &Stream{memory: o.Memory, store: o.Store, limit: o.Limit, blocked: o.Blocked, low: 1, high: 1}
}

// Begin puts what somebody has seen already at the beginning of an empty stream. It is
// not unread: [Stream.Peek] gives it, and the first [Stream.Take] frees it.
func (s *Stream) Begin(seen []Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone || s.closed {
		return
	}
	for _, r := range seen {
		s.seq++
		r.Seq = s.seq
		s.seen.push(r, sizeOf(r))
	}
	s.account()
	s.notify()
}

// allowance returns how many bytes the tail may have. mu is held.
func (s *Stream) allowance() int64 {
	limit := s.limit
	if s.store == nil || s.storeless {
		if limit <= 0 {
			limit = DefaultStreamLimit
		}
		return limit
	}
	if limit <= 0 {
		limit = DefaultStreamMemory
	}
	return s.memory.share(limit)
}

// full reports whether a writer has to wait, or the store has to take something. Where
// there is a store, the head does not count: it is bounded by what a reader took. mu is
// held.
func (s *Stream) full() bool {
	size := s.tail.size
	if s.store == nil || s.storeless {
		size += s.head.size
	}
	return !s.closed && !s.gone && size >= s.allowance()
}

// stored returns how many records are in the store. mu is held.
func (s *Stream) stored() int { return int(s.high - s.low) }

// account notes a change of what is in memory. mu is held.
func (s *Stream) account() {
	s.charged = s.memory.charge(s.charged, s.seen.size+s.head.size+s.tail.size)
}

// notify wakes everybody who waits for a change. mu is held.
func (s *Stream) notify() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Changed returns a channel that is closed at the next change: something written,
// taken, or the end. Get it before looking, and nothing is missed.
func (s *Stream) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.change()
}

// change is Changed with mu held.
func (s *Stream) change() <-chan struct{} {
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// Close says that no more will be written. What is unread stays.
func (s *Stream) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.notify()
}

// Discard frees what is unread, also in the store, and refuses what is still to be
// written.
func (s *Stream) Discard() {
	s.mu.Lock()
	s.gone, s.seen, s.head, s.tail, s.low, s.under = true, queue{}, queue{}, queue{}, s.high, nil
	s.account()
	s.notify()
	s.mu.Unlock()
	if s.store == nil {
		return
	}
	s.disk.Lock()
	defer s.disk.Unlock()
	s.store.Close()
}

// More reports whether something is unread, or may still be written.
func (s *Stream) More() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.gone && (!s.closed || s.unread() > 0)
}

// Unread returns how many records are unread, those that were damaged in the store
// included. It never waits for the store.
func (s *Stream) Unread() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unread()
}

// unread is Unread with mu held.
func (s *Stream) unread() int { return s.head.count + s.stored() + s.tail.count }

// Last returns the Seq of the record that was written last; 0 when there was none.
func (s *Stream) Last() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seq
}

// Bounds of the time from one attempt to store something to the next, where nothing
// tells that there is room again, as a disk does not: it doubles each time.
const (
	minRetry = time.Second
	maxRetry = 30 * time.Second
)
