package jobs

import (
	"context"
	"slices"
	"strconv"
)

// taskKey is the key of a task in the context of its run.
type taskKey struct{}

// taskOf returns the task whose run the context belongs to, or nil.
func taskOf(ctx context.Context) *Task {
	t, _ := ctx.Value(taskKey{}).(*Task)
	return t
}

// Within names the job whose run the context belongs to, as in "job 3 (nightly)"; "" where
// there is none.
func Within(ctx context.Context) string {
	t := taskOf(ctx)
	if t == nil {
		return ""
	}
	return "job " + strconv.Itoa(t.job.ID) + " (" + t.job.Name + ")"
}

// NoteProgram notes that a program runs as part of the task whose run ctx belongs to,
// or will belong to ([Foreground]), if there is one: its number is the task's Pid until
// ended is called.
func NoteProgram(ctx context.Context, pid int) (ended func()) {
	if t := taskOf(ctx); t != nil {
		return t.noteProgram(pid)
	}
	if f := foregroundOf(ctx); f != nil {
		return f.noteProgram(pid)
	}
	return func() {}
}

func (t *Task) noteProgram(pid int) (ended func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.programs = append(t.programs, pid)
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		i := slices.Index(t.programs, pid)
		t.programs = slices.Delete(t.programs, i, i+1)
	}
}

// Programs returns the numbers of the processes that the task has started on this
// machine and waits for, in the order in which they were started.
func (t *Task) Programs() []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.programs)
}

// pidOf returns the number of the only program, a list of several, nil for none.
func pidOf(programs []int) Value {
	switch len(programs) {
	case 0:
		return nil
	case 1:
		return int64(programs[0])
	}
	all := make(List, len(programs))
	for i, n := range programs {
		all[i] = int64(n)
	}
	return all
}
