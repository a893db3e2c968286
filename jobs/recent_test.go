package jobs

import (
	"strings"
	"testing"
)

// The latest records are kept, up to the bound, and progress is not.
func TestRecent(t *testing.T) {
	var k Recent
	big := strings.Repeat("x", DefaultRecent/4)
	for i := range 6 {
		k.Add(Out(List{int64(i), big}))
		k.Add(Record{Stream: Progress, Value: "50 %"})
	}
	got := k.Take()
	if len(got) != 3 {
		t.Fatalf("%d records are kept, want 3", len(got))
	}
	for i, r := range got {
		if n := r.Value.(List)[0]; n != int64(i+3) {
			t.Errorf("record %d is number %v", i, n)
		}
	}
	if more := k.Take(); len(more) != 0 {
		t.Errorf("%d records are kept that were taken", len(more))
	}
	k.Add(Out(strings.Repeat("x", 2*DefaultRecent)))
	if len(k.Take()) != 1 {
		t.Error("the last record is not kept")
	}
}

// What was seen before is there for who looks, is not unread, and goes with the first
// that is taken.
func TestStreamBegin(t *testing.T) {
	s := NewStream(StreamOptions{})
	s.Begin([]Record{Out("a"), Out("b")})
	if s.Unread() != 0 || s.Last() != 2 {
		t.Errorf("%d unread, the last is %d", s.Unread(), s.Last())
	}
	expectRecords(t, peeked(t, s), 1, "a", "b")
	write(t, s, "c", "d")
	expectRecords(t, peeked(t, s), 1, "a", "b", "c", "d")
	expectRecords(t, taken(t, s, 1), 3, "c")
	expectRecords(t, peeked(t, s), 4, "d")
	s.Close()
	expectRecords(t, taken(t, s, 0), 4, "d")
	if s.More() {
		t.Error("there is more")
	}
}

// What was seen counts as memory until it is taken or discarded.
func TestStreamBeginIsCharged(t *testing.T) {
	for name, free := range map[string]func(*Stream){
		"taken":     func(s *Stream) { taken(t, s, 0) },
		"discarded": (*Stream).Discard,
	} {
		m := NewMemory(0)
		s := NewStream(StreamOptions{Memory: m})
		s.Begin([]Record{Out(strings.Repeat("x", 1<<20))})
		if m.Used() < 1<<20-MinStreamMemory {
			t.Errorf("%s: %d bytes are used", name, m.Used())
		}
		if free(s); m.Used() != 0 {
			t.Errorf("%s: %d bytes are still used", name, m.Used())
		}
		s.Begin([]Record{Out("late")})
		s.Discard()
	}
}
