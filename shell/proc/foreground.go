package proc

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Foreground is the programs of one pipeline that were started with the terminal:
// one process group, which has the keyboard or, stopped or in the background, has
// not.
type Foreground struct {
	tty     *os.File
	escapes bool // the terminal knows escape sequences

	mu       sync.Mutex
	starting int                    // programs that are still to be started; guarded by mu
	lead     int                    // the process group, 0 before the first program; guarded by mu
	stops    map[int]syscall.Signal // the programs that run, by number, and what stopped each, 0 where nothing did; guarded by mu
	changed  chan struct{}          // closed and made anew when stops changes; guarded by mu
	front    bool                   // the programs have the keyboard; guarded by mu
	ours     *unix.Termios          // the modes of the terminal before it was given away; guarded by mu
	theirs   *unix.Termios          // those that the programs were stopped in, nil before; guarded by mu
}

// NewForeground makes a Foreground for a pipeline of n programs, each of which is
// started with [Group.StartOnTerminal], or given up with [Foreground.NotStarted].
// escapes says that the terminal knows the escape sequences of ECMA-48 and xterm.
func NewForeground(tty *os.File, n int, escapes bool) *Foreground {
	return &Foreground{tty: tty, escapes: escapes, starting: n, stops: make(map[int]syscall.Signal), changed: make(chan struct{})}
}

// TTY returns the terminal.
func (f *Foreground) TTY() *os.File { return f.tty }

// Programs returns the numbers of the programs that run, in order.
func (f *Foreground) Programs() []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.stops))
}

// StartOnTerminal starts the program of cmd with the terminal: in a process group
// of its own that has the keyboard, so that Ctrl-C reaches it and not this process.
// The further programs of a pipeline join the first one's.
func (g *Group) StartOnTerminal(cmd *exec.Cmd, f *Foreground) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	begun := f.unstick()
	err := f.start(g, cmd)
	begun()
	f.starting--
	if err == nil {
		g.noteForeground(f)
		f.stops[cmd.Process.Pid] = 0
	}
	f.tell()
	return err
}

// startPatience is after how long a program that has not begun is let go on.
const startPatience = 100 * time.Millisecond

// unstick lets a program go on that Ctrl-Z has stopped before it began: the thread
// that starts it waits for it to begin (CLONE_VFORK of clone(2)), and nobody knows yet
// of the program. begun ends this.
func (f *Foreground) unstick() (begun func()) {
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(startPatience)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				f.continueFirst()
			case <-stop:
				return
			}
		}
	}()
	return func() {
		close(stop)
		<-ended
	}
}

// continueFirst continues whoever has the keyboard, if it is not this process.
func (f *Foreground) continueFirst() {
	pgrp, err := unix.IoctlGetInt(int(f.tty.Fd()), unix.TIOCGPGRP)
	if err == nil && pgrp > 1 && pgrp != syscall.Getpgrp() {
		syscall.Kill(-pgrp, syscall.SIGCONT)
	}
}

// NotStarted says that one of the programs will not be started.
func (f *Foreground) NotStarted() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.starting--
	f.tell()
}

// start starts a program in the process group that is there, or leading a new one.
func (f *Foreground) start(g *Group, cmd *exec.Cmd) error {
	if f.lead != 0 {
		again := *cmd
		again.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: f.lead}
		err := g.start(&again)
		if err == nil || !groupGone(err) {
			*cmd = again
			return err
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Foreground: f.front, Ctty: int(f.tty.Fd())}
	if err := g.start(cmd); err != nil {
		return err
	}
	f.lead = cmd.Process.Pid
	return nil
}

// groupGone reports whether a program could not be started because all that were in
// the process group have ended.
func groupGone(err error) bool {
	return errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ESRCH)
}

// tell wakes those who wait for a change. The lock is held.
func (f *Foreground) tell() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// Changed returns a channel that is closed when a program has started, stopped, gone
// on or ended. Get it before looking, and nothing is missed.
func (f *Foreground) Changed() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

// Stopped reports whether the pipeline stands still: every program of it has been
// started, and those that have not ended, one at least, are stopped. by is the
// signal that stopped one of them: SIGTTIN and SIGTTOU where it wanted the terminal.
func (f *Foreground) Stopped() (by syscall.Signal, stopped bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.starting > 0 {
		return 0, false
	}
	for _, sig := range f.stops {
		if sig == 0 {
			return 0, false
		}
		if by == 0 || sig == syscall.SIGTTIN || sig == syscall.SIGTTOU {
			by = sig
		}
	}
	return by, by != 0
}

// note notes that a program was stopped by a signal, or goes on (0).
func (f *Foreground) note(pid int, sig syscall.Signal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if was, ok := f.stops[pid]; ok && was != sig {
		f.stops[pid] = sig
		f.tell()
	}
}

// ended notes that a program has ended.
func (f *Foreground) ended(pid int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.stops, pid)
	f.tell()
}

// Continue lets the programs go on.
func (f *Foreground) Continue() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.resume(f.groups())
}

// resume lets the programs of process groups go on. The lock is held.
func (f *Foreground) resume(groups []int) {
	for pid := range f.stops {
		f.stops[pid] = 0
	}
	f.tell()
	for _, pgrp := range groups {
		syscall.Kill(-pgrp, syscall.SIGCONT)
	}
}

// groups returns the process groups that the programs are in: the one they were
// started in, where it has members, and those that they moved to. The lock is held.
func (f *Foreground) groups() (all []int) {
	has := make(map[int]bool)
	add := func(pgrp int) {
		if pgrp > 1 && pgrp != syscall.Getpgrp() && !has[pgrp] {
			has[pgrp] = true
			all = append(all, pgrp)
		}
	}
	if syscall.Kill(-f.lead, 0) == nil {
		add(f.lead)
	}
	for pid := range f.stops {
		if pgrp, err := syscall.Getpgid(pid); err == nil {
			add(pgrp)
		}
	}
	return all
}
