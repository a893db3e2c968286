package jobs

import (
	"context"
	"time"
)

// Write adds a record and gives it the next Seq. It waits while the stream is full, until
// ctx ends. Writing to a closed or discarded stream is [ErrClosed]. A record of the
// progress stream has no place among the others: see [Stream.Activities].
func (s *Stream) Write(ctx context.Context, r Record) error {
	if r.Stream == Progress {
		return s.progress(r)
	}
	size := sizeOf(r)
	s.mu.Lock()
	waited, err := s.waitForRoom(ctx)
	if err == nil {
		err = s.add(r, size)
	}
	over := err == nil && s.full() && s.store != nil && !s.storeless
	s.mu.Unlock()
	if waited {
		s.tellBlocked()
	}
	if over {
		s.spill() // where it fails, the next writer waits
	}
	return err
}

// TryWrite is [Stream.Write] where that need wait for nothing, neither room nor the
// store; done is false, and nothing is written, where it would.
func (s *Stream) TryWrite(r Record) (done bool, err error) {
	size := sizeOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed && !s.gone && (s.full() || s.tail.size+size >= s.allowance()) {
		return false, nil
	}
	return true, s.add(r, size)
}

// add appends the record unless the stream takes no more. It does not look again whether
// the stream is full: what it may have changes with what others have. mu is held.
func (s *Stream) add(r Record, size int64) error {
	if s.closed || s.gone {
		return ErrClosed
	}
	s.seq++
	r.Seq = s.seq
	s.tail.push(r, size)
	s.account()
	s.notify()
	return nil
}

// waitForRoom waits until the stream is not full, or ctx ends, which is an error then,
// and reports whether it said that a writer waits. mu is held, and released meanwhile.
func (s *Stream) waitForRoom(ctx context.Context) (said bool, err error) {
	retry := minRetry
	for s.full() {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
			break
		}
		changed, freed := s.change(), s.freed()
		s.mu.Unlock()
		why := s.spill()
		s.mu.Lock()
		if why == nil || !s.full() {
			continue
		}
		if !said {
			said = true
			s.waiting++
		}
		s.because(why)
		s.mu.Unlock()
		s.tellBlocked()
		if s.pause(ctx, changed, freed, retry) {
			retry = min(2*retry, maxRetry)
		}
		s.mu.Lock()
	}
	if said {
		s.waiting--
	}
	return said, err
}

// pause waits for a change, for room in the store, for ctx, or, because a disk tells
// nobody of room, for some time; it reports whether that has passed.
func (s *Stream) pause(ctx context.Context, changed, freed <-chan struct{}, retry time.Duration) bool {
	var tick <-chan time.Time
	if s.store != nil {
		timer := time.NewTimer(retry)
		defer timer.Stop()
		tick = timer.C
	}
	select {
	case <-changed:
	case <-freed:
	case <-ctx.Done():
	case <-tick:
		return true
	}
	return false
}

// freed returns the channel that tells of room in the store; nil where there is none.
func (s *Stream) freed() <-chan struct{} {
	if s.store == nil {
		return nil
	}
	return s.store.Freed()
}

// because keeps the reason why writers wait; the same words are the same reason. mu is
// held.
func (s *Stream) because(why *Error) {
	if s.why == nil || s.why.Msg != why.Msg {
		s.why = why
	}
}

// tellBlocked says why a writer waits, or that none does, if that has changed. mu is not
// held.
func (s *Stream) tellBlocked() {
	if s.blocked == nil {
		return
	}
	s.tell.Lock()
	defer s.tell.Unlock()
	s.mu.Lock()
	if s.waiting == 0 {
		s.why = nil
	}
	now := s.why
	s.mu.Unlock()
	if now != s.told {
		s.told = now
		s.blocked(now)
	}
}
