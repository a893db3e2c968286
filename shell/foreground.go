package shell

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"marsh/jobs"
	"marsh/shell/proc"
)

// front is a pipeline whose last programs were started with the terminal. It has the
// terminal until it ends or is suspended; then it is a job, which stands still, goes
// on in the background, or has the terminal again.
type front struct {
	r      *run
	tty    *proc.Foreground
	cancel context.CancelCauseFunc // stops the pipeline
	done   chan struct{}           // closed when the pipeline has ended
	err    error                   // how; set before done is closed

	mu   sync.Mutex
	job  *jobs.Job      // nil before it was suspended; guarded by mu
	held bool           // it has the terminal, or had it when it ended; guarded by mu
	by   syscall.Signal // what its job's state says that stopped it, 0 where nothing did; guarded by mu
}

// chooseTerminal gives the terminal to the programs that end the pipeline, when it was
// typed at one.
func (r *run) chooseTerminal() {
	if !r.e.atTerminal() || r.p.Capture {
		return
	}
	first := len(r.stages)
	for first > 0 && r.stages[first-1].prog != nil {
		first--
	}
	programs := r.stages[first:]
	if len(programs) == 0 {
		return
	}
	term, _ := r.e.Getenv("TERM")
	r.tty = proc.NewForeground(r.e.Shell.Terminal, len(programs), term != "" && term != "dumb")
	for _, s := range programs {
		s.tty = r.tty
	}
}

// atTerminal reports whether what runs was typed at a terminal that programs may have.
func (e *Engine) atTerminal() bool {
	return e.Shell.Terminal != nil && e.terminal && e == e.Shell.Engine()
}

// runInFront runs a pipeline that has the terminal, until it ends or is suspended. It
// outlives the statement then, and so it has a context of its own.
func (r *run) runInFront() error {
	release, err := jobs.Stay(r.ctx, "a program has the terminal")
	if err != nil {
		return err
	}
	defer release()
	f := &front{r: r, tty: r.tty, done: make(chan struct{}), held: true}
	ctx := r.ctx
	r.ctx, f.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	r.ahead = newAhead(r.ctx)
	flush(r.rest)
	r.e.Shell.lend(true)
	f.tty.Give()
	ended := r.start()
	go func() {
		f.err = <-ended
		f.cancel(nil)
		close(f.done)
	}()
	held := make(chan error, 1)
	go func() { held <- f.hold(ctx, r.e, r.rest) }()
	return r.e.serve(held)
}

// lend says whether a program has the keyboard.
func (s *Shell) lend(program bool) {
	if s.Lend != nil {
		s.Lend(program)
	}
}

// flush writes out what a sink has collected.
func flush(sink jobs.Sink) {
	if f, ok := sink.(interface{ Flush() error }); ok {
		_ = f.Flush() // whoever writes next is told
	}
}

// hold, on behalf of the engine e, waits while the pipeline has the terminal, and takes the terminal back: when it
// has ended, and returns how; or when it was suspended, and the script that waits is
// dropped. When ctx ends the pipeline is stopped.
func (f *front) hold(ctx context.Context, e *Engine, out jobs.Sink) error {
	detach := context.AfterFunc(ctx, func() { f.cancel(context.Cause(ctx)) })
	defer detach()
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	for {
		changed := f.tty.Changed()
		select {
		case <-f.done:
			f.tty.Reclaim(f.err == nil)
			e.Shell.lend(false)
			return f.finish(e)
		default:
		}
		if by, stopped := f.tty.Stopped(); stopped && !f.tty.GiveBack() {
			detach()
			return f.suspend(ctx, e, by, out)
		}
		select {
		case <-f.done:
		case <-changed:
		case <-continued: // after this process was stopped
			f.tty.GiveBack()
		}
	}
}

// finish waits until the job that the pipeline has become is over, too, and returns
// how the pipeline ended. Ctrl-C drops what the script would have done next.
func (f *front) finish(e *Engine) error {
	if j := f.itsJob(); j != nil {
		<-j.Done()
	}
	e.lastStatus.Store(f.r.e.lastStatus.Load()) // another one, when the statement has become a job that it was started from
	if f.err == errCtrlC {
		e.drop(interruptedStatus(f.err))
	}
	return f.err
}

// interruptedStatus returns err as the failure of a program: Ctrl-C is a signal like
// others to whoever sees the status only.
func interruptedStatus(err error) error {
	if err != errCtrlC {
		return err
	}
	e := *errCtrlC
	e.Kind, e.Msg = jobs.KindExitStatus, "killed by SIGINT"
	return &e
}

func (f *front) itsJob() *jobs.Job {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.job
}

// suspend takes the terminal from a pipeline that stands still, and makes it a job, if
// it is none yet.
func (f *front) suspend(ctx context.Context, e *Engine, by syscall.Signal, out jobs.Sink) error {
	f.tty.Suspend()
	e.Shell.lend(false)
	cut := f.r.ahead.end()
	j, err := f.block(by)
	if err != nil { // the shell is ending
		f.cancel(err)
		<-f.done
		return err
	}
	e.lastStatus.Store(int64(jobs.ErrSuspended.Status))
	// The statement's context may be over.
	_ = out.Write(context.WithoutCancel(ctx), jobs.Record{Time: time.Now(), Stream: jobs.Information, Value: suspendedLine(j, by)})
	if cut {
		_ = out.Write(context.WithoutCancel(ctx), jobs.Record{Time: time.Now(), Stream: jobs.Warning, Value: "commands cannot be suspended: what is piped into the program ends here"})
	}
	e.drop(jobs.ErrSuspended)
	return jobs.ErrSuspended
}

// block notes that the pipeline stands still and has not the terminal.
func (f *front) block(by syscall.Signal) (*jobs.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.job == nil {
		j, err := f.start()
		if err != nil {
			return nil, err
		}
		f.job = j
	}
	f.held, f.by = false, by
	f.r.e.Shell.fronts.suspended(f)
	f.task().Suspend(suspendedReason(by))
	return f.job, nil
}

// start lists the pipeline as a job. The lock is held.
func (f *front) start() (*jobs.Job, error) {
	text := f.r.p.Text
	return f.r.e.StartJob(jobs.Spec{
		Type: jobs.BackgroundJob, Command: text, Script: jobs.Script{Text: text},
		Tasks: []jobs.TaskSpec{{Location: f.r.e.Name(), Open: func(context.Context) (jobs.Host, func(), error) { return frontHost{f}, nil, nil }}},
	})
}

// task returns the job's only task. The lock is held.
func (f *front) task() *jobs.Task { return f.job.Tasks()[0] }
