package jobs

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync/atomic"
	"testing"
)

// fakeHost is a Host whose run is a function.
type fakeHost func(ctx context.Context, s Script, out Sink) error

func (h fakeHost) Name() string                                      { return "fake" }
func (h fakeHost) Run(ctx context.Context, s Script, out Sink) error { return h(ctx, s, out) }

func on(location string, h fakeHost) TaskSpec {
	return TaskSpec{Location: location, Open: func(context.Context) (Host, func(), error) { return h, nil, nil }}
}

// A host on which a script runs until it is stopped; begun tells.
func endless(begun chan<- struct{}) fakeHost {
	return func(ctx context.Context, _ Script, _ Sink) error {
		begun <- struct{}{}
		<-ctx.Done()
		return AsError(context.Cause(ctx))
	}
}

func newTable(t *testing.T) *Table {
	table := NewTable(nil, Keep{})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := table.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return table
}

func startJob(t *testing.T, table *Table, tasks ...TaskSpec) *Job {
	t.Helper()
	j, err := table.Start(Spec{Tasks: tasks, Type: BackgroundJob})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// How a run ends, what the job is then, and why.
func TestJobOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		state  State
		kind   Kind
		status Value
	}{
		"well":           {nil, Completed, 0, int64(0)},
		"error":          {Errorf(KindScript, "went wrong"), Failed, KindScript, nil},
		"plain error":    {errors.New("went wrong"), Failed, KindOther, nil},
		"exit status":    {&Error{Kind: KindExitStatus, Status: 3, Msg: "exit status 3"}, Failed, KindExitStatus, int64(3)},
		"exit 0":         {&Error{Kind: KindExit}, Completed, 0, int64(0)},
		"exit 4":         {&Error{Kind: KindExit, Status: 4}, Failed, KindExitStatus, int64(4)},
		"unreachable":    {fmt.Errorf("connecting: %w", Errorf(KindUnreachable, "no route")), Failed, KindUnreachable, nil},
		"limit":          {Errorf(KindLimit, "too much"), Failed, KindLimit, nil},
		"its own cancel": {context.Canceled, Failed, KindStopped, nil},
	} {
		t.Run(name, func(t *testing.T) {
			j := startJob(t, newTable(t), on("a", func(context.Context, Script, Sink) error { return c.err }))
			await(t, "the end", j.Done())
			task := j.Tasks()[0]
			if j.State() != c.state || task.State() != c.state {
				t.Errorf("the job is %v, its task %v, want %v", j.State(), task.State(), c.state)
			}
			e := task.Reason()
			if (e == nil) != (c.state == Completed) || e != nil && e.Kind != c.kind {
				t.Errorf("the reason is %#v, want %v", e, c.kind)
			}
			v := j.Value()
			if got, _ := v.Get("ExitStatus"); got != c.status {
				t.Errorf("the exit status is %v, want %v", got, c.status)
			}
			if reason, _ := v.Get("Reason"); (reason == nil) != (e == nil) {
				t.Errorf("the value's reason is %v", reason)
			}
			if j.HasMoreData() {
				t.Error("has more data")
			}
			if begin, end := j.Times(); begin.IsZero() || end.Before(begin) {
				t.Errorf("from %v to %v", begin, end)
			}
		})
	}
}

func TestJobThatCannotOpen(t *testing.T) {
	closed := false
	j := startJob(t, newTable(t), TaskSpec{Location: "a", Open: func(context.Context) (Host, func(), error) {
		return nil, func() { closed = true }, Errorf(KindAuth, "no key fits")
	}})
	await(t, "the end", j.Done())
	if e := j.Tasks()[0].Reason(); j.State() != Failed || e.Kind != KindAuth || closed {
		t.Errorf("%v, %v, closed: %v", j.State(), e, closed)
	}
}

// What opening began is closed after the run and before the task has ended.
func TestHostIsClosedAfterTheRun(t *testing.T) {
	var log []string
	var task atomic.Pointer[Task]
	ready := make(chan struct{})
	j := startJob(t, newTable(t), TaskSpec{Open: func(context.Context) (Host, func(), error) {
		<-ready
		log = append(log, "open")
		run := fakeHost(func(context.Context, Script, Sink) error { log = append(log, "run"); return nil })
		return run, func() { log = append(log, "close "+task.Load().State().String()) }, nil
	}})
	task.Store(j.Tasks()[0])
	close(ready)
	await(t, "the end", j.Done())
	if got := fmt.Sprint(log); got != "[open run close Running]" {
		t.Errorf("got %s", got)
	}
}

// A job can be stopped wherever it is.
func TestStop(t *testing.T) {
	t.Run("running", func(t *testing.T) {
		begun := make(chan struct{}, 1)
		j := startJob(t, newTable(t), on("a", endless(begun)))
		<-begun
		stopAndCheck(t, j, Stopped, KindStopped)
	})
	t.Run("opening", func(t *testing.T) {
		begun := make(chan struct{}, 1)
		j := startJob(t, newTable(t), TaskSpec{Open: func(ctx context.Context) (Host, func(), error) {
			return nil, nil, endless(begun)(ctx, Script{}, nil)
		}})
		<-begun
		stopAndCheck(t, j, Stopped, KindStopped)
	})
	t.Run("blocked", func(t *testing.T) {
		j, err := newTable(t).Start(Spec{Limit: 1, Tasks: []TaskSpec{on("a", func(ctx context.Context, _ Script, out Sink) error {
			for {
				if err := out.Write(ctx, Out("x")); err != nil {
					return err
				}
			}
		})}})
		if err != nil {
			t.Fatal(err)
		}
		awaitState(t, j, Blocked)
		if e := j.Tasks()[0].Reason(); e == nil || e.Kind != KindLimit {
			t.Errorf("the reason of being blocked is %v", e)
		}
		stopAndCheck(t, j, Stopped, KindStopped)
		expectRecords(t, taken(t, j.Tasks()[0].Stream(), 0), 1, "x")
	})
	t.Run("queued", func(t *testing.T) {
		begun := make(chan struct{}, 3)
		j, err := newTable(t).Start(Spec{Throttle: 1, Tasks: []TaskSpec{on("a", endless(begun)), on("b", endless(begun)), on("c", endless(begun))}})
		if err != nil {
			t.Fatal(err)
		}
		<-begun
		third := j.Tasks()[2]
		if err := third.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if third.State() != Stopped || third.Reason().Kind != KindNeverStarted || j.State() != Running {
			t.Errorf("the third is %v, %v, the job %v", third.State(), third.Reason(), j.State())
		}
		if begin, end := third.Times(); !begin.IsZero() || end.IsZero() {
			t.Errorf("the third was from %v to %v", begin, end)
		}
		stopAndCheck(t, j, Stopped, KindStopped)
		if kind := j.Tasks()[1].Reason().Kind; kind != KindNeverStarted && kind != KindStopped {
			t.Errorf("the second: %v", kind)
		}
	})
	t.Run("ended", func(t *testing.T) {
		j := startJob(t, newTable(t), on("a", func(context.Context, Script, Sink) error { return nil }))
		await(t, "the end", j.Done())
		if err := j.Stop(t.Context()); err != nil || j.State() != Completed {
			t.Errorf("%v, %v", j.State(), err)
		}
	})
}

func stopAndCheck(t *testing.T, j *Job, state State, kind Kind) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := j.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if e := j.Tasks()[0].Reason(); j.State() != state || e == nil || e.Kind != kind {
		t.Errorf("the job is %v, %v; want %v, %v", j.State(), e, state, kind)
	}
}

func awaitState(t *testing.T, j *Job, s State) {
	t.Helper()
	for {
		changed := j.Changed()
		if j.State() == s {
			return
		}
		await(t, "the state "+s.String(), changed)
	}
}

// A stop is over when what the task opened is closed; who waits for it may give up.
func TestStopWaitsForTheEnd(t *testing.T) {
	begun, gate := make(chan struct{}, 1), make(chan struct{})
	j := startJob(t, newTable(t), TaskSpec{Open: func(context.Context) (Host, func(), error) {
		return endless(begun), func() { <-gate }, nil
	}})
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Stop(ctx); !errors.Is(err, KindStopped) {
		t.Errorf("got %v", err)
	}
	if j.State() != Stopping {
		t.Errorf("the job is %v", j.State())
	}
	close(gate)
	stopAndCheck(t, j, Stopped, KindStopped)
}

// A script that ends well although it was asked to stop is completed.
func TestStopThatComesTooLate(t *testing.T) {
	begun := make(chan struct{})
	j := startJob(t, newTable(t), on("a", func(ctx context.Context, _ Script, _ Sink) error {
		close(begun)
		<-ctx.Done()
		return nil
	}))
	<-begun
	if err := j.Stop(t.Context()); err != nil || j.State() != Completed {
		t.Errorf("%v, %v", j.State(), err)
	}
}

// The throttle bounds how many run at once, and all get their turn.
func TestThrottle(t *testing.T) {
	const tasks, throttle = 50, 4
	var running, most atomic.Int64
	begun, gate := make(chan struct{}, tasks), make(chan struct{})
	run := func(context.Context, Script, Sink) error {
		n := running.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		begun <- struct{}{}
		<-gate
		running.Add(-1)
		return nil
	}
	spec := Spec{Throttle: throttle}
	for range tasks {
		spec.Tasks = append(spec.Tasks, on("a", run))
	}
	j, err := newTable(t).Start(spec)
	if err != nil {
		t.Fatal(err)
	}
	for range throttle {
		<-begun
	}
	states := map[State]int{}
	for _, task := range j.Tasks() {
		states[task.State()]++
	}
	if states[Running] != throttle || states[NotStarted] != tasks-throttle || j.State() != Running {
		t.Errorf("the states are %v, the job is %v", states, j.State())
	}
	close(gate)
	await(t, "the end", j.Done())
	if most.Load() != throttle || j.State() != Completed {
		t.Errorf("%d ran at once, want %d; %v", most.Load(), throttle, j.State())
	}
}

// A job that was just started shows as running, however short it is.
func TestStarted(t *testing.T) {
	j := startJob(t, newTable(t), on("a", func(context.Context, Script, Sink) error { return nil }), on("b", func(context.Context, Script, Sink) error { return nil }))
	await(t, "the end", j.Done())
	first := j.Started()
	if first.String("State") != "Running" || first.String("HasMoreData") != "True" || first.String("Location") != "a,b" {
		t.Errorf("%s", Text(first.Keys()))
	}
	if v := j.Value(); v.String("State") != "Completed" || v.String("HasMoreData") != "False" {
		t.Errorf("now it is %v with more data %v", v.String("State"), v.String("HasMoreData"))
	}
}

func TestJobValue(t *testing.T) {
	table := newTable(t)
	j, err := table.Start(Spec{Name: "logs", Type: RemoteJob, Command: "x", Tasks: []TaskSpec{
		on("a", func(ctx context.Context, _ Script, out Sink) error { return out.Write(ctx, Out("unread")) }),
		on("b", func(context.Context, Script, Sink) error {
			return &Error{Kind: KindExitStatus, Status: 2, Msg: "exit status 2"}
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the end", j.Done())
	v := j.Value()
	for key, want := range map[string]string{
		"Id": "1", "Name": "logs", "Type": "RemoteJob", "State": "Failed", "HasMoreData": "True", "Location": "a,b", "Command": "x", "ExitStatus": "2",
		"InstanceId": j.InstanceID, "Reason": "exit status 2",
	} {
		if got := v.String(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if n, err := Normalize(v); err != nil || !Equal(n, v) {
		t.Errorf("is no value: %v", err)
	}
	children, _ := v.Get("ChildJobs")
	for i, want := range []string{"1.1 logs.1 Completed True a 0", "1.2 logs.2 Failed False b 2"} {
		c := children.(List)[i].(*Map)
		got := fmt.Sprint(c.String("Id"), " ", c.String("Name"), " ", c.String("State"), " ", c.String("HasMoreData"), " ", c.String("Location"), " ", c.String("ExitStatus"))
		if got != want {
			t.Errorf("child %d is %q, want %q", i+1, got, want)
		}
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(j.InstanceID) {
		t.Errorf("the identifier is %q", j.InstanceID)
	}
}

// A job says why it failed, not that another of its tasks was stopped, and has an
// exit status of 0 only where all ended well.
func TestReasonIsThatOfTheState(t *testing.T) {
	begun := make(chan struct{}, 1)
	j := startJob(t, newTable(t), on("a", endless(begun)),
		on("b", func(context.Context, Script, Sink) error { return &Error{Kind: KindAuth, Msg: "no key"} }),
		on("c", func(context.Context, Script, Sink) error { return nil }))
	<-begun
	for _, task := range j.Tasks()[1:] {
		await(t, "the end of a task", task.Done())
	}
	if err := j.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := j.Value()
	if state, reason := v.String("State"), v.String("Reason"); state != "Failed" || reason != "no key" {
		t.Errorf("the job is %s because of %q", state, reason)
	}
	if status, _ := v.Get("ExitStatus"); status != nil {
		t.Errorf("the exit status is %v", status)
	}
}
