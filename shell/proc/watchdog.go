package proc

import (
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"
)

// OrphanGrace is how long after TERM the programs of a shell that was killed have
// before KILL.
const OrphanGrace = 3 * time.Second

// tellPatience bounds how long a watchdog that does not read holds up a program; one
// that was stopped, or has no memory, is given up and another one is started, which may
// take beginPatience to read more than a pipe holds.
const (
	tellPatience  = time.Second
	beginPatience = 30 * time.Second
)

// Watchdog ends this process's programs when it cannot do so itself, because it was
// killed with KILL or has crashed. It is one small process, which is started before
// the first program is; each program is announced to it before it starts and taken
// back when it is over. What it reads from is a pipe that only this process can write
// to: when that ends, this process is gone, and what is still announced is ended.
//
// A program is known by its tag from its first moment on, and by its session, process
// group and descent once it has started. So it gets away when it clears its environment
// and this process is killed in that moment, or when it leaves its session and its
// parents end besides.
//
// A nil *Watchdog watches over nothing.
type Watchdog struct {
	path   string // of a program that calls RunWatchdog
	args   []string
	failed func(error) // is told, once in a row, that there is no watchdog

	mu      sync.Mutex
	watched watched   // guarded by mu
	cmd     *exec.Cmd // nil where none runs; guarded by mu
	pipe    *os.File  // to cmd; guarded by mu
	closed  bool      // guarded by mu
	lost    bool      // failed was told; guarded by mu
}

// NewWatchdog returns a watchdog whose process will be path with args, which has to
// call [RunWatchdog]. failed, which may be nil, is told when there is none: programs run
// without.
func NewWatchdog(path string, args []string, failed func(error)) *Watchdog {
	return &Watchdog{path: path, args: args, failed: failed, watched: make(watched)}
}

// NewGroup makes a group as the function NewGroup does, which is watched over from its
// first program on until [Group.Over].
func (w *Watchdog) NewGroup(tag string) *Group {
	g := NewGroup(tag)
	g.dog = w
	return g
}

// Watch announces all processes with that tag, or with one below it, until Forget.
func (w *Watchdog) Watch(tag string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, has := w.watched[tag]; !has {
		w.watched[tag] = nil
		w.tell(message{watch: true, tag: tag})
	}
}

// lead announces a program of those with that tag, which is known by its session and
// process group also where it has cleared its environment.
func (w *Watchdog) lead(tag string, pid int) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watched[tag] = append(w.watched[tag], pid)
	w.tell(message{watch: true, tag: tag, pid: pid})
}

// Forget takes back what was announced with exactly that tag.
func (w *Watchdog) Forget(tag string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, has := w.watched[tag]; has {
		delete(w.watched, tag)
		w.tell(message{tag: tag})
	}
}

// Close ends the watchdog. When something is still announced, such as what could not
// be stopped, it is left to its work: it ends that, and goes.
func (w *Watchdog) Close() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	switch {
	case w.cmd == nil:
	case len(w.watched) > 0:
		w.pipe.Close()
		w.cmd.Process.Release()
	default:
		w.giveUp()
	}
}

// tell writes a message, and starts the watchdog where there is none that takes it. The
// lock is held.
func (w *Watchdog) tell(m message) {
	if w.closed {
		return
	}
	if w.cmd != nil && w.send(m.append(nil), tellPatience) == nil {
		return
	}
	w.giveUp()
	if err := w.start(); err != nil {
		w.giveUp()
		if !w.lost && w.failed != nil {
			w.failed(err)
		}
		w.lost = true
		return
	}
	w.lost = false
}

// send writes to the watchdog, within that time. The lock is held.
func (w *Watchdog) send(data []byte, patience time.Duration) error {
	w.pipe.SetWriteDeadline(time.Now().Add(patience))
	_, err := w.pipe.Write(data)
	return err
}

// start starts the process, away from this one's terminal, directory and files, and
// announces everything. The lock is held.
func (w *Watchdog) start() error {
	r, pipe, err := os.Pipe() // closed in every program: O_CLOEXEC
	if err != nil {
		return err
	}
	defer r.Close()
	cmd := &exec.Cmd{Path: w.path, Args: w.args, Dir: "/", Stdin: r, SysProcAttr: &syscall.SysProcAttr{Setsid: true}}
	cmd.Env = slices.DeleteFunc(os.Environ(), isTag) // it has to outlive an outer job that this process is part of
	if err := own.start(cmd); err != nil {
		pipe.Close()
		return err
	}
	w.cmd, w.pipe = cmd, pipe
	return w.send(w.watched.announce(), beginPatience)
}

// giveUp ends the process, whatever it does. The lock is held.
func (w *Watchdog) giveUp() {
	if w.cmd == nil {
		return
	}
	w.cmd.Process.Kill() // before the pipe's end, which would tell it that this process is gone
	w.pipe.Close()
	_ = w.cmd.Wait() // killed
	own.forget(w.cmd.Process.Pid)
	w.cmd, w.pipe = nil, nil
}
