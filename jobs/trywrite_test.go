package jobs

import (
	"errors"
	"testing"
)

// TryWrite is Write as long as that waits for nothing.
func TestTryWrite(t *testing.T) {
	r := Out("a line")
	s := NewStream(StreamOptions{Limit: 3 * sizeOf(r)})
	for i, want := range []bool{true, true, false, false} { // the third would fill it
		if done, err := s.TryWrite(r); done != want || err != nil {
			t.Errorf("record %d: %v, %v", i, done, err)
		}
	}
	if err := s.Write(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if got := taken(t, s, 0); len(got) != 3 || got[2].Seq != 3 {
		t.Errorf("it has %v", got)
	}
	if done, err := s.TryWrite(r); !done || err != nil {
		t.Errorf("where there is room again: %v, %v", done, err)
	}
	s.Close()
	if done, err := s.TryWrite(r); !done || !errors.Is(err, ErrClosed) {
		t.Errorf("a closed stream: %v, %v", done, err)
	}
}
