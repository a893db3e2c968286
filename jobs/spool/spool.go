package spool

import (
	"context"
	"sync"

	"marsh/jobs"
)

// Bounds of the work on disk. A segment is also at most a sixteenth of the job's quota,
// so that receiving frees something soon; a batch, at most a segment; a record that is
// larger has a batch and a segment of its own.
const (
	maxSegment = 1 << 20   // bytes of a segment
	maxBatch   = 256 << 10 // bytes that are written or read at a time
	maxWorkers = 4         // reads and writes at a time, each with memory for a batch
)

// Options is what a Spool is made of.
type Options struct {
	// Dir is where the spools of the user's shells are; it is made when something is
	// first stored.
	Dir string
	// Encode appends a record to b; Decode is its inverse, for data that may be damaged.
	Encode func(b []byte, r jobs.Record) ([]byte, error)
	Decode func(data []byte) (jobs.Record, error)
	// JobQuota and ShellQuota are bytes on disk, of each job and of all together; 0 is
	// DefaultJobQuota and DefaultShellQuota.
	JobQuota, ShellQuota int64
}

// Spool is the spool of one shell. It may be used by several goroutines at a time.
type Spool struct {
	options Options
	ledger  ledger
	files   files
	buffers chan []byte   // maxWorkers of them; who works has taken one
	closed  chan struct{} // closed by Close
	once    sync.Once     // closes closed

	sweep context.CancelFunc // ends the sweeping; nil before Sweep
	swept chan struct{}      // closed when the goroutine that sweeps has ended

	mu    sync.Mutex
	place *place // nil before the first record; guarded by mu
}

// New returns a spool that has nothing on disk yet. Close it.
func New(o Options) *Spool {
	s := &Spool{options: o, files: disk{}, buffers: make(chan []byte, maxWorkers), closed: make(chan struct{})}
	for range maxWorkers {
		s.buffers <- nil
	}
	s.ledger.setQuotas(o.JobQuota, o.ShellQuota)
	return s
}

// SetQuotas changes the quotas, in bytes; 0 is the default. Jobs that have more already
// keep it, and wait until it is less.
func (s *Spool) SetQuotas(job, shell int64) { s.ledger.setQuotas(job, shell) }

// Quotas returns the quotas of each job and of the shell, in bytes.
func (s *Spool) Quotas() (job, shell int64) { return s.ledger.quotas() }

// Used returns how many bytes are on disk.
func (s *Spool) Used() int64 {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	return s.ledger.used
}

// Stores returns a Store for each of the tasks of a job, which share the job's quota.
func (s *Spool) Stores(job, tasks int) []jobs.Store {
	a := &account{ledger: &s.ledger, job: job}
	stores := make([]jobs.Store, tasks)
	for i := range stores {
		stores[i] = &store{spool: s, account: a, task: i + 1}
	}
	return stores
}

// Sweep begins to remove the spools of shells that died. Close waits for it. It is called
// at most once.
func (s *Spool) Sweep() {
	ctx, cancel := context.WithCancel(context.Background())
	s.sweep, s.swept = cancel, make(chan struct{})
	go func() {
		defer close(s.swept)
		Sweep(ctx, s.options.Dir)
	}()
}

// Close removes everything that the shell has on disk. It waits, until ctx ends, for
// what is being read or written. A second Close does nothing.
func (s *Spool) Close(ctx context.Context) error {
	s.endSweep(ctx)
	first := false
	s.once.Do(func() { first = true; close(s.closed) })
	if !first {
		return nil
	}
	for range maxWorkers {
		select {
		case <-s.buffers:
		case <-ctx.Done():
			return jobs.AsError(context.Cause(ctx))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place == nil {
		return nil
	}
	p := s.place
	s.place = nil
	if err := p.remove(); err != nil {
		return jobs.Errorf(jobs.KindIO, "the spool %s could not be removed: %w", p.dir, err)
	}
	return nil
}

// endSweep waits for the sweeping; when ctx ends first, for the one spool that is being
// removed.
func (s *Spool) endSweep(ctx context.Context) {
	if s.sweep == nil {
		return
	}
	select {
	case <-s.swept:
	case <-ctx.Done():
	}
	s.sweep()
	<-s.swept
}

// work waits for its turn to read or write, and returns memory to do it in, which goes
// back by rest. A closed spool refuses.
func (s *Spool) work() ([]byte, error) {
	select {
	case <-s.closed:
		return nil, jobs.ErrClosed
	default:
	}
	select {
	case b := <-s.buffers:
		return b[:0], nil
	case <-s.closed:
		return nil, jobs.ErrClosed
	}
}

// rest gives back the memory of work, unless it grew large.
func (s *Spool) rest(b []byte) {
	if cap(b) > 4*maxBatch {
		b = nil
	}
	s.buffers <- b
}

// home returns the directory of this shell, which it makes where there is none yet.
func (s *Spool) home() (*place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place != nil {
		return s.place, nil
	}
	p, err := makePlace(s.options.Dir)
	if err != nil {
		return nil, err
	}
	s.place = p
	return p, nil
}

// lost forgets a directory that somebody else removed.
func (s *Spool) lost(p *place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.place == p && !p.exists() {
		p.lock.Close()
		s.place = nil
	}
}
