package shell

import (
	"context"
	"sync"
	"time"

	"marsh/jobs"
)

// outlet is where a statement writes: to whoever waits for it and, when it has become a
// job, to that. It keeps the latest of what was shown, for the job.
type outlet struct {
	front jobs.Sink
	seen  jobs.Recent
	left  chan struct{} // closed when the statement has become a job
	first []jobs.Value  // what is to be written to the job before all else; set before left is closed
	ready chan struct{} // closed when job is set
	job   jobs.Sink

	mu   sync.RWMutex // held for writing while it changes where it writes
	gone bool         // nothing goes to the front any more; guarded by mu
}

func newOutlet(front jobs.Sink) *outlet {
	return &outlet{front: front, left: make(chan struct{}), ready: make(chan struct{})}
}

// Write writes the record where the statement is.
func (o *outlet) Write(ctx context.Context, r jobs.Record) error {
	if done, err := o.show(ctx, r); done {
		return err
	}
	select {
	case <-o.ready:
		return o.job.Write(ctx, r)
	case <-ctx.Done():
		return jobs.AsError(context.Cause(ctx))
	}
}

// show writes the record to the front, if the statement is there.
func (o *outlet) show(ctx context.Context, r jobs.Record) (done bool, err error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.gone {
		return false, nil
	}
	if err = o.front.Write(ctx, r); err == nil {
		o.seen.Add(r)
	}
	return true, err
}

// Flush shows what is held back.
func (o *outlet) Flush() error {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.gone {
		return nil
	}
	return flushSink(o.front)
}

// leave sends nothing to the front from now on, and waits for what is on its way.
func (o *outlet) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone = true
}

// to lets what the statement writes go to the job, behind what it has shown.
func (o *outlet) to(ctx context.Context, job jobs.Sink) {
	<-o.left
	if s, ok := job.(interface{ Begin(seen []jobs.Record) }); ok {
		s.Begin(o.seen.Take())
	}
	for _, v := range o.first {
		if job.Write(ctx, jobs.Record{Time: time.Now(), Stream: jobs.Output, Value: v}) != nil {
			break // the job was stopped
		}
	}
	o.first = nil
	o.job = job
	close(o.ready)
}
