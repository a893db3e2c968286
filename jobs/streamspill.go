package jobs

import (
	"errors"
	"fmt"
)

// spill moves what the tail holds to the store, if it is still too much for memory. When
// not all of it went, the error says why: what a writer then waits for. No record is
// lost or doubled: those that were not taken stay in the tail.
func (s *Stream) spill() *Error {
	if s.store == nil {
		return s.memoryFull(nil)
	}
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	if !s.full() {
		s.mu.Unlock()
		return nil
	}
	s.moving = true
	records := s.tail.all()
	s.mu.Unlock()
	n, err := s.store.Append(records)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moved(n)
	s.storeless = errors.Is(err, KindUnsupported)
	if s.storeless {
		return s.memoryFull(err)
	}
	return AsError(err)
}

// moved notes that the first n records of the tail are in the store now. mu and disk are
// held.
func (s *Stream) moved(n int) {
	s.moving = false
	if s.gone || n == 0 { // gone: the one who discards waits to close the store
		return
	}
	first := s.tail.blocks[0][0].Seq
	if s.low == s.high {
		s.low = first
	}
	s.high = first + uint64(n)
	s.tail.drop(n)
	s.account()
	s.notify()
}

// memoryFull returns the reason of a writer that waits where all is kept in memory.
func (s *Stream) memoryFull(cause error) *Error {
	limit := int64(DefaultStreamLimit)
	if s.limit > 0 {
		limit = s.limit
	}
	why := ""
	if cause != nil {
		why = fmt.Sprintf(" (%v)", cause)
	}
	return Errorf(KindLimit, "what it wrote and nobody received fills its %s of memory%s", Bytes(limit), why)
}

// Bytes returns a number of bytes as text, such as "64 MiB", with one digit after the
// point where it is no whole number of a unit.
func Bytes(n int64) string {
	for _, u := range []struct {
		shift int
		name  string
	}{{40, "TiB"}, {30, "GiB"}, {20, "MiB"}, {10, "KiB"}} {
		one := int64(1) << u.shift
		switch {
		case n < one:
		case n%one == 0:
			return fmt.Sprintf("%d %s", n/one, u.name)
		default:
			return fmt.Sprintf("%.1f %s", float64(n)/float64(one), u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
