package shell

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"marsh/jobs"
	"marsh/shell/proc"
)

// running is a program's stage with what has to be copied to and from it.
type running struct {
	r     *run
	s     *stageRun
	cmd   *exec.Cmd
	group *proc.Group    // the program with what comes of it, apart from the pipeline's others; nil before it starts
	after []*os.File     // our copies of what the program got; closed once it has started
	feed  *os.File       // we write its standard input here; nil where we do not
	drain []drain        // we read its outputs here
	tried bool           // it was started with the terminal, or that has failed
	wg    sync.WaitGroup // the goroutines that do
	errs  chan error     // what ended the reading, if nobody wants it any more
}

// runProgram runs one program to its end.
func (r *run) runProgram(i int, s *stageRun) error {
	x := &running{r: r, s: s, errs: make(chan error, 2)}
	x.cmd = &exec.Cmd{Path: s.prog.path, Args: s.prog.args, Dir: r.e.Dir(), Env: r.e.Environ()}
	err := x.plumb(i)
	if err == nil {
		err = x.start(i)
	}
	for _, f := range x.after {
		f.Close()
	}
	s.prog.closeEnds()
	if err != nil {
		x.notStarted()
		return startError(s.prog.name, err)
	}
	return x.finish()
}

// startError says why a program could not be started.
func startError(name string, err error) error {
	if e, ok := errors.AsType[*jobs.Error](err); ok {
		return e
	}
	if errors.Is(err, os.ErrProcessDone) {
		return jobs.AsError(context.Canceled)
	}
	if errors.Is(err, syscall.ENOEXEC) {
		return jobs.Errorf(jobs.KindNotFound, "%s: not a program of this machine (does its first line name an interpreter?)", name)
	}
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		err = pe.Err
	}
	return jobs.Errorf(jobs.KindIO, "%s: cannot be started: %w", name, err)
}

// start starts the program: with the terminal, behind the program that has it, or
// in a session of its own.
func (x *running) start(i int) error {
	r := x.r
	x.group = r.e.newGroup()
	if x.s.tty == nil {
		return x.group.Start(x.cmd)
	}
	x.tried = true
	return x.group.StartOnTerminal(x.cmd, x.s.tty)
}

// newGroup makes the group of one program. While a job runs, all that came of it is
// watched over; of what runs in the foreground, each program.
func (e *Engine) newGroup() *proc.Group {
	s := e.Shell
	if s.Agent {
		s.Watchdog.Watch(s.Tag)
	}
	if e.job.Load() {
		s.Watchdog.Watch(e.mark())
	}
	e.begun.CompareAndSwap(0, uint64(proc.Now()))
	return s.Watchdog.NewGroup(e.mark() + "/" + strconv.FormatInt(e.programs.Add(1), 10))
}

// notStarted closes our ends of the pipes of a program that did not start.
func (x *running) notStarted() {
	if x.s.tty != nil && !x.tried {
		x.s.tty.NotStarted()
	}
	if x.feed != nil {
		x.feed.Close()
	}
	for _, d := range x.drain {
		d.in.file.Close()
	}
}

// finish feeds the program, waits for it, and stops its tree when the run is
// cancelled or nobody reads its output any more.
func (x *running) finish() error {
	if x.feed != nil {
		x.wg.Go(func() { x.feedInput() })
	}
	ended := jobs.NoteProgram(x.r.ctx, x.cmd.Process.Pid)
	x.readOutputs() // not before: who reads its first line finds its number
	exited := make(chan error, 1)
	go func() { exited <- x.group.Wait(x.cmd) }()
	var err, closed error
	select {
	case err = <-exited:
	case closed = <-x.errs:
		err = x.end(exited)
	case <-x.s.ctx.Done():
		err = x.end(exited)
	}
	ended()
	if !errors.Is(err, jobs.KindState) { // else some of it could not be ended, and is left to the watchdog
		x.group.Over()
	}
	x.settle()
	return x.result(err, closed)
}

// end stops the program's tree and returns how the program ended.
func (x *running) end(exited chan error) error {
	if err := stopGroup(x.s.ctx, x.group, jobs.Grace(x.s.ctx, proc.DefaultGrace)); err != nil {
		failure := jobs.Errorf(jobs.KindState, "%s could not be stopped: %w", x.s.prog.name, err)
		x.r.e.left.note(failure)
		return failure
	}
	return <-exited
}

// settle waits for what the program wrote to be read. What it left running may
// keep the pipe open: then reading ends when nothing more comes.
func (x *running) settle() {
	for _, d := range x.drain {
		d.in.writerEnded()
	}
	if x.s.in != nil {
		x.s.in.leave()
	}
	if x.feed != nil {
		x.feed.SetWriteDeadline(time.Now()) // what it left running may hold the other end, and not read
	}
	x.wg.Wait()
}
