package jobs

import (
	"context"
	"sync"
)

// Foreground is a run that somebody waits for at a prompt, and that may become a job
// before it has ended. What runs in it finds it in its context.
type Foreground struct {
	mu       sync.Mutex
	stays    []*string     // why it has to stay as it is for now; guarded by mu
	left     bool          // it has become a job; guarded by mu
	task     *Task         // the job's; nil before; guarded by mu
	programs []*programRun // those that run; guarded by mu
}

// programRun is a program of a Foreground.
type programRun struct {
	pid   int
	ended func() // tells the task, where there is one
}

// foregroundKey is the key of a Foreground in a context.
type foregroundKey struct{}

// WithForeground returns a context for a run that somebody waits for, and what it is
// known by.
func WithForeground(ctx context.Context) (context.Context, *Foreground) {
	f := &Foreground{}
	return context.WithValue(ctx, foregroundKey{}, f), f
}

func foregroundOf(ctx context.Context) *Foreground {
	f, _ := ctx.Value(foregroundKey{}).(*Foreground)
	return f
}

// Stay keeps the run that ctx belongs to from becoming a job, until release is called;
// why says for whom: "a program has the terminal". The error, of kind [KindState], says
// that it has become one already. Where nobody waits for the run nothing happens.
func Stay(ctx context.Context, why string) (release func(), err error) {
	f := foregroundOf(ctx)
	if f == nil {
		return func() {}, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left {
		return nil, Errorf(KindState, "this has become a job, and cannot use the prompt any more")
	}
	reason := &why
	f.stays = append(f.stays, reason)
	return func() { f.release(reason) }, nil
}

func (f *Foreground) release(reason *string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, s := range f.stays {
		if s == reason {
			f.stays = append(f.stays[:i:i], f.stays[i+1:]...)
			return
		}
	}
}

// InBackground reports whether the run that ctx belongs to was waited for at a prompt
// and has become a job.
func InBackground(ctx context.Context) bool {
	f := foregroundOf(ctx)
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.left
}

// Leave notes that the run is becoming a job, or says, as an error of kind [KindState],
// why it cannot.
func (f *Foreground) Leave() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.stays) > 0 {
		return Errorf(KindState, "%s", *f.stays[0])
	}
	f.left = true
	return nil
}

// Return takes back a Leave: there is no job after all.
func (f *Foreground) Return() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = false
}

// Join makes the run part of a task: its programs are the task's from now on.
func (f *Foreground) Join(t *Task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.task = t
	for _, p := range f.programs {
		p.ended = f.task.noteProgram(p.pid)
	}
}

// noteProgram is [NoteProgram] for a run that may become a task.
func (f *Foreground) noteProgram(pid int) (ended func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.task != nil {
		return f.task.noteProgram(pid)
	}
	p := &programRun{pid: pid, ended: func() {}}
	f.programs = append(f.programs, p)
	return func() { f.programEnded(p) }
}

func (f *Foreground) programEnded(p *programRun) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, q := range f.programs {
		if p == q {
			f.programs = append(f.programs[:i:i], f.programs[i+1:]...)
			break
		}
	}
	p.ended()
}
