package jobs

import (
	"context"
	"slices"
	"sync"
)

// Table is the jobs of one shell, by number.
type Table struct {
	ended func(*Job) // told when a job has ended; may be nil
	keep  Keep       // never changes

	mu     sync.Mutex
	last   int            // the number given last; guarded by mu
	jobs   []*Job         // by number; guarded by mu
	closed bool           // guarded by mu
	wg     sync.WaitGroup // the goroutines of the jobs
}

// Keep is where the jobs of a table keep what nobody has received. The zero Keep is
// memory alone.
type Keep struct {
	Memory *Memory // what all may have in memory together; nil sets no bound
	Spool  Spool   // where the rest goes; nil is nowhere
}

// stores returns a Store for each task of a job: nil ones where there is no spool.
func (k Keep) stores(job, tasks int) []Store {
	if k.Spool == nil {
		return make([]Store, tasks)
	}
	return k.Spool.Stores(job, tasks)
}

// NewTable makes an empty table. ended, which may be nil, is called, on the job's
// own goroutine, when a job has ended.
func NewTable(ended func(*Job), keep Keep) *Table { return &Table{ended: ended, keep: keep} }

// Start makes a job of spec, lists it and runs it. The job has the next number,
// from 1; numbers are never used again. A closed table refuses.
func (t *Table) Start(spec Spec) (*Job, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, Errorf(KindClosed, "the shell is ending and starts no more jobs")
	}
	t.last++
	j := newJob(t.last, spec, t.keep)
	j.admit(spec.Throttle)
	j.first = j.Value()
	t.jobs = append(t.jobs, j)
	t.wg.Add(1)
	go func() {
		defer t.wg.Done()
		j.run()
		if t.ended != nil {
			t.ended(j)
		}
	}()
	return j, nil
}

// All returns the jobs in the order of their numbers.
func (t *Table) All() []*Job {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.jobs)
}

// Find returns the job with the given number, or nil.
func (t *Table) Find(id int) *Job {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, j := range t.jobs {
		if j.ID == id {
			return j
		}
	}
	return nil
}

// FindInstance returns the job with the given InstanceID, or nil.
func (t *Table) FindInstance(id string) *Job {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, j := range t.jobs {
		if j.InstanceID == id {
			return j
		}
	}
	return nil
}

// Active returns the jobs that have not ended.
func (t *Table) Active() []*Job {
	return slices.DeleteFunc(t.All(), func(j *Job) bool { return j.State().Ended() })
}

// Remove takes an ended job off the table and frees what nobody has received. A job
// that has not ended is refused with an error of kind [KindState].
func (t *Table) Remove(j *Job) error {
	if !j.State().Ended() {
		return Errorf(KindState, "job %d (%s) has not ended (%s); stop it first, or use -force", j.ID, j.Name, j.State())
	}
	t.mu.Lock()
	t.jobs = slices.DeleteFunc(t.jobs, func(k *Job) bool { return k == j })
	t.mu.Unlock()
	j.discard()
	return nil
}

// Close stops all jobs, waits until they are gone or ctx ends, and frees what
// nobody has received. No job can be started any more.
func (t *Table) Close(ctx context.Context) error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	for _, j := range t.All() {
		for _, task := range j.tasks {
			task.stop()
		}
		defer j.discard()
	}
	gone := make(chan struct{})
	go func() {
		t.wg.Wait()
		close(gone)
	}()
	return wait(ctx, gone)
}
