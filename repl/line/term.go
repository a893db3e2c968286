package line

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// What the terminal is told to do while a line is read: to mark pastes.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// A term is the terminal and its modes.
type term struct {
	in  *os.File
	out *os.File

	mu     sync.Mutex
	raw    bool          // guarded by mu
	attend bool          // Ctrl-B is wanted while lines are not read; guarded by mu
	lent   bool          // a program has the keyboard; guarded by mu
	quit   *uint8        // what the key of SIGQUIT was before it was Ctrl-B; nil where it is not; guarded by mu
	cooked *unix.Termios // as programs find it; nil before it was raw; guarded by mu
}

// Reports whether f is a terminal.
func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), getModes)
	return err == nil
}

// Gives every key to us, unechoed. What a program has left behind, such as a
// terminal that does not echo, is not kept for the next one.
func (t *term) makeRaw() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, err := unix.IoctlGetTermios(int(t.in.Fd()), getModes)
	if err != nil {
		return err
	}
	if sane(now) || t.cooked == nil {
		t.cooked = now
	}
	raw := *t.cooked
	raw.Iflag &^= unix.BRKINT | unix.ICRNL | unix.INLCR | unix.IGNCR | unix.INPCK | unix.ISTRIP | unix.IXON
	raw.Lflag &^= unix.ECHO | unix.ICANON | unix.IEXTEN | unix.ISIG
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(int(t.in.Fd()), setModes, &raw); err != nil {
		return err
	}
	t.raw = true
	_, err = t.out.WriteString(pasteOn)
	return err
}

// Reports whether a terminal's modes are such that one can type a line.
func sane(m *unix.Termios) bool {
	const want = unix.ECHO | unix.ICANON | unix.ISIG
	return m.Lflag&want == want
}

// Gives the terminal back as programs expect it.
func (t *term) restore() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.raw {
		return nil
	}
	t.raw = false
	err := unix.IoctlSetTermios(int(t.in.Fd()), setModes, t.cooked)
	_, _ = t.out.WriteString(pasteOff) // who sees this finds the terminal given back; the modes matter more
	return err
}

// ctrlB is what the key sends.
const ctrlB = 2

// Has Ctrl-B send SIGQUIT to this process, or not any more. A terminal has three keys
// that send a signal, and a program that runs needs all three; so it is the one of
// SIGQUIT, which nothing else of ours wants, and only while no program has the keyboard.
func (t *term) watchKey(attend, lent bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.attend, t.lent = attend, lent
	if want := attend && !lent; want == (t.quit != nil) {
		return
	}
	now, err := unix.IoctlGetTermios(int(t.in.Fd()), getModes)
	if err != nil {
		return // a terminal that is gone is noticed by who reads it
	}
	if t.quit == nil {
		t.quit = new(now.Cc[unix.VQUIT])
		now.Cc[unix.VQUIT] = ctrlB
	} else {
		if now.Cc[unix.VQUIT] == ctrlB {
			now.Cc[unix.VQUIT] = *t.quit
		}
		t.quit = nil
	}
	_ = unix.IoctlSetTermios(int(t.in.Fd()), setModes, now)
}

// Notes whether a program has the keyboard.
func (t *term) lend(program bool) {
	t.mu.Lock()
	attend := t.attend
	t.mu.Unlock()
	t.watchKey(attend, program)
}

// Gives the terminal back when a line has been read. Where it was dropped at the prompt
// the next one is read soon: until then what is typed is not to be echoed, or it would
// be seen twice.
func (t *term) leave(dropped bool) {
	t.mu.Lock()
	attend := t.attend
	t.mu.Unlock()
	if !dropped || attend {
		_ = t.restore() // who reads the terminal next finds out what is wrong with it
	}
}

// Makes the terminal raw again if it should be, after another program had it.
func (t *term) resume() {
	t.mu.Lock()
	raw := t.raw
	t.mu.Unlock()
	if raw {
		_ = t.makeRaw()
	}
}

// Returns the terminal's size in columns and rows; 80 and 24 when it is not known.
func (t *term) size() (width, height int) {
	ws, err := unix.IoctlGetWinsize(int(t.out.Fd()), unix.TIOCGWINSZ)
	if err != nil || ws.Col == 0 || ws.Row == 0 {
		return 80, 24
	}
	return int(ws.Col), int(ws.Row)
}
