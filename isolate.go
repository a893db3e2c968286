package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"marsh/jobs"
	"marsh/remote"
	"marsh/shell"
	"marsh/shell/proc"
)

const (
	isolatedGrace = 2*proc.DefaultGrace + 2*time.Second // for the process of a job to stop what it runs
	residentEvery = 100 * time.Millisecond              // between two looks at the memory of a job with a limit
	exitWait      = 5 * time.Second                     // for a process whose connection has ended
)

// isolated is a session with a process that runs a job: this program as an agent, over
// two pipes.
type isolated struct {
	*remote.Session
	group *proc.Group
	limit uint64 // bytes of memory; 0 is no limit

	tooMuch atomic.Uint64 // bytes for which the process was ended; 0 while it was not
	ended   chan struct{} // closed when the process has ended
	exit    error         // how; set before ended is closed
}

// isolate starts the process of a job.
func (p *program) isolate(ctx context.Context, i shell.Isolation) (shell.Session, error) {
	cmd := exec.Command(p.executable(), "agent", "--here", "--memory", strconv.FormatInt(i.Limit, 10))
	cmd.Dir, cmd.Env = i.Dir, i.Env
	link, err := piped(cmd)
	if err != nil {
		return nil, err
	}
	s := &isolated{group: i.Group, limit: uint64(i.Limit), ended: make(chan struct{})}
	err = s.group.Start(cmd)
	cmd.Stdin.(*os.File).Close()
	cmd.Stdout.(*os.File).Close()
	if err != nil {
		link.Close()
		return nil, jobs.Errorf(jobs.KindIO, "the process of the job cannot be started: %w", err)
	}
	go s.wait(cmd)
	ctx, cancel := withStartWait(ctx)
	defer cancel()
	s.Session, err = remote.NewSession(ctx, link, remote.Options{Name: "localhost", Build: version, Grace: isolatedGrace})
	if err != nil {
		return nil, errors.Join(err, s.reap())
	}
	return s, nil
}

// executable returns this program's file, which stays this program's also when the file
// of its name is replaced.
func (p *program) executable() string {
	if p.self != "" {
		return p.self
	}
	if _, err := os.Stat("/proc/self/exe"); err == nil {
		return "/proc/self/exe"
	}
	path, _ := os.Executable()
	return path
}

// pipes is our ends of the pipes to and from a process.
type pipes struct {
	io.ReadCloser
	w io.WriteCloser
}

// Write writes to the process.
func (p pipes) Write(b []byte) (int, error) { return p.w.Write(b) }

// Close closes both directions.
func (p pipes) Close() error { return errors.Join(p.ReadCloser.Close(), p.w.Close()) }

// piped gives a program pipes for its standard input and output, and returns the other
// ends.
func piped(cmd *exec.Cmd) (io.ReadWriteCloser, error) {
	in, w, err := os.Pipe()
	if err != nil {
		return nil, jobs.AsError(err)
	}
	r, out, err := os.Pipe()
	if err != nil {
		in.Close()
		w.Close()
		return nil, jobs.AsError(err)
	}
	cmd.Stdin, cmd.Stdout = in, out
	return pipes{r, w}, nil
}

// wait waits for the process, and ends it with all that came of it when they use far
// more memory than they may: what the agent's own scripts hold it bounds itself, but not
// what a single step of them takes, nor what its programs do.
func (s *isolated) wait(cmd *exec.Cmd) {
	exited := make(chan error, 1)
	go func() { exited <- s.group.Wait(cmd) }()
	var look <-chan time.Time
	if s.limit > 0 {
		tick := time.NewTicker(residentEvery)
		defer tick.Stop()
		look = tick.C
	}
	for {
		select {
		case s.exit = <-exited:
			close(s.ended)
			return
		case <-look:
			if n := s.group.Memory(); n > s.limit+s.limit/4 && s.tooMuch.CompareAndSwap(0, n) {
				s.group.Kill()
			}
		}
	}
}

// Run runs the script in the process. When the process dies the error says how.
func (s *isolated) Run(ctx context.Context, script jobs.Script, out jobs.Sink) error {
	err := s.Session.Run(ctx, script, out)
	if err == nil || s.Err() == nil || !errors.Is(err, jobs.KindBroken) {
		return err
	}
	patience := time.NewTimer(exitWait)
	defer patience.Stop()
	select {
	case <-s.ended:
		return s.death()
	case <-patience.C:
		return err
	}
}

// death says how the process ended.
func (s *isolated) death() error {
	if n := s.tooMuch.Load(); n > 0 {
		return jobs.Errorf(jobs.KindLimit, "the job used more memory than it may: %d MiB with its programs, of %d MiB; start-job -MemoryLimit raises that", n>>20, s.limit>>20)
	}
	how := "it ended with status 0"
	if e, ok := errors.AsType[*exec.ExitError](s.exit); ok {
		how = fmt.Sprintf("it ended with status %d", e.ExitCode())
		if w, ok := e.Sys().(syscall.WaitStatus); ok && w.Signaled() {
			how = fmt.Sprintf("it was ended by a signal (%v); was the machine out of memory, or did somebody kill it?", w.Signal())
		}
	}
	return jobs.Errorf(jobs.KindBroken, "the process of the job is gone: %s", how)
}

// State returns the session's state as text.
func (s *isolated) State() string { return s.Session.State().String() }

// Close ends the process, with all that came of it.
func (s *isolated) Close() error {
	err := s.Session.Close()
	return errors.Join(err, s.reap())
}

// reap ends what is left of the process's tree, and waits for it.
func (s *isolated) reap() error {
	ctx, cancel := context.WithTimeout(context.Background(), isolatedGrace)
	defer cancel()
	err := s.group.Close(ctx, proc.DefaultGrace)
	<-s.ended
	if err == nil { // else what is left is the watchdog's
		s.group.Over()
	}
	return err
}
