package jobs

import (
	"errors"
	"iter"
	"strings"
	"sync"
	"testing"
)

// The more is used, the less each may have; there is always a little.
func TestMemoryIsShared(t *testing.T) {
	const budget = 8 << 20
	m := NewMemory(budget)
	if got := m.share(4 << 20); got != budget/4 {
		t.Errorf("the first may have %d", got)
	}
	if got := m.share(1000); got != 1000 {
		t.Errorf("one that wants 1000 may have %d", got)
	}
	half := m.charge(0, budget/2)
	if got := m.share(4 << 20); got <= budget/8 || got > budget/8+MinStreamMemory {
		t.Errorf("with half used, one may have %d", got)
	}
	m.charge(0, budget)
	if got := m.share(4 << 20); got != MinStreamMemory {
		t.Errorf("with all used, one may have %d", got)
	}
	m.charge(half, 0)
	if got := m.share(4 << 20); got > MinStreamMemory {
		t.Errorf("with still all used, one may have %d", got)
	}
	if got := (*Memory)(nil).share(4 << 20); got != 4<<20 {
		t.Errorf("without a bound, one may have %d", got)
	}
}

// Whatever streams do, what they are charged with is within a few steps of what they have,
// and nothing is left in the end.
func TestMemoryIsGivenBack(t *testing.T) {
	m, charged := NewMemory(0), int64(0)
	for _, size := range []int64{0, 100, MinStreamMemory, MinStreamMemory + 1, 1 << 20, 1<<20 - 1, 900 << 10, 10 << 10, 5 << 20, 1, 0} {
		charged = m.charge(charged, size)
		if charged < size-MinStreamMemory || charged > size+4*MinStreamMemory || m.Used() != charged {
			t.Errorf("for %d bytes the charge is %d, %d are used", size, charged, m.Used())
		}
	}
	if m.Used() != 0 {
		t.Errorf("%d are left", m.Used())
	}
}

// shelf is a Store in memory that can be full.
type shelf struct {
	mu      sync.Mutex
	records []Record      // guarded by mu
	room    int           // for so many records; guarded by mu
	why     error         // when there is none; guarded by mu
	tries   int           // Appends; guarded by mu
	freed   chan struct{} // guarded by mu
	closed  bool          // guarded by mu
}

func newShelf(room int, why error) *shelf {
	return &shelf{room: room, why: why, freed: make(chan struct{})}
}

func (s *shelf) Append(records iter.Seq[Record]) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries++
	for r := range records {
		if s.closed || len(s.records) >= s.room {
			return n, s.why
		}
		s.records = append(s.records, r)
		n++
	}
	return n, nil
}

func (s *shelf) Read(after uint64, n int, size int64) ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.records {
		if r.Seq > after {
			return s.records[i:min(len(s.records), i+n, i+3)], nil
		}
	}
	return nil, errors.New("nothing is there")
}

func (s *shelf) Drop(through uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.records) > 0 && s.records[0].Seq <= through {
		s.records = s.records[1:]
	}
	s.free()
}

// free tells of room. mu is held.
func (s *shelf) free() {
	close(s.freed)
	s.freed = make(chan struct{})
}

// grow makes room.
func (s *shelf) grow(room int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room = room
	s.free()
}

func (s *shelf) Freed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.freed
}

func (s *shelf) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.records = true, nil
}

// A writer waits where the store is full, says so, and goes on when there is room.
func TestStreamWithAFullStore(t *testing.T) {
	blocked, store := newTold(), newShelf(3, Errorf(KindLimit, "full"))
	s := NewStream(StreamOptions{Limit: 1, Store: store, Blocked: blocked.tell})
	write(t, s, "1", "2", "3", "4")
	done := writeLater(t.Context(), s, "5")
	await(t, "the writer waits", blocked.more)
	if n := s.Unread(); n != 4 {
		t.Errorf("%d are unread", n)
	}
	store.grow(4)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	expectRecords(t, peeked(t, s), 1, "1", "2", "3", "4", "5")
	expectRecords(t, taken(t, s, 2), 1, "1", "2")
	write(t, s, "6", "7")
	expectRecords(t, peeked(t, s), 3, "3", "4", "5", "6", "7")
	expectRecords(t, taken(t, s, 1), 3, "3")
	for next := uint64(4); next <= 7; next++ {
		expectRecords(t, taken(t, s, 1), next, Value(string(rune('0'+next))))
	}
	if got := blocked.all(); got != "[true false]" {
		t.Errorf("was told %s", got)
	}
}

// A new reason is told; the same one is not told again.
func TestReasonsOfAWriterThatWaits(t *testing.T) {
	store, reasons := newShelf(1, Errorf(KindLimit, "the quota")), make(chan string, 10)
	s := NewStream(StreamOptions{Limit: 1, Store: store, Blocked: func(why *Error) {
		if why == nil {
			why = Errorf(KindOther, "nothing")
		}
		reasons <- why.Msg
	}})
	write(t, s, "1", "2")
	done := writeLater(t.Context(), s, "3")
	first := <-reasons
	store.grow(1) // tried again, for the same reason
	store.mu.Lock()
	store.why = Errorf(KindIO, "the disk")
	store.mu.Unlock()
	store.grow(1)
	second := <-reasons
	store.grow(10)
	third := <-reasons
	if err := <-done; err != nil || first != "the quota" || second != "the disk" || third != "nothing" {
		t.Errorf("told %q, %q, %q; %v", first, second, third, err)
	}
}

// A task that is blocked has the reason that is true now.
func TestReasonOfABlockedTask(t *testing.T) {
	j := newJob(7, Spec{Tasks: make([]TaskSpec, 1)}, Keep{})
	task := j.Tasks()[0]
	task.become(Running, nil)
	for _, why := range []string{"the quota", "the disk"} {
		task.setBlocked(Errorf(KindLimit, "%s", why))
		if got := task.Reason().Msg; task.State() != Blocked || got != why+"; receive-job 7 makes room, remove-job 7 -force gives it up" {
			t.Errorf("%v, %q", task.State(), got)
		}
	}
	task.setBlocked(nil)
	if task.State() != Running || task.Reason() != nil {
		t.Errorf("%v, %v", task.State(), task.Reason())
	}
}

// Where the store has no place, all is kept in memory, and the writer waits there.
func TestStoreWithoutAPlace(t *testing.T) {
	store := newShelf(0, Errorf(KindUnsupported, "no place"))
	s := NewStream(StreamOptions{Store: store, Memory: NewMemory(1)})
	long := strings.Repeat("x", 1<<20)
	for range 20 {
		write(t, s, long)
	}
	if store.tries != 1 || s.held() < 20<<20 {
		t.Errorf("%d tries, %d bytes in memory", store.tries, s.held())
	}
	if n := len(taken(t, s, 0)); n != 20 {
		t.Errorf("%d records", n)
	}
}

// Discarding frees what is in the store, and a writer that waits gives up.
func TestDiscardWithAStore(t *testing.T) {
	blocked, store := newTold(), newShelf(2, Errorf(KindLimit, "full"))
	s := NewStream(StreamOptions{Limit: 1, Store: store, Memory: NewMemory(0), Blocked: blocked.tell})
	write(t, s, "1", "2", strings.Repeat("x", 1<<20))
	done := writeLater(t.Context(), s, "4")
	await(t, "the writer waits", blocked.more)
	s.Discard()
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if !store.closed || s.Unread() != 0 || s.memory.Used() != 0 || s.More() {
		t.Errorf("closed: %v, unread: %d, %d bytes are used", store.closed, s.Unread(), s.memory.Used())
	}
}

// Two who take and put back in another order find the records in theirs again.
func TestPuttingBackInAnotherOrder(t *testing.T) {
	s := NewStream(StreamOptions{})
	write(t, s, "1", "2", "3", "4", "5")
	first, second := taken(t, s, 2), taken(t, s, 2)
	s.Untake(first)
	s.Untake(second)
	expectRecords(t, peeked(t, s), 1, "1", "2", "3", "4", "5")
	expectRecords(t, taken(t, s, 0), 1, "1", "2", "3", "4", "5")
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1023: "1023 bytes", 1 << 10: "1 KiB", 1536: "1.5 KiB", 64 << 20: "64 MiB", 8 << 30: "8 GiB", 1<<30 + 1: "1.0 GiB", 3 << 40: "3 TiB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
