package jobs

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Types of jobs.
const (
	BackgroundJob = "BackgroundJob" // made by start-job
	RemoteJob     = "RemoteJob"     // made by invoke-command -asjob
)

// Spec says what a job is to be.
type Spec struct {
	Name       string // "" is Job<Id>
	Type       string // BackgroundJob or RemoteJob
	Command    string // the script block's text, as typed
	Script     Script
	Tasks      []TaskSpec
	Throttle   int           // how many tasks run at a time; 0 is no limit
	Pool       *Pool         // the tasks run when their turn comes there, whatever Throttle says; nil is none
	Timeout    time.Duration // each task fails when it has run for so long; 0 is no limit
	AutoRemove bool          // receiving all of it, once it has ended, removes it from its table
	HideHost   bool          // what it writes is shown without the names of its machines
	Ended      func(*Job)    // told, before Done is closed, that all tasks have ended; may be nil
	Began      time.Time     // when its tasks began, where that was before it was a job; else zero
	Limit      int64         // bytes of unread records that each task keeps in memory; 0 is the default of StreamOptions
}

// Job is the tasks that were started together. Its state is derived from theirs.
type Job struct {
	ID         int
	Name       string
	Type       string
	Command    string
	InstanceID string // unique, for good
	AutoRemove bool   // see Spec; it never changes
	HideHost   bool   // likewise

	tasks []*Task
	pool  *Pool         // where the tasks have their turns: Spec.Pool, or one for the throttle; may be nil
	link  link          // in the list of the table
	ended func(*Job)    // see Spec; never changes
	done  chan struct{} // closed when all tasks have ended

	attended atomic.Int64 // how many wait for the end, or did when it came

	mu      sync.Mutex
	changed chan struct{} // closed and forgotten when a task's state changes; nil when nobody asked; guarded by mu
}

// newID returns a random identifier in the form of a UUID of version 4 (RFC 9562).
func newID() string {
	var b [16]byte
	binary.NativeEndian.PutUint64(b[:8], rand.Uint64())
	binary.NativeEndian.PutUint64(b[8:], rand.Uint64())
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	x := hex.AppendEncode(make([]byte, 0, 32), b[:])
	return string(x[:8]) + "-" + string(x[8:12]) + "-" + string(x[12:16]) + "-" + string(x[16:20]) + "-" + string(x[20:])
}

// NewInstanceID returns a new identifier that no other thing has.
func NewInstanceID() string { return newID() }

func newJob(id int, spec Spec, keep Keep) *Job {
	j := &Job{
		ID: id, Name: spec.Name, Type: spec.Type, Command: spec.Command,
		InstanceID: newID(), AutoRemove: spec.AutoRemove, HideHost: spec.HideHost, ended: spec.Ended, done: make(chan struct{}),
	}
	if j.Name == "" {
		j.Name = "Job" + strconv.Itoa(id)
	}
	stores := keep.stores(id, len(spec.Tasks))
	for i, ts := range spec.Tasks {
		o := StreamOptions{Limit: spec.Limit, Memory: keep.Memory, Store: stores[i]}
		j.tasks = append(j.tasks, newTask(j, ts, spec, i+1, o))
	}
	return j
}

// Tasks returns the job's tasks in the order of its targets. The caller must not
// change the slice.
func (j *Job) Tasks() []*Task { return j.tasks }

// Done returns a channel that is closed when every task has ended.
func (j *Job) Done() <-chan struct{} { return j.done }

// Changed returns a channel that is closed when the state of one of the job's tasks
// changes. Get it before looking, and nothing is missed.
func (j *Job) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}

// notify wakes everybody who waits for a change.
func (j *Job) notify() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// State returns the job's state, derived from its tasks'.
func (j *Job) State() State {
	states := make([]State, len(j.tasks))
	for i, t := range j.tasks {
		states[i] = t.State()
	}
	return RollUp(states)
}

// HasMoreData reports whether some task may still write, or something is unread.
func (j *Job) HasMoreData() bool {
	for _, t := range j.tasks {
		if t.HasMoreData() {
			return true
		}
	}
	return false
}

// Location returns the names of the tasks' machines, joined with commas; those of a
// BackgroundJob that follow one another and are the same, once.
func (j *Job) Location() string {
	if len(j.tasks) == 1 {
		return j.tasks[0].Location()
	}
	names := make([]string, len(j.tasks))
	for i, t := range j.tasks {
		names[i] = t.Location()
	}
	if j.Type == BackgroundJob {
		names = slices.Compact(names)
	}
	return strings.Join(names, ",")
}

// Times returns when the first task began and when the last one ended; zero where
// that has not happened.
func (j *Job) Times() (begin, end time.Time) {
	looks := make([]look, len(j.tasks))
	for i, t := range j.tasks {
		looks[i].begin, looks[i].end = t.Times()
	}
	return span(looks)
}

// Stop asks every task that has not ended to stop, and waits until all are gone or
// ctx ends.
func (j *Job) Stop(ctx context.Context) error {
	for _, t := range j.tasks {
		t.stop()
	}
	return wait(ctx, j.done)
}

// Stop asks the task to stop, and waits until it is gone or ctx ends.
func (t *Task) Stop(ctx context.Context) error {
	t.stop()
	return wait(ctx, t.done)
}

// Wait waits until the job has ended, or ctx.
func (j *Job) Wait(ctx context.Context) error { return wait(ctx, j.done) }

func wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return AsError(context.Cause(ctx))
	}
}

// admit lets the first tasks begin, as many as may run at a time: they are Running from
// now on, so that nobody sees a job that was started and is not.
func (j *Job) admit(spec Spec) {
	j.pool = spec.Pool
	if j.pool == nil && spec.Throttle > 0 && spec.Throttle < len(j.tasks) {
		j.pool = newPool("", spec.Throttle)
	}
	for _, t := range j.tasks {
		if t.atOnce = t.admit(j.pool); t.atOnce {
			t.become(Running, nil)
		}
	}
}

// run runs the job's tasks, each when its turn comes, to the end.
func (j *Job) run() {
	for _, t := range j.tasks[min(1, len(j.tasks)):] {
		go t.run()
	}
	if len(j.tasks) > 0 {
		j.tasks[0].run()
	}
	for _, t := range j.tasks {
		<-t.done
	}
	if j.ended != nil {
		j.ended(j)
	}
	close(j.done)
}

// discard frees what nobody has received.
func (j *Job) discard() {
	for _, t := range j.tasks {
		t.stream.Discard()
	}
}
