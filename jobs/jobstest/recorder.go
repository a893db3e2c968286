package jobstest

import (
	"context"
	"sync"

	"marsh/jobs"
)

// A Recorder is a Sink that keeps all records. The zero Recorder is empty and ready
// to use.
type Recorder struct {
	mu   sync.Mutex
	recs []jobs.Record // guarded by mu
	more chan struct{} // closed and forgotten when a record comes; guarded by mu
}

// Write keeps r.
func (c *Recorder) Write(_ context.Context, r jobs.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recs = append(c.recs, r)
	if c.more != nil {
		close(c.more)
		c.more = nil
	}
	return nil
}

// Records returns the records so far, in the order in which they came.
func (c *Recorder) Records() []jobs.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recs[:len(c.recs):len(c.recs)]
}

// Wait waits until there are n records, and reports whether there are: false when ctx has
// ended before.
func (c *Recorder) Wait(ctx context.Context, n int) bool {
	for {
		c.mu.Lock()
		if len(c.recs) >= n {
			c.mu.Unlock()
			return true
		}
		if c.more == nil {
			c.more = make(chan struct{})
		}
		more := c.more
		c.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return false
		}
	}
}
