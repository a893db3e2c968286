package jobs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// Opener gives a task its Host: at once, or by connecting. The returned close ends
// what the opening began (it may be nil); it is called when the task has ended, and
// returns when everything the task started there is gone.
type Opener func(ctx context.Context) (h Host, close func(), err error)

// TaskSpec says what one task of a job is to run on.
type TaskSpec struct {
	Location string // the machine's name as the operator knows it; "localhost" for this one
	Session  string // the InstanceID of the session it runs in, or ""
	Open     Opener
}

// Task is a Script on one Host, with a state.
type Task struct {
	spec   TaskSpec // its Open belongs to the goroutine that runs the task
	script Script
	index  int // from 1
	job    *Job
	stream *Stream
	ctx    context.Context         // the run's; ends when the task is stopped
	cancel context.CancelCauseFunc // of ctx
	done   chan struct{}           // closed when the task has ended
	seat   *seat                   // its place in the job's pool; nil where that has none
	limit  time.Duration           // how long it may run; 0 is for ever
	atOnce bool                    // it did not have to wait for its turn; set before the job is listed

	mu         sync.Mutex
	state      State     // guarded by mu
	reason     *Error    // why it failed or was stopped; guarded by mu
	begin, end time.Time // guarded by mu
	programs   []int     // the processes it waits for; guarded by mu
}

var errStopped = &Error{Kind: KindStopped, Msg: "stopped"}

func newTask(j *Job, ts TaskSpec, spec Spec, index int, o StreamOptions) *Task {
	t := &Task{spec: ts, script: spec.Script, index: index, job: j, limit: spec.Timeout, begin: spec.Began, done: make(chan struct{})}
	o.Blocked = t.setBlocked
	t.stream = NewStream(o)
	t.ctx, t.cancel = context.WithCancelCause(context.WithValue(context.Background(), taskKey{}, t))
	return t
}

// Index returns the task's number in its job, from 1.
func (t *Task) Index() int { return t.index }

// ID returns the number of the task as operators know it, such as "1.2".
func (t *Task) ID() string { return strconv.Itoa(t.job.ID) + "." + strconv.Itoa(t.index) }

// Name returns the task's name: its job's, with its number.
func (t *Task) Name() string { return t.job.Name + "." + strconv.Itoa(t.index) }

// Location returns the name of the machine that the task runs on.
func (t *Task) Location() string { return t.spec.Location }

// Session returns the InstanceID of the session that the task runs in, or "".
func (t *Task) Session() string { return t.spec.Session }

// Stream returns what the task has written.
func (t *Task) Stream() *Stream { return t.stream }

// Done returns a channel that is closed when the task has ended.
func (t *Task) Done() <-chan struct{} { return t.done }

// Job returns the job that the task belongs to.
func (t *Task) Job() *Job { return t.job }

// State returns the task's state.
func (t *Task) State() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// Reason returns why the task failed or was stopped, or nil.
func (t *Task) Reason() *Error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reason
}

// Times returns when the task began to run and when it ended; zero where it has
// not.
func (t *Task) Times() (begin, end time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.begin, t.end
}

// HasMoreData reports whether the task may still write, or something it wrote is
// unread.
func (t *Task) HasMoreData() bool {
	if !t.State().Ended() {
		return true
	}
	return t.stream.Unread() > 0
}

// become moves the task to state s if that may follow, and reports whether it did.
func (t *Task) become(s State, reason *Error) bool {
	done := t.move(s, reason)
	if done {
		t.job.notify()
	}
	return done
}

func (t *Task) move(s State, reason *Error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.state.CanBecome(s) {
		return false
	}
	t.state = s
	if reason != nil || s == Running {
		t.reason = reason
	}
	if s == Running && t.begin.IsZero() {
		t.begin = time.Now()
	}
	if s.Ended() {
		t.end = time.Now()
	}
	return true
}

// setBlocked follows the stream: its writer waits for room, and why, or goes on.
func (t *Task) setBlocked(why *Error) {
	if why == nil {
		t.become(Running, nil)
		return
	}
	n := t.job.ID
	reason := Errorf(why.Kind, "%w; receive-job %d makes room, remove-job %d -force gives it up", why, n, n)
	if !t.become(Blocked, reason) {
		t.blockedFor(reason)
	}
}

// blockedFor changes the reason of a task that is blocked already.
func (t *Task) blockedFor(reason *Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == Blocked {
		t.reason = reason
	}
}

// stop asks the task to end; it does not wait.
func (t *Task) stop() { t.stopFor(errStopped) }

func (t *Task) stopFor(cause error) {
	t.become(Stopping, nil)
	t.cancel(cause)
}

// admit gives the task its place, where there is a pool, and reports whether it may
// begin at once.
func (t *Task) admit(p *Pool) bool {
	if p == nil {
		return true
	}
	t.seat = &seat{pool: p}
	return t.seat.take()
}

// run runs the task to its end.
func (t *Task) run() {
	err := Guard(t.work)
	t.stream.Close()
	t.finish(err)
	t.cancel(nil)
	close(t.done)
}

// work waits for its turn, opens the host and runs the script there.
func (t *Task) work() error {
	if t.seat != nil {
		defer t.seat.leave()
		if !t.await() {
			return &Error{Kind: KindNeverStarted, Msg: "stopped before its turn came"}
		}
	}
	if t.limit > 0 {
		defer time.AfterFunc(t.limit, t.timeOut).Stop()
	}
	host, closeHost, err := t.spec.Open(t.ctx)
	t.spec.Open = nil // an ended task keeps nothing of its host
	if err != nil {
		return err
	}
	if closeHost != nil {
		defer closeHost()
	}
	return host.Run(t.ctx, t.script, t.stream)
}

// await waits for the task's turn; false when it was stopped first.
func (t *Task) await() bool {
	if t.State() == Running {
		return true
	}
	return t.seat.wait(t.ctx) && t.ctx.Err() == nil && t.become(Running, nil)
}

// timeOut ends a task that has run for as long as it may.
func (t *Task) timeOut() {
	t.cancel(Errorf(KindTimeout, "it did not end within %v, and was stopped", t.limit))
}

// cut returns why the task was ended before its time, where it has failed so: it was not
// stopped by anybody.
func (t *Task) cut() *Error {
	e, _ := errors.AsType[*Error](context.Cause(t.ctx))
	if e != nil && (e.Kind == KindLimit || e.Kind == KindTimeout) {
		return e
	}
	return nil
}

// finish sets the task's last word from the outcome of its run.
func (t *Task) finish(err error) {
	if err == nil && t.become(Completed, nil) {
		return
	}
	e := AsError(err)
	if e == nil {
		e = errStopped
	}
	if e.Kind == KindExit {
		t.finishExit(e)
		return
	}
	if cut := t.cut(); cut != nil {
		t.become(Failed, cut)
		return
	}
	if t.ctx.Err() != nil || e.Kind == KindNeverStarted {
		t.become(Stopped, e)
		return
	}
	t.become(Failed, e)
}

// finishExit ends a task whose script said "exit N": 0 is Completed.
func (t *Task) finishExit(e *Error) {
	if e.Status == 0 {
		t.become(Completed, nil)
		return
	}
	t.become(Failed, &Error{Kind: KindExitStatus, Op: "exit", Status: e.Status, Msg: fmt.Sprintf("exit status %d", e.Status)})
}
