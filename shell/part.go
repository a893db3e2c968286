package shell

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"marsh/jobs"
)

// part makes the statement a job, on the goroutine that has the turn. The statement keeps
// the engine, with its Lua state and all that is underway in it; the prompt goes on in an
// heir of that, with a copy of the variables, so that neither sees what the other changes.
//
// It returns an error of kind [jobs.KindDetached] with what the person is told; nil when
// the statement only waits for jobs, and ends now; else why it stays as it is.
func (st *statement) part() error {
	e := st.e
	if line, waits := e.top.waitsOnly(st.script.Text); waits {
		e.drop(jobs.Detached(line))
		return nil
	}
	if err := st.front.Leave(); err != nil {
		return err
	}
	heir := e.heir()
	j, err := st.start()
	if err != nil {
		heir.Close()
		st.front.Return()
		return err
	}
	st.front.Join(j.Tasks()[0])
	line := RunningLine(j)
	st.out.leave()
	if e.top.assigns(st.script.Text) {
		st.out.first = e.top.collect.open(st.out)
		line += "; receive-job gives the value"
	}
	e.job.Store(true)
	e.Shell.Watchdog.Watch(e.mark())
	e.Shell.root.Store(heir)
	close(e.apart)
	close(st.out.left)
	return jobs.Detached(line)
}

// start lists the statement as a job.
func (st *statement) start() (*jobs.Job, error) {
	text := strings.TrimSpace(st.script.Text)
	return st.e.StartJob(jobs.Spec{
		Type: jobs.BackgroundJob, Command: text, Script: jobs.Script{Text: text}, Began: st.began,
		Tasks: []jobs.TaskSpec{st.e.task(statementHost{st})},
	})
}

// RunningLine is what the operator is told of a job that is in the background now.
func RunningLine(j *jobs.Job) string {
	line, _, more := strings.Cut(j.Command, "\n")
	if more {
		line += " …"
	}
	return fmt.Sprintf("[%d] %s %s: %s", j.ID, j.Name, j.State(), line)
}

// statementHost is the host of the job that a statement has become: what it runs has
// begun long before.
type statementHost struct{ st *statement }

// Name returns the name of this machine.
func (h statementHost) Name() string { return h.st.e.Name() }

// Run follows the statement to its end, and stops it when ctx ends. What it has shown
// already is not unread.
func (h statementHost) Run(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
	st := h.st
	st.out.to(ctx, out)
	select {
	case <-st.done:
	case <-ctx.Done():
		st.cancel(context.Cause(ctx))
		<-st.done
	}
	return st.err
}

// heir makes the engine that takes e's place at the prompt. No Lua of e's runs.
func (e *Engine) heir() *Engine {
	f := e.fork()
	f.tag, f.programs, f.apart = e.tag, e.programs, make(chan struct{})
	f.job.Store(false)
	fns := f.commands.functions(e.state)
	state, copies := e.state.ForkWith(f.luaOptions(), fns)
	f.state = state
	f.commands.move(fns, copies)
	f.lastStatus.Store(e.lastStatus.Load())
	e.mu.Lock()
	defer e.mu.Unlock()
	f.oldDir, f.errs, f.noted = e.oldDir, e.errs, e.noted
	return f
}

// Host returns the host of what is typed: the shell's engine, and its heir when a
// statement has become a job.
func (s *Shell) Host() jobs.Host { return promptHost{s} }

type promptHost struct{ s *Shell }

// Name returns the name of this machine.
func (h promptHost) Name() string { return h.s.Engine().Name() }

// Run runs the script on the engine that is the prompt's when its turn comes.
func (h promptHost) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	for {
		err := h.s.Engine().Run(ctx, s, out)
		if err != error(errApart) {
			return err
		}
	}
}

// Waits says that the command does nothing but wait for jobs: where it is all that was
// typed, and the person asks that it go on as a job, it is ended, and line is what he is
// told. done takes that back.
func (c *Call) Waits(line func() string) (done func()) {
	r := c.run
	if r == nil || c.stage != r.stages[len(r.stages)-1] {
		return func() {}
	}
	r.waits.Store(&line)
	return func() { r.waits.Store(nil) }
}

// waitsOnly reports whether all of a statement's text is a pipeline that waits for jobs,
// and returns what is to be told when it is left.
func (r *run) waitsOnly(text string) (line string, ok bool) {
	if r == nil || r.p.Capture || strings.TrimSpace(text) != r.p.Text {
		return "", false
	}
	waits := r.waits.Load()
	if waits == nil {
		return "", false
	}
	return (*waits)(), true
}

// assignment is what stands before a command whose value goes into a variable.
var assignment = regexp.MustCompile(`^\$?[A-Za-z_][A-Za-z0-9_]*\s*=\s*$`)

// assigns reports whether all of a statement's text is that the values of the pipeline go
// into a variable. As that of a job it would be gone with it; the values are its output.
func (r *run) assigns(text string) bool {
	if r == nil || r.collect == nil {
		return false
	}
	before, ok := strings.CutSuffix(strings.TrimSpace(text), r.p.Text)
	return ok && assignment.MatchString(before)
}
