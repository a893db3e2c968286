package proc

import (
	"os"
	"os/exec"
	"slices"
	"strings"
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
// A program is known by its control group, where this process may make any, and by its tag
// from its first moment on, and by its session, process group and descent once it has
// started. So without control groups it gets away when it clears its environment and
// this process is killed in that moment, or when it leaves its session and its parents end
// besides.
//
// A nil *Watchdog watches over nothing.
type Watchdog struct {
	path   string // of a program that calls RunWatchdog
	args   []string
	failed func(error) // is told, once in a row, that there is no watchdog

	mu      sync.Mutex
	watched watched   // guarded by mu
	cells   *cells    // has a lock of its own; never nil on Linux, where it may have none
	cmd     *exec.Cmd // nil where none runs; guarded by mu
	pipe    *os.File  // to cmd; guarded by mu
	closed  bool      // guarded by mu
	lost    bool      // failed was told; guarded by mu
}

// NewWatchdog returns a watchdog whose process will be path with args, which has to
// call [RunWatchdog]. failed, which may be nil, is told when there is none: programs run
// without.
func NewWatchdog(path string, args []string, failed func(error)) *Watchdog {
	return &Watchdog{path: path, args: args, failed: failed, watched: newWatched(), cells: newCells()}
}

// NewGroup makes a group as the function NewGroup does, which is watched over from its
// first program on until [Group.Over].
func (w *Watchdog) NewGroup(tag string) *Group {
	g := NewGroup(tag)
	g.dog = w
	return g
}

// Watch announces all processes with that tag, or with one below it, until Forget.
func (w *Watchdog) Watch(tag string) { w.watch(tag, nil) }

// watch announces a tag, and a cell that its programs are about to be made in, unless it is
// nil.
func (w *Watchdog) watch(tag string, c *cell) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var news []message
	if root := w.cells.where(); w.watched.root != root {
		news = append(news, message{sign: '=', tag: root})
	}
	if kept := w.watched.tags[tag]; kept == nil || c != nil && !slices.Contains(kept.cells, c.n) {
		m := message{sign: '+', tag: tag}
		if c != nil {
			m.cell = c.n
		}
		news = append(news, m)
	}
	w.note(news...)
}

// note notes messages and sends them. The lock is held.
func (w *Watchdog) note(news ...message) {
	for _, m := range news {
		w.watched.note(m)
	}
	if len(news) > 0 {
		w.tell(news...)
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
	w.note(message{sign: '+', tag: tag, pid: pid})
}

// Forget takes back what was announced with exactly that tag.
func (w *Watchdog) Forget(tag string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watched.tags[tag] != nil {
		w.note(message{sign: '-', tag: tag})
	}
}

// over takes back what was announced with exactly that tag, whose cell is given back. What
// is left in it belongs to whatever is watched over that the tag is part of.
func (w *Watchdog) over(tag string, c *cell) {
	if w == nil {
		return
	}
	if c != nil && w.cells.give(c, tag) {
		if outer := w.outer(tag); outer != "" {
			w.watch(outer, c)
		}
	}
	w.Forget(tag)
}

// outer returns the innermost tag that is watched over of those that tag is below.
func (w *Watchdog) outer(tag string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		i := strings.LastIndexByte(tag, '/')
		if i < 0 {
			return ""
		}
		if tag = tag[:i]; w.watched.tags[tag] != nil {
			return tag
		}
	}
}

// takeCell returns a cell for the programs with that tag, which have one unless it is nil; or
// nil.
func (w *Watchdog) takeCell(tag string, has *cell) *cell {
	if w == nil {
		return nil
	}
	return w.cells.take(tag, has)
}

// hasCells reports whether programs are made in cells.
func (w *Watchdog) hasCells() bool { return w != nil && w.cells.usable() }

// killCells sends KILL to all in the cells of programs with these tags, or ones below.
func (w *Watchdog) killCells(tags []string) {
	if w != nil {
		w.cells.kill(tags)
	}
}

// refuseCells says that programs cannot be started in cells.
func (w *Watchdog) refuseCells() { w.cells.refuse() }

// cellsOf returns the directories of the cells of programs with these tags, or ones below.
func (w *Watchdog) cellsOf(tags []string) []string {
	if w == nil {
		return nil
	}
	return w.cells.dirs(tags)
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
	left := w.cmd != nil && len(w.watched.tags) > 0
	if left {
		w.pipe.Close()
		w.cmd.Process.Release()
	} else {
		w.giveUp()
	}
	w.cells.close(!left)
}

// tell writes messages, and starts the watchdog where there is none that takes them. The
// lock is held.
func (w *Watchdog) tell(news ...message) {
	if w.closed {
		return
	}
	var text []byte
	for _, m := range news {
		text = m.append(text)
	}
	if w.cmd != nil && w.send(text, tellPatience) == nil {
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
