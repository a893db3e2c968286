package jobs

import (
	"context"
	"strings"
	"sync"
)

// MaxPools is how many pools a table has at most.
const MaxPools = 256

// Table is the jobs of one shell, by number.
type Table struct {
	ended func(*Job) // told when a job has ended; may be nil
	keep  Keep       // never changes

	mu     sync.Mutex
	last   int              // the number given last; guarded by mu
	byID   map[int]*Job     // guarded by mu
	byUID  map[string]*Job  // by InstanceID; guarded by mu
	ends   link             // the list of all jobs, by number: next is the first, prev the last; guarded by mu
	pools  map[string]*Pool // by name, in lower case; guarded by mu
	closed bool             // guarded by mu
	wg     sync.WaitGroup   // the goroutines of the jobs
}

// link is a job's place in the list of its table. Table.mu guards it.
type link struct{ prev, next *Job }

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
func NewTable(ended func(*Job), keep Keep) *Table {
	return &Table{ended: ended, keep: keep, byID: map[int]*Job{}, byUID: map[string]*Job{}, pools: map[string]*Pool{}}
}

// Pool returns the pool of that name, in any letter case. It is made when it is not
// there, for limit tasks at a time, or [DefaultPool] when limit is 0. Where it is, limit
// is from now on its own, unless it is 0. Past [MaxPools] the error is of kind
// [KindLimit].
func (t *Table) Pool(name string, limit int) (*Pool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := strings.ToLower(name)
	p := t.pools[key]
	switch {
	case p == nil && len(t.pools) >= MaxPools:
		return nil, Errorf(KindLimit, "there are %d pools, and no more can be made; use one of them", MaxPools)
	case p == nil:
		if limit == 0 {
			limit = DefaultPool
		}
		p = newPool(name, limit)
		t.pools[key] = p
	case limit > 0:
		p.setLimit(limit)
	}
	return p, nil
}

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
	j.admit(spec)
	t.add(j)
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

// add lists a job behind the others. mu is held.
func (t *Table) add(j *Job) {
	t.byID[j.ID], t.byUID[j.InstanceID] = j, j
	j.link.prev = t.ends.prev
	if j.link.prev == nil {
		t.ends.next = j
	} else {
		j.link.prev.link.next = j
	}
	t.ends.prev = j
}

// drop takes a job off the list, if it is there. mu is held.
func (t *Table) drop(j *Job) {
	if t.byID[j.ID] != j {
		return
	}
	delete(t.byID, j.ID)
	delete(t.byUID, j.InstanceID)
	prev, next := &t.ends, &t.ends
	if j.link.prev != nil {
		prev = &j.link.prev.link
	}
	if j.link.next != nil {
		next = &j.link.next.link
	}
	prev.next, next.prev = j.link.next, j.link.prev
	j.link = link{}
}

// All returns the jobs in the order of their numbers.
func (t *Table) All() []*Job {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]*Job, 0, len(t.byID))
	for j := t.ends.next; j != nil; j = j.link.next {
		all = append(all, j)
	}
	return all
}

// Find returns the job with the given number, or nil.
func (t *Table) Find(id int) *Job {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byID[id]
}

// FindInstance returns the job with the given InstanceID, or nil.
func (t *Table) FindInstance(id string) *Job {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byUID[id]
}

// Active returns the jobs that have not ended.
func (t *Table) Active() []*Job {
	var active []*Job
	for _, j := range t.All() {
		if !j.State().Ended() {
			active = append(active, j)
		}
	}
	return active
}

// Remove takes an ended job off the table and frees what nobody has received. A job
// that has not ended is refused with an error of kind [KindState].
func (t *Table) Remove(j *Job) error {
	if !j.State().Ended() {
		return Errorf(KindState, "job %d (%s) has not ended (%s); stop it first, or use -force", j.ID, j.Name, j.State())
	}
	t.mu.Lock()
	t.drop(j)
	t.mu.Unlock()
	j.discard()
	return nil
}

// Close stops all jobs, waits until they are gone or ctx ends, and frees what
// nobody has received. No job can be started any more. An error of kind [KindState] names
// each job of which processes are left, and them; one of another kind, where ctx has
// ended, those that have not ended.
func (t *Table) Close(ctx context.Context) error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	all := t.All()
	stopped := active(all)
	for _, j := range all {
		defer j.discard()
	}
	for _, task := range stopped {
		task.stop()
	}
	gone := make(chan struct{})
	go func() {
		t.wg.Wait()
		close(gone)
	}()
	if wait(ctx, gone) != nil {
		return notEnded(ctx, stopped)
	}
	return LeftOf(stopped)
}
