package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/gdamore/tcell/v3/vt"
	"golang.org/x/sys/unix"
)

// A terminal so high that nothing scrolls away.
const screenWidth, screenHeight = 160, 400

// What the editor writes when it begins to read a line.
const reads = "\x1b[?2004h"

// screen is the program on a terminal of its own, whose output an emulator draws.
type screen struct {
	t    *testing.T
	cmd  *exec.Cmd
	ptmx *os.File
	tty  *os.File
	home string
	term vt.MockTerm

	width, height int // changed by resize alone

	mu      sync.Mutex
	changed *sync.Cond      // something was drawn
	raw     strings.Builder // guarded by mu
	gone    bool            // guarded by mu: nothing more comes
	prompts int             // guarded by mu: read before the last line was typed
}

// sit starts the program on a terminal.
func sit(t *testing.T, args ...string) *screen {
	t.Helper()
	return sitIn(t, home(t), args...)
}

func sitIn(t *testing.T, home string, args ...string) *screen {
	t.Helper()
	return sitAt(t, home, screenWidth, screenHeight, nil, args...)
}

// sitAt starts the program on a terminal of that size, with more in its environment.
func sitAt(t *testing.T, home string, width, height int, env []string, args ...string) *screen {
	t.Helper()
	s := place(t, home, width, height, env, args...)
	s.at("local:~> ")
	return s
}

// place starts the program on a terminal, and does not wait for its prompt.
func place(t *testing.T, home string, width, height int, env []string, args ...string) *screen {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	ptmx = pollable(t, ptmx)
	s := &screen{t: t, ptmx: ptmx, tty: tty, home: home, width: width, height: height}
	s.changed = sync.NewCond(&s.mu)
	pty.Setsize(tty, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)})
	s.term = vt.NewMockTerm(vt.MockOptSize{X: vt.Col(width), Y: vt.Row(height)})
	if err := s.term.Start(); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(binary, args...)
	s.cmd.Dir, s.cmd.Env = home, append(environment(home), env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	drawn := make(chan struct{})
	go s.draw(drawn)
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.cmd.Process.Kill()
			s.cmd.Wait()
		}
		tty.Close()
		<-drawn
		ptmx.Close()
		s.term.Close()
		if t.Failed() {
			t.Logf("the screen showed\n%s", s.text())
		}
	})
	return s
}

// pollable returns a file whose Close ends a Read that waits, in the place of f.
func pollable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

// Feeds the emulator until the terminal is closed.
func (s *screen) draw(done chan struct{}) {
	defer close(done)
	buf := make([]byte, 4096)
	for {
		n, err := s.ptmx.Read(buf)
		s.mu.Lock()
		s.term.Write(buf[:n])
		s.raw.Write(buf[:n])
		s.gone = err != nil
		s.changed.Broadcast()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// until waits until ok, which looks at the screen.
func (s *screen) until(want string, ok func() bool) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	late := false
	stop := time.AfterFunc(patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.changed.Broadcast()
	})
	defer stop.Stop()
	for !ok() {
		if s.gone || late {
			s.t.Fatalf("waited for %q", want)
		}
		s.changed.Wait()
	}
}

// at waits until the program reads a new line at this prompt. A machine that does not say
// within a second where it is has a ? in the place of its directory.
func (s *screen) at(prompt string) {
	s.t.Helper()
	slow := strings.Replace(prompt, ":~>", ":?>", 1)
	s.until("the prompt "+prompt, func() bool {
		row := s.row(int(s.term.Pos().Y)) + " "
		return strings.Count(s.raw.String(), reads) > s.prompts && (strings.HasPrefix(row, prompt) || strings.HasPrefix(row, slow))
	})
}

// types types text.
func (s *screen) types(text string) {
	s.t.Helper()
	s.mu.Lock()
	s.prompts = strings.Count(s.raw.String(), reads)
	s.mu.Unlock()
	if _, err := s.ptmx.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// enter types a line, waits for the prompt, and returns what the line printed.
func (s *screen) enter(line, prompt string) string {
	s.t.Helper()
	s.mu.Lock()
	y := int(s.term.Pos().Y)
	s.mu.Unlock()
	s.types(line + "\r")
	s.at(prompt)
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []string
	for y := y + 1; y < int(s.term.Pos().Y); y++ {
		rows = append(rows, s.row(y))
	}
	return strings.Join(rows, "\n")
}

// shows waits until the screen shows text.
func (s *screen) shows(text string) {
	s.t.Helper()
	s.until(text, func() bool { return strings.Contains(s.text(), text) })
}

// line waits until the screen shows a line of exactly this.
func (s *screen) line(text string) {
	s.t.Helper()
	s.until(text, func() bool { return slices.Contains(strings.Split(s.text(), "\n"), text) })
}

// exits waits for the end of the program and checks its status.
func (s *screen) exits(status int) {
	s.t.Helper()
	stuck := time.AfterFunc(patience, func() { s.cmd.Process.Kill() })
	defer stuck.Stop()
	s.cmd.Wait()
	if got := s.cmd.ProcessState.ExitCode(); got != status {
		s.t.Errorf("exit status %d, want %d", got, status)
	}
}

// row returns what is on the screen's row y. The lock is held, as in text.
func (s *screen) row(y int) string {
	var b strings.Builder
	for x := 0; x < s.width; {
		c := s.term.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)})
		if c.C == "" {
			b.WriteByte(' ')
		}
		b.WriteString(c.C)
		x += max(1, c.W)
	}
	return strings.TrimRight(b.String(), " ")
}

func (s *screen) text() string {
	var rows []string
	for y := range s.height {
		rows = append(rows, s.row(y))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}
