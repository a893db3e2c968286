package bootstrap

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

const (
	// uploadSilence is for how long an upload may stand still: nothing more could be sent,
	// and the machine has not said that it takes any. How long all of it takes is the line's
	// affair: 6 MiB take ten minutes where a second carries 10 KiB.
	uploadSilence = 60 * time.Second
	// silenceLooks is at how many looks in a row nothing may have moved. It is looks that
	// count, and not the time, which goes on while this machine sleeps.
	silenceLooks = 60
)

// errStandstill is the cause of a context that ended because an upload stood still.
var errStandstill = errors.New("the upload stands still")

// whileMoving returns a context that ends when moved, looked at silenceLooks times within d,
// is the same each time. end ends it, and waits for who looks.
func whileMoving(ctx context.Context, d time.Duration, moved func() uint64) (_ context.Context, end func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if stoodStill(ctx, d/silenceLooks, moved) {
			cancel(errStandstill)
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-ended
	}
}

// stoodStill waits until moved has not changed for silenceLooks looks, and reports true, or
// until ctx ends.
func stoodStill(ctx context.Context, every time.Duration, moved func() uint64) bool {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for last, same := moved(), 0; same < silenceLooks; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
		now := moved()
		if same++; now != last {
			last, same = now, 0
		}
	}
	return true
}

// sendChunk is how much is sent in one piece, in bytes: each counts as a movement.
const sendChunk = 32 << 10

// counting is a writer that counts what was taken from it.
type counting struct {
	io.Writer
	bytes atomic.Uint64
}

// Write writes in pieces, and counts each.
func (c *counting) Write(b []byte) (n int, err error) {
	for err == nil && n < len(b) {
		var m int
		m, err = c.Writer.Write(b[n:min(n+sendChunk, len(b))])
		n += m
		c.bytes.Add(uint64(m))
	}
	return n, err
}
