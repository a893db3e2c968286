package bootstrap

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

const (
	// uploadSilence is for how long an upload may stand still, with nothing more taken. How
	// long all of it takes is the line's affair: 6 MiB take ten minutes where a second
	// carries 10 KiB. That a line is dead is noticed by the connection.
	uploadSilence = 60 * time.Second
	// silenceLooks is at how many looks in a row nothing may have moved. It is looks that
	// count, and not the time, which goes on while this machine sleeps.
	silenceLooks = 60
	// tailLooks is as many when all is sent: up to the window of the channel, 2 MiB of
	// OpenSSH's, and what the kernel holds are still under way then, and nothing tells of it.
	tailLooks = 10 * silenceLooks
)

// errStandstill is the cause of a context that ended because an upload stood still.
var errStandstill = errors.New("the upload stands still")

// movement is what there is to see of an upload: a number that grows with it, and at how
// many looks in a row it may be the same.
type movement func() (n uint64, looks int)

// whileMoving returns a context that ends when what moved says stands still for d, or for
// as much longer as it says. end ends it, and waits for who looks.
func whileMoving(ctx context.Context, d time.Duration, moved movement) (_ context.Context, end func()) {
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

// stoodStill waits until the number was the same for that many looks, and reports true, or
// until ctx ends.
func stoodStill(ctx context.Context, every time.Duration, moved movement) bool {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for last, same := uint64(0), 0; ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
		now, looks := moved()
		if same++; now != last {
			last, same = now, 0
		}
		if same >= looks {
			return true
		}
	}
}

// sendChunk is how much is sent in one piece, in bytes: each counts as a movement.
const sendChunk = 32 << 10

// counting is a writer that counts what was taken from it.
type counting struct {
	io.Writer
	bytes atomic.Uint64
	all   atomic.Bool // nothing more is to be written
}

// moved is the movement of what is written.
func (c *counting) moved() (uint64, int) {
	if c.all.Load() {
		return c.bytes.Load(), tailLooks
	}
	return c.bytes.Load(), silenceLooks
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
