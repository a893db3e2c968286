package jobs

import (
	"context"
	"sync"
)

// DefaultStreamLimit is how many bytes of unread records a Stream keeps in memory
// when it is made with no limit of its own; then its writer waits.
const DefaultStreamLimit = 64 << 20

// Stream is a Sink that keeps what is written until it is received. Records can be
// looked at ([Stream.Peek]), taken, and put back when they could not be shown. Nothing is
// dropped: past its limit the writer waits until
// somebody receives, or the stream is discarded.
type Stream struct {
	limit   int64
	blocked func(bool) // told when a writer begins and ends to wait for room; may be nil

	tell    sync.Mutex // held while blocked is called, so that its last word is true; before mu
	mu      sync.Mutex
	records []Record      // unread, oldest first; guarded by mu
	size    int64         // of records, in bytes; guarded by mu
	seq     uint64        // of the record written last; guarded by mu
	closed  bool          // no more will be written; guarded by mu
	gone    bool          // discarded: nobody will read; guarded by mu
	waiting int           // writers that wait for room; guarded by mu
	told    bool          // what blocked was told last; guarded by tell, not mu
	changed chan struct{} // closed and made anew at each change; guarded by mu
}

// NewStream makes a stream that holds at most limit bytes of unread records (0 is
// [DefaultStreamLimit]), and one record more. blocked, which may be nil, is called
// with true when a writer begins to wait for room and with false when none does any
// more.
func NewStream(limit int64, blocked func(bool)) *Stream {
	if limit <= 0 {
		limit = DefaultStreamLimit
	}
	return &Stream{limit: limit, blocked: blocked, changed: make(chan struct{})}
}

// Write adds a record and gives it the next Seq. It waits while the stream is
// full, until ctx ends. Writing to a closed or discarded stream is [ErrClosed].
func (s *Stream) Write(ctx context.Context, r Record) error {
	size := 64 + Size(r.Value)
	s.mu.Lock()
	waited := false
	for s.full() {
		s.waitForRoom(ctx, &waited)
		if ctx.Err() != nil {
			break
		}
	}
	if waited {
		s.waiting--
	}
	err := s.add(ctx, r, size)
	s.mu.Unlock()
	if waited {
		s.tellBlocked()
	}
	return err
}

// tellBlocked says whether a writer waits, if that has changed. mu is not held.
func (s *Stream) tellBlocked() {
	if s.blocked == nil {
		return
	}
	s.tell.Lock()
	defer s.tell.Unlock()
	s.mu.Lock()
	now := s.waiting > 0
	s.mu.Unlock()
	if now != s.told {
		s.told = now
		s.blocked(now)
	}
}

// full reports whether a writer has to wait. mu is held.
func (s *Stream) full() bool { return !s.closed && !s.gone && s.size >= s.limit }

// waitForRoom waits for one change, with mu released meanwhile.
func (s *Stream) waitForRoom(ctx context.Context, waited *bool) {
	if !*waited {
		*waited = true
		s.waiting++
	}
	changed := s.changed
	s.mu.Unlock()
	s.tellBlocked()
	select {
	case <-changed:
	case <-ctx.Done():
	}
	s.mu.Lock()
}

// add appends the record unless the stream takes no more. mu is held.
func (s *Stream) add(ctx context.Context, r Record, size int64) error {
	if s.closed || s.gone {
		return ErrClosed
	}
	if s.full() {
		return context.Cause(ctx)
	}
	s.seq++
	r.Seq = s.seq
	s.records = append(s.records, r)
	s.size += size
	s.notify()
	return nil
}

// notify wakes everybody who waits for a change. mu is held.
func (s *Stream) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Close says that no more will be written. What is unread stays.
func (s *Stream) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.notify()
}

// Discard frees what is unread and refuses what is still to be written.
func (s *Stream) Discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone, s.records, s.size = true, nil, 0
	s.notify()
}

// Take removes up to max unread records (all when max <= 0) and returns them,
// oldest first. It never blocks.
func (s *Stream) Take(max int) []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.records)
	if max > 0 && max < n {
		n = max
	}
	taken := s.records[:n:n]
	s.records = s.records[n:]
	if len(s.records) == 0 {
		s.records = nil
	}
	for _, r := range taken {
		s.size -= 64 + Size(r.Value)
	}
	if n > 0 {
		s.notify()
	}
	return taken
}

// Untake puts back, in front, records that were taken and not shown.
func (s *Stream) Untake(records []Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone || len(records) == 0 {
		return
	}
	s.records = append(records[:len(records):len(records)], s.records...)
	for _, r := range records {
		s.size += 64 + Size(r.Value)
	}
	s.notify()
}

// Peek returns the unread records without removing them. The caller must not
// change them.
func (s *Stream) Peek() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records[:len(s.records):len(s.records)]
}

// More reports whether something is unread, or may still be written.
func (s *Stream) More() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.gone && (len(s.records) > 0 || !s.closed)
}

// Unread reports whether something is unread.
func (s *Stream) Unread() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.records) > 0
}

// Changed returns a channel that is closed at the next change: something written,
// taken, or the end. Get it before looking, and nothing is missed.
func (s *Stream) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}
