package bootstrap

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// What moves now and then stands still only when it has not moved for all the looks.
func TestStoodStill(t *testing.T) {
	for _, most := range []int{silenceLooks, tailLooks} {
		looks, n := 0, uint64(0)
		moved := func() (uint64, int) {
			if looks++; looks <= 5*(most-1) && looks%(most-1) == 0 {
				n++
			}
			return n, most
		}
		if !stoodStill(t.Context(), time.Microsecond, moved) {
			t.Error("it did not stand still")
		}
		if want := 5*(most-1) + most; looks != want {
			t.Errorf("%d looks, want %d", looks, want)
		}
	}
}

func TestStillMoves(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := uint64(0)
	ctx, end := whileMoving(ctx, silenceLooks*time.Microsecond, func() (uint64, int) {
		if n++; n == 10*silenceLooks {
			cancel()
		}
		return n, silenceLooks
	})
	defer end()
	<-ctx.Done()
	if cause := context.Cause(ctx); cause != context.Canceled {
		t.Errorf("it ended with %v", cause)
	}
}

func TestCounting(t *testing.T) {
	var got bytes.Buffer
	c := &counting{Writer: &got}
	text := strings.Repeat("0123456789", sendChunk)
	if n, err := c.Write([]byte(text)); n != len(text) || err != nil || got.String() != text || c.bytes.Load() != uint64(n) {
		t.Errorf("wrote %d of %d: %v; counted %d", n, len(text), err, c.bytes.Load())
	}
	short := errors.New("no more")
	c = &counting{Writer: writerFunc(func(b []byte) (int, error) { return 7, short })}
	if n, err := c.Write([]byte(text)); n != 7 || err != short || c.bytes.Load() != 7 {
		t.Errorf("wrote %d: %v; counted %d", n, err, c.bytes.Load())
	}
}

type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
