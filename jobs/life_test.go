package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every outcome that one task of a job can have, driven for real.
var outcomes = map[State]fakeHost{
	Completed: nothing,
	Failed:    func(context.Context, Script, Sink) error { return Errorf(KindScript, "went wrong") },
	Stopped: func(ctx context.Context, _ Script, _ Sink) error {
		<-ctx.Done()
		return AsError(context.Cause(ctx))
	},
}

// Jobs of no to three tasks with each outcome: those that are to be stopped are, one by
// one or with the whole job; the job's last word is that of the rule.
func TestLastWords(t *testing.T) {
	states := []State{Completed, Failed, Stopped}
	sets := [][]State{{}}
	for i := 0; len(sets[i]) < 3; i++ {
		for _, s := range states {
			sets = append(sets, append(slices.Clone(sets[i]), s))
		}
	}
	for _, set := range sets {
		for _, whole := range []bool{false, true} {
			checkLastWord(t, set, whole)
		}
	}
}

func checkLastWord(t *testing.T, set []State, whole bool) {
	var tasks []TaskSpec
	for _, s := range set {
		tasks = append(tasks, on("a", outcomes[s]))
	}
	j := startJob(t, newTable(t), tasks...)
	for i, task := range j.Tasks() {
		if set[i] != Stopped {
			await(t, "the end", task.Done())
		}
	}
	if open := slices.Contains(set, Stopped); open && j.State() != Running {
		t.Errorf("%v: %v before all have ended", set, j.State())
	}
	for i, task := range j.Tasks() {
		if set[i] == Stopped && !whole {
			if err := task.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
	if err := j.Stop(t.Context()); err != nil { // stops what has not ended, and nothing else
		t.Error(err)
	}
	if got, want := j.State(), RollUp(set); got != want {
		t.Errorf("%v: %v, want %v", set, got, want)
	}
	for i, task := range j.Tasks() {
		if task.State() != set[i] {
			t.Errorf("%v: task %d is %v", set, i+1, task.State())
		}
	}
}

// A task that is blocked or disconnected makes its job so, and goes on.
func TestBlockedAndDisconnectedChild(t *testing.T) {
	begun := make(chan struct{}, 2)
	j := startJob(t, newTable(t), on("a", endless(begun)), on("b", endless(begun)))
	<-begun
	<-begun
	a, b := j.Tasks()[0], j.Tasks()[1]
	steps := []struct {
		task *Task
		to   State
		job  State
	}{
		{a, Blocked, Blocked}, {b, Disconnected, Blocked}, {a, Running, Running}, {a, Disconnected, Disconnected},
		{b, Blocked, Blocked}, {b, Running, Running}, {a, Running, Running},
	}
	for _, s := range steps {
		changed := j.Changed()
		if !s.task.become(s.to, nil) || j.State() != s.job {
			t.Errorf("task %d became %v: the job is %v, want %v", s.task.Index(), s.to, j.State(), s.job)
		}
		await(t, "word of the change", changed)
	}
	b.become(Disconnected, nil)
	stopAndCheck(t, j, Stopped, KindStopped)
	for _, task := range j.Tasks() {
		for s := range numStates {
			if task.become(s, nil) {
				t.Errorf("a stopped task became %v", s)
			}
		}
	}
}

// A task that runs for longer than it may has failed, and says why.
func TestTimeout(t *testing.T) {
	j, err := newTable(t).Start(Spec{Timeout: time.Microsecond, Tasks: []TaskSpec{on("a", outcomes[Stopped]), on("b", nothing)}})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the end", j.Done())
	e := j.Tasks()[0].Reason()
	if j.State() != Failed || !errors.Is(e, KindTimeout) || !strings.Contains(e.Msg, "1µs") {
		t.Errorf("%v: %v", j.State(), e)
	}
	if b := j.Tasks()[1].State(); b != Completed {
		t.Errorf("the other one is %v", b)
	}
}

// A job that a timeout ends after it was stopped was stopped.
func TestStopBeforeTimeout(t *testing.T) {
	begun := make(chan struct{}, 1)
	j, err := newTable(t).Start(Spec{Timeout: time.Hour, Tasks: []TaskSpec{on("a", endless(begun))}})
	if err != nil {
		t.Fatal(err)
	}
	<-begun
	j.Tasks()[0].stop()
	j.Tasks()[0].timeOut()
	stopAndCheck(t, j, Stopped, KindStopped)
}

// The programs that run in a task are its Pid.
func TestPid(t *testing.T) {
	seen := make(chan Value, 4)
	var j *Job
	ready := make(chan struct{})
	look := func() { v, _ := j.Value().Get("Pid"); seen <- v }
	j = startJob(t, newTable(t), on("a", func(ctx context.Context, _ Script, _ Sink) error {
		<-ready
		one := NoteProgram(ctx, 11)
		look()
		two := NoteProgram(ctx, 22)
		one()
		look()
		two()
		look()
		return nil
	}))
	close(ready)
	await(t, "the end", j.Done())
	for _, want := range []Value{int64(11), int64(22), nil} {
		if got := <-seen; got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
	if got, ok := pidOf([]int{5, 6}).(List); !ok || len(got) != 2 {
		t.Errorf("two: %v", got)
	}
	NoteProgram(t.Context(), 1)() // of no task: nothing happens
}
