package sshconn

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// drainTime bounds the wait for output after the program has ended: what left
// its session may keep the terminal open for ever.
const drainTime = time.Second

// terminal is the pseudo-terminal of a session.
type terminal struct {
	name   string // TERM
	master *os.File
	slave  *os.File // nil once the program has it
	ending atomic.Bool
}

func openTerminal(name string, size *pty.Winsize) (*terminal, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, err
	}
	t := &terminal{name: plainTerm(name), master: master, slave: slave}
	if err := errors.Join(pty.Setsize(master, size), t.unblock()); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// unblock makes the master a file whose reads have deadlines: pty.Open's are
// blocking system calls, which nothing ends.
func (t *terminal) unblock() error {
	syscall.ForkLock.RLock() // no child may get the copy before it is marked
	fd, err := syscall.Dup(int(t.master.Fd()))
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return err
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return err
	}
	t.master.Close()
	t.master = os.NewFile(uintptr(fd), "ptmx")
	return nil
}

// handOver closes our end of the program's side: the master sees the end when
// the program's ends are closed.
func (t *terminal) handOver() {
	if t.slave != nil {
		t.slave.Close()
		t.slave = nil
	}
}

// copyOut copies what the program shows to w, until the program's side is closed
// (Linux calls that EIO) or, once drain was called, nothing more comes.
func (t *terminal) copyOut(w io.Writer) {
	buf := make([]byte, 32<<10)
	for {
		if t.ending.Load() {
			t.master.SetReadDeadline(time.Now().Add(drainTime))
		}
		n, err := t.master.Read(buf)
		if _, werr := w.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

// drain says that the program has ended.
func (t *terminal) drain() {
	t.ending.Store(true)
	t.master.SetReadDeadline(time.Now().Add(drainTime))
	t.master.SetWriteDeadline(time.Now()) // nobody reads what is typed any more
}

// close closes both sides. A nil terminal has none.
func (t *terminal) close() {
	if t == nil {
		return
	}
	t.handOver()
	t.master.Close()
}

// plainTerm returns a terminal type that is safe to have in an environment.
func plainTerm(name string) string {
	if name == "" || len(name) > 64 || strings.ContainsAny(name, "/\x00=\n ") {
		return "dumb"
	}
	return name
}

// winsize bounds a size to what the kernel keeps.
func winsize(columns, rows uint32) *pty.Winsize {
	return &pty.Winsize{Cols: uint16(min(columns, 1<<16-1)), Rows: uint16(min(rows, 1<<16-1))}
}
