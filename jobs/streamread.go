package jobs

import "math"

// Bounds of what comes from the store at a time, however few records are asked for.
const (
	loadSize    = 256 << 10 // bytes, about
	loadRecords = 2048
)

// Take removes up to n unread records (any number when n <= 0) and returns them,
// oldest first: at least one where something is unread, but not more than came from the
// store at a time. It waits for no writer. With an error, which comes when the store
// cannot be read for the moment, nothing was removed. In the place of records that are
// damaged for good is one of the error stream that says so.
func (s *Stream) Take(n int) ([]Record, error) {
	if n <= 0 {
		n = math.MaxInt
	}
	for {
		taken, done := s.takeFromMemory(n)
		if done {
			return taken, nil
		}
		if err := s.load(); err != nil {
			return nil, err
		}
	}
}

// takeFromMemory is Take as long as the store need not be asked.
func (s *Stream) takeFromMemory(n int) (taken []Record, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := s.stored() > 0 || s.moving
	if s.head.count == 0 && stored {
		return nil, false
	}
	s.seen = queue{}
	taken = s.head.take(n)
	if !stored && len(taken) < n && s.tail.count > 0 {
		taken = append(taken, s.tail.take(n-len(taken))...)
	}
	s.account()
	if len(taken) > 0 {
		s.notify()
	}
	return taken, true
}

// load brings records from the store to the head, unless there are some by now.
func (s *Stream) load() error {
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	low, size, need := s.low, s.memory.share(loadSize), s.head.count == 0 && s.stored() > 0
	s.mu.Unlock()
	if !need {
		return nil
	}
	records, err := s.store.Read(low-1, loadRecords, size)
	if err != nil {
		return AsError(err)
	}
	through := records[len(records)-1].Seq
	s.loaded(records, through)
	s.store.Drop(through)
	return nil
}

// loaded adds to the head what came from the store. disk is held.
func (s *Stream) loaded(records []Record, through uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.gone {
		s.head.pushAll(records)
		s.low = through + 1
		s.account()
	}
}

// Untake puts back, in front, records that were taken and not shown.
func (s *Stream) Untake(records []Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone || len(records) == 0 {
		return
	}
	s.head.putBack(records)
	s.account()
	s.notify()
}

// Peek returns unread records, and before them those of [Stream.Begin], that follow the one with the Seq after (0 for the first),
// oldest first, and does not remove them: at least one where there is one, at most n.
// The Seq of the last goes on from there. The caller must not change the records. An
// error comes when the store cannot be read for the moment.
func (s *Stream) Peek(after uint64, n int) ([]Record, error) {
	for {
		records, done := s.peekInMemory(after, n)
		if done {
			return records, nil
		}
		records, again, err := s.peekInStore(after, n)
		if !again {
			return records, err
		}
	}
}

// peekInMemory is Peek as long as the store need not be asked.
func (s *Stream) peekInMemory(after uint64, n int) (records []Record, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if records = s.seen.after(after, n); len(records) > 0 {
		return records, true
	}
	if records = s.head.after(after, n); len(records) > 0 {
		return records, true
	}
	if s.stored() > 0 && after+1 < s.high || s.moving {
		return nil, false
	}
	return s.tail.after(after, n), true
}

// peekInStore is Peek for what is in the store. again says that it is there no more.
func (s *Stream) peekInStore(after uint64, n int) (records []Record, again bool, err error) {
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	inStore := s.stored() > 0 && after+1 < s.high && len(s.head.after(after, 1)) == 0
	low, size := s.low, s.memory.share(loadSize)
	s.mu.Unlock()
	if !inStore {
		return nil, true, nil
	}
	records, err = s.store.Read(max(after, low-1), n, size)
	if err != nil {
		return nil, false, AsError(err)
	}
	return records, false, nil
}
