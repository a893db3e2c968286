package shell

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"syscall"

	"marsh/jobs"
)

// fronts is the pipelines of programs that have become jobs.
type fronts struct {
	mu  sync.Mutex
	all []*front // the one suspended last comes last; guarded by mu
}

// suspended notes that f was suspended just now.
func (s *fronts) suspended(f *front) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(slices.DeleteFunc(s.all, func(g *front) bool { return f == g }), f)
}

// list returns those there are, the one suspended last first.
func (s *fronts) list() []*front {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.all)
	slices.Reverse(all)
	return all
}

// of returns the pipeline that has become the job j, or nil.
func (s *fronts) of(j *jobs.Job) *front {
	for _, f := range s.list() {
		if f.itsJob() == j {
			return f
		}
	}
	return nil
}

// drop forgets a job's pipeline, and reports whether it ended with the terminal.
func (s *fronts) drop(j *jobs.Job) (held bool) {
	f := s.of(j)
	if f == nil {
		return false
	}
	s.mu.Lock()
	s.all = slices.DeleteFunc(s.all, func(g *front) bool { return f == g })
	s.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held
}

// frontHost is the host of the job that a pipeline has become: what it runs has begun
// long before.
type frontHost struct{ f *front }

// Name returns the name of this machine.
func (h frontHost) Name() string { return h.f.r.e.Name() }

// Run follows the pipeline to its end, and stops it when ctx ends.
func (h frontHost) Run(ctx context.Context, _ jobs.Script, _ jobs.Sink) error {
	f := h.f
	for _, pid := range f.tty.Programs() {
		defer jobs.NoteProgram(ctx, pid)()
	}
	for {
		changed := f.tty.Changed()
		f.update()
		select {
		case <-f.done:
			f.goOn() // what ended was not suspended any more
			return interruptedStatus(f.err)
		case <-changed:
		case <-ctx.Done():
			f.cancel(context.Cause(ctx))
			<-f.done
			return f.err
		}
	}
}

// update brings the job's state up to date, and tells the operator when it stands
// still: it wanted the terminal, or somebody outside of the shell has stopped it. While
// it has the terminal, hold does that.
func (f *front) update() {
	if by, stopped := f.look(); stopped {
		s := f.r.e.Shell
		s.fronts.suspended(f)
		s.notify(suspendedLine(f.itsJob(), by))
	}
}

// look sets the job's state, and reports whether it has come to stand still.
func (f *front) look() (by syscall.Signal, stopped bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held {
		return 0, false
	}
	by, stopped = f.tty.Stopped()
	if by != f.by { // it may have gone on in between, too quickly to be seen
		f.task().GoOn()
	}
	f.by = by
	return by, stopped && f.task().Suspend(suspendedReason(by))
}

func (f *front) goOn() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.task().GoOn()
}

// suspendedReason says why a job stands still.
func suspendedReason(by syscall.Signal) *jobs.Error {
	return jobs.Errorf(jobs.KindState, "suspended%s; resume-job or fg goes on", wanted(by))
}

// suspendedLine is what the operator is told.
func suspendedLine(j *jobs.Job, by syscall.Signal) string {
	return fmt.Sprintf("[job %d] suspended%s: %s; fg goes on, bg without the terminal, stop-job %d ends it", j.ID, wanted(by), j.Command, j.ID)
}

// wanted says what a program wanted that was stopped in the background.
func wanted(by syscall.Signal) string {
	switch by {
	case syscall.SIGTTIN:
		return " because it reads from the terminal"
	case syscall.SIGTTOU:
		return " because it changes the terminal"
	}
	return ""
}
