package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds each wait of the tests. It only passes when something hangs.
const patience = 5 * time.Minute

func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("not within %v: %s", patience, what)
	}
}

func write(t *testing.T, s *Stream, vals ...Value) {
	t.Helper()
	for _, v := range vals {
		if err := s.Write(t.Context(), Out(v)); err != nil {
			t.Fatal(err)
		}
	}
}

func expectRecords(t *testing.T, got []Record, firstSeq uint64, want ...Value) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i, r := range got {
		if !Equal(r.Value, want[i]) || r.Seq != firstSeq+uint64(i) {
			t.Errorf("record %d is %v with number %d, want %v with %d", i, r.Value, r.Seq, want[i], firstSeq+uint64(i))
		}
	}
}

// taken takes records, and fails the test on an error.
func taken(t *testing.T, s *Stream, n int) []Record {
	t.Helper()
	records, err := s.Take(n)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// peeked looks at all records, a few at a time.
func peeked(t *testing.T, s *Stream) []Record {
	t.Helper()
	var all []Record
	for seq := uint64(0); ; seq = all[len(all)-1].Seq {
		records, err := s.Peek(seq, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(records) == 0 {
			return all
		}
		all = append(all, records...)
	}
}

// held returns how many bytes a stream has in memory.
func (s *Stream) held() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head.size + s.tail.size
}

func TestStreamCursor(t *testing.T) {
	s := NewStream(StreamOptions{})
	if !s.More() || s.Unread() > 0 || len(taken(t, s, 0)) > 0 {
		t.Error("a new stream has nothing, and more to come")
	}
	write(t, s, "a", "b", "c", "d")
	expectRecords(t, peeked(t, s), 1, "a", "b", "c", "d")
	expectRecords(t, peeked(t, s), 1, "a", "b", "c", "d")
	first := taken(t, s, 3)
	expectRecords(t, first, 1, "a", "b", "c")
	expectRecords(t, peeked(t, s), 4, "d")
	s.Untake(first[1:])
	write(t, s, "e")
	expectRecords(t, peeked(t, s), 2, "b", "c", "d", "e")
	s.Close()
	if !s.More() || s.Unread() == 0 {
		t.Error("what is unread was lost by Close")
	}
	expectRecords(t, taken(t, s, -1), 2, "b", "c", "d", "e")
	if s.More() || s.Unread() > 0 || s.held() != 0 {
		t.Errorf("an empty closed stream has more; its size is %d", s.held())
	}
	if err := s.Write(t.Context(), Out(1)); !errors.Is(err, ErrClosed) {
		t.Errorf("writing to a closed stream: %v", err)
	}
}

// What was taken is the taker's own: putting back and writing on changes neither it
// nor what another one peeked at.
func TestStreamSlicesAreApart(t *testing.T) {
	s := NewStream(StreamOptions{})
	write(t, s, "a", "b", "c")
	looked := peeked(t, s)
	first := taken(t, s, 2)
	write(t, s, "d")
	s.Untake(first)
	write(t, s, "e")
	_ = append(first, Out("x"))
	_ = append(looked, Out("y"))
	expectRecords(t, first, 1, "a", "b")
	expectRecords(t, looked, 1, "a", "b", "c")
	expectRecords(t, taken(t, s, 0), 1, "a", "b", "c", "d", "e")
}

// told notes what a stream says about its writers, in order.
type told struct {
	mu   sync.Mutex
	said []bool
	more chan struct{}
}

func newTold() *told { return &told{more: make(chan struct{}, 1000)} }

func (b *told) tell(why *Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, why != nil)
	b.more <- struct{}{}
}

func (b *told) all() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprint(b.said)
}

// Starts a write that will have to wait.
func writeLater(ctx context.Context, s *Stream, v Value) chan error {
	done := make(chan error, 1)
	go func() { done <- s.Write(ctx, Out(v)) }()
	return done
}

func TestStreamLimit(t *testing.T) {
	blocked := newTold()
	s := NewStream(StreamOptions{Limit: 1, Blocked: blocked.tell})
	write(t, s, "a") // one record is always taken
	done := writeLater(t.Context(), s, "b")
	await(t, "the writer waits", blocked.more)
	expectRecords(t, peeked(t, s), 1, "a")
	expectRecords(t, taken(t, s, 0), 1, "a")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	expectRecords(t, taken(t, s, 0), 2, "b")
	if got := blocked.all(); got != "[true false]" {
		t.Errorf("was told %s", got)
	}
}

func TestStreamWriterGivesUp(t *testing.T) {
	blocked := newTold()
	s := NewStream(StreamOptions{Limit: 1, Blocked: blocked.tell})
	write(t, s, "a")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := writeLater(ctx, s, "b")
	await(t, "the writer waits", blocked.more)
	why := errors.New("enough")
	cancel(why)
	if err := <-done; err != why {
		t.Errorf("got %v", err)
	}
	expectRecords(t, taken(t, s, 0), 1, "a")
	write(t, s, "c")
	expectRecords(t, taken(t, s, 0), 2, "c")
	if got := blocked.all(); got != "[true false]" {
		t.Errorf("was told %s", got)
	}
}

func TestStreamEndsWhileAWriterWaits(t *testing.T) {
	for name, end := range map[string]func(*Stream){"close": (*Stream).Close, "discard": (*Stream).Discard} {
		t.Run(name, func(t *testing.T) {
			blocked := newTold()
			s := NewStream(StreamOptions{Limit: 1, Blocked: blocked.tell})
			write(t, s, "a")
			done := writeLater(t.Context(), s, "b")
			await(t, "the writer waits", blocked.more)
			end(s)
			if err := <-done; !errors.Is(err, ErrClosed) {
				t.Errorf("got %v", err)
			}
			if name == "close" {
				expectRecords(t, taken(t, s, 0), 1, "a")
			}
			if s.More() || s.Unread() > 0 {
				t.Error("there is more")
			}
		})
	}
}

func TestDiscardedStreamTakesNothingBack(t *testing.T) {
	s := NewStream(StreamOptions{})
	write(t, s, "a")
	all := taken(t, s, 0)
	s.Discard()
	s.Untake(all)
	if s.Unread() > 0 || s.More() || s.held() != 0 {
		t.Error("a discarded stream keeps what is put back")
	}
	if err := s.Write(t.Context(), Out("b")); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// Several writers and readers, and a store that is nearly always full: each record
// comes once, those of one writer in order, and the last word told is that nobody
// waits.
func TestStreamOfMany(t *testing.T) {
	const writers, each = 4, 2000
	blocked := &last{}
	s := NewStream(StreamOptions{Limit: 500, Blocked: blocked.tell})
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if err := s.Write(t.Context(), Out(List{int64(w), int64(i)})); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	next := [writers]int64{}
	for seq, n := uint64(1), 0; n < writers*each; {
		changed := s.Changed()
		records := taken(t, s, 3)
		if len(records) == 0 {
			await(t, "more records", changed)
		}
		for _, r := range records {
			w, i := r.Value.(List)[0].(int64), r.Value.(List)[1].(int64)
			if next[w] != i || r.Seq != seq {
				t.Fatalf("writer %d's record %d has number %d, want %d with %d", w, i, r.Seq, next[w], seq)
			}
			next[w]++
			seq++
			n++
		}
	}
	wg.Wait()
	if blocked.is() {
		t.Error("the last word is that a writer waits")
	}
}

// last keeps the last thing that a stream said.
type last struct {
	mu sync.Mutex
	b  bool
}

func (l *last) tell(why *Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b = why != nil
}

func (l *last) is() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b
}
