package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/gdamore/tcell/v3/color"
	"github.com/gdamore/tcell/v3/vt"
	"golang.org/x/sys/unix"

	"marsh/remote/sshtest"
)

// These tests sit before a terminal of the usual size and compare what is seen.

// person sits down before a terminal of 80 by 24.
func person(t *testing.T, env ...string) *screen {
	t.Helper()
	return sitAt(t, home(t), 80, 24, env)
}

// sees waits until the screen is exactly these rows.
func (s *screen) sees(rows ...string) {
	s.t.Helper()
	want := strings.Join(rows, "\n")
	s.until("the screen\n"+want, func() bool { return s.text() == want })
}

// cursor waits until the cursor is there.
func (s *screen) cursor(x, y int) {
	s.t.Helper()
	s.until("the cursor", func() bool { return s.term.Pos() == (vt.Coord{X: vt.Col(x), Y: vt.Row(y)}) })
}

// looks waits until the text, where it stands last on the screen, has a style that
// fits.
func (s *screen) looks(text string, fits func(vt.Style) bool) {
	s.t.Helper()
	s.until(text+" in its colour", func() bool {
		for y := s.height - 1; y >= 0; y-- {
			if x := strings.LastIndex(s.row(y), text); x >= 0 {
				for i := range len(text) {
					if !fits(s.term.GetCell(vt.Coord{X: vt.Col(x + i), Y: vt.Row(y)}).S) {
						return false
					}
				}
				return true
			}
		}
		return false
	})
}

// resize makes the terminal another size.
func (s *screen) resize(width, height int) {
	s.t.Helper()
	s.mu.Lock()
	s.width, s.height = width, height
	s.term.SetSize(vt.Coord{X: vt.Col(width), Y: vt.Row(height)})
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		s.t.Fatal(err)
	}
}

// in returns what reports whether a style has that colour.
func in(c color.Color) func(vt.Style) bool {
	return func(s vt.Style) bool { return s != nil && s.Fg() == c }
}

// reversed reports whether a style is inverted.
func reversed(s vt.Style) bool { return s != nil && s.Attr()&vt.Reverse != 0 }

// bold reports whether a style is bold.
func bold(s vt.Style) bool { return s != nil && s.Attr()&vt.Bold != 0 }

// uncoloured reports whether a style has the colour that the emulator begins with.
func uncoloured(s vt.Style) bool { return s == nil || s.Fg() == color.XTerm7 }

// quits ends the program, whatever is typed.
func (s *screen) quits() {
	s.t.Helper()
	s.types("\x03")
	s.at(local)
	s.types("exit -force\r")
	s.exits(0)
}

func TestScreenHighlighting(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.types(`get-job -name "x$y" | sort`)
	s.looks("get-job", in(color.XTerm2))
	s.looks("-name", in(color.XTerm6))
	s.looks(`"x`, in(color.XTerm3))
	s.looks("$y", in(color.XTerm5))
	s.looks("sort", bold)
	s.types("\x03")
	s.at(local)
	s.types("frobnicate 1")
	s.looks("frobnicate", in(color.XTerm1))
	s.types("\x15for")
	s.looks("for", in(color.XTerm4))
	s.quits()
}

func TestScreenWithoutColours(t *testing.T) {
	t.Parallel()
	s := person(t, "NO_COLOR=1")
	s.types("get-job -name x")
	s.shows("local:~> get-job -name x")
	s.looks("get-job", uncoloured)
	s.enter("\x15frobnicate", local)
	s.looks("frobnicate", uncoloured)
	s.quits()
}

// A terminal that cannot move its cursor gets no escape sequence at all.
func TestScreenOfADumbTerminal(t *testing.T) {
	t.Parallel()
	s := place(t, home(t), 80, 24, []string{"TERM=dumb"})
	s.shows("local:~>")
	s.types("6 * 7\r")
	s.shows("42\nlocal:~>")
	s.types("start-job -name j { 1 } | wait-job | receive-job\r")
	s.shows("receive-job\n1\n")
	s.types("exit\r")
	s.exits(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := strings.IndexByte(s.raw.String(), '\x1b'); i >= 0 {
		t.Errorf("an escape sequence was written: %.40q", s.raw.String()[i:])
	}
}

func TestScreenMenu(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.types("format-\t")
	s.until("both of them below the line", func() bool {
		return strings.Contains(s.row(1), "format-list") && strings.Contains(s.row(2), "format-table")
	})
	s.looks("format-list", reversed)
	s.types("\t")
	s.shows("local:~> format-table")
	s.looks("format-table", reversed)
	s.types("\x1b[Z") // Shift-Tab: back
	s.shows("local:~> format-list")
	s.types("\r")
	s.until("no menu below", func() bool { return s.text() == "local:~> format-list" })
	s.quits()
}

// A job's end is shown above the line and the open menu, which both stay.
func TestScreenAnnouncementOverTheMenu(t *testing.T) {
	t.Parallel()
	s := person(t)
	open := blocker(t, s, "waits")
	s.types("get-l\x08\t\t")
	s.shows("get-location")
	s.shows("get-session")
	open()
	s.shows("[1] waits Completed on localhost")
	s.until("line and menu below it", func() bool {
		_, below, ok := strings.Cut(s.text(), "[1] waits Completed on localhost\n")
		return ok && strings.HasPrefix(below, "local:~> get-") && strings.Contains(below, "get-location") && strings.Contains(below, "get-session")
	})
	s.types("\x07")
	s.quits()
}

// blocker starts a job of that name which waits until what it returns is called.
func blocker(t *testing.T, s *screen, name string) (open func()) {
	t.Helper()
	fifo := filepath.Join(s.home, name)
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	s.enter("$j = start-job -name "+name+" {!cat "+name+"}", local)
	return func() {
		f, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for cat
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
}

// A pasted block is one entry: it waits for Enter, whatever lines are in it.
func TestScreenPaste(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.types("\x1b[200~for i = 1, 2 do\n\temit(i)\nend\nexit 9\n\x1b[201~")
	s.sees("local:~> for i = 1, 2 do", "      >>    emit(i)", "      >> end", "      >> exit 9")
	s.types("\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[3~\x1b[3~\x1b[3~\x1b[3~\x1b[3~\x1b[3~=5\r")
	s.sees("local:~> for i = 1, 2 do", "      >>    emit(i)", "      >> end", "      >> =5", "1", "2", "5", "local:~>")
	s.types("\x1b[A") // recalled whole
	s.until("the entry", func() bool {
		return strings.HasSuffix(s.text(), "5\nlocal:~> for i = 1, 2 do\n      >>    emit(i)\n      >> end\n      >> =5")
	})
	s.quits()
}

// What is not complete goes on in the next row, and can be edited in all of them.
func TestScreenSeveralRows(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.types("if true then\r")
	s.sees("local:~> if true then", "      >>")
	s.types("emit('a')\r")
	s.sees("local:~> if true then", "      >> emit('a')", "      >>")
	s.types("end")
	s.types("\x1b[A\x1b[A\x05") // up twice, to the row's end
	s.types("\x1b[D\x1b[D\x1b[D\x1b[D")
	s.types("or true ")
	s.sees("local:~> if true or true then", "      >> emit('a')", "      >> end")
	s.types("\r")
	s.sees("local:~> if true or true then", "      >> emit('a')", "      >> end", "a", "local:~>")
	s.quits()
}

func TestScreenWideCharacters(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.types("emit('日本語e\u0301')")
	s.cursor(len("local:~> emit('")+6+1+2, 0)
	s.types("\x1b[D\x1b[D\x1b[D") // over ) ' and the e with its accent
	s.cursor(len("local:~> emit('")+6, 0)
	s.types("\x7f") // 語
	s.cursor(len("local:~> emit('")+4, 0)
	s.types("\x1b[3~") // the e and its accent
	s.sees("local:~> emit('日本')")
	s.types("\r")
	s.sees("local:~> emit('日本')", "日本", "local:~>")
	s.quits()
}

// The line is drawn anew for a terminal that became narrower, and wide again.
func TestScreenResize(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.enter("emit('above')", local)
	s.types("write-output a123456789 b123456789 c123456789 d123456789")
	s.shows("d123456789")
	s.resize(40, 24)
	s.until("two rows", func() bool {
		return strings.HasSuffix(s.text(), "local:~> write-output a123456789 b123456\n789 c123456789 d123456789")
	})
	s.resize(80, 24)
	s.until("one row", func() bool {
		return strings.HasSuffix(s.text(), "local:~> write-output a123456789 b123456789 c123456789 d123456789")
	})
	s.types(" -nope\x17\x7f\r") // Ctrl-W takes the last word back
	s.line("d123456789")
	s.quits()
}

// The rest of an earlier line stands behind the cursor in grey, and is no part of the
// line until it is taken.
func TestScreenSuggestion(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.enter("write-output suggested", local)
	s.types("write-o")
	s.shows("local:~> write-output suggested")
	s.until("the rest in grey", func() bool { // which the emulator does not know
		return strings.Contains(s.raw.String(), "\x1b[0;90mutput suggested")
	})
	s.cursor(len("local:~> write-o"), 2)
	s.types("\x1b[C\r") // Right takes it
	s.until("it ran", func() bool { return strings.Count(s.text(), "\nsuggested") == 2 })
	s.at(local)
	s.types("write-output s\r")
	s.line("s")
	s.quits()
}

func TestScreenSearch(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.enter("emit('first one')", local)
	s.enter("emit('second one')", local)
	s.types("\x12one")
	s.until("the later entry", func() bool { return strings.Contains(s.last(), "emit('second one')") })
	s.types("\x12")
	s.until("the earlier one", func() bool { return strings.Contains(s.last(), "emit('first one')") })
	s.types("\x07") // Ctrl-G: as if nothing had been
	s.until("the empty prompt", func() bool { return s.last() == "local:~>" })
	s.quits()
}

// last returns what is on the screen from the last prompt on. The lock is held.
func (s *screen) last() string {
	text := s.text()
	return text[strings.LastIndex("\n"+text, "\nlocal:"):]
}

func TestScreenEditor(t *testing.T) {
	t.Parallel()
	h := home(t)
	editor := filepath.Join(h, "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nsed -i 's/b/B/g' \"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := sitAt(t, h, 80, 24, []string{"EDITOR=" + editor, "VISUAL="})
	s.types("emit('abc')\x18\x05")
	s.shows("local:~> emit('aBc')")
	s.types("\r")
	s.line("aBc")
	s.quits()
}

func TestScreenAtFortyColumns(t *testing.T) {
	t.Parallel()
	s := sitAt(t, home(t), 40, 12, nil)
	s.types("get-\t\t")
	s.shows("get-command")
	s.until("no row beyond the edge", func() bool { return len(s.text()) > 0 && s.term.Pos().X < 40 })
	s.types("\x07\x15")
	s.enter("start-job -name somethinglong { 1 } | wait-job", local)
	s.shows("somethinglo")
	s.quits()
}

// vim gets the terminal as it is, and gives it back.
func TestScreenVim(t *testing.T) {
	t.Parallel()
	needs(t, "vim")
	s := person(t)
	s.types("vim -u NONE -N note.txt\r")
	s.shows("~\n~\n~")
	s.types("ihello \u65e5\u672c\x1b:wq\r")
	s.at(local)
	s.types("get-content note.txt\r")
	s.line("hello 日本")
	s.quits()
}

// In an entered session the Tab key offers what that machine has. When that machine
// does not answer any more, typing goes on.
func TestScreenOfAFrozenMachine(t *testing.T) {
	t.Parallel()
	const far = "Server01:~> "
	server := sshd(t, sshtest.Options{})
	s := sitAt(t, home(t), 80, 24, nil, "-F", server.Config())
	s.enter("enter-session Server01", far)
	s.enter("set-content far-away.txt x", far)
	s.types("get-content far\t")
	s.shows(far + "get-content far-away.txt")
	s.types("\x03")
	s.at(far)
	agent := agentOf(t, server)
	freeze(t, agent)
	defer syscall.Kill(agent, syscall.SIGCONT)
	s.types("get-jo\tb -name 日本")
	s.until("what was typed", func() bool { // a link that was silent for 15 seconds is given up meanwhile
		return strings.Contains(s.text(), "get-job -name 日本") || strings.Contains(s.text(), "the session to Server01 broke")
	})
	s.types("\x03")
	s.until("^C", func() bool { // the prompt comes when the machine was waited for
		return strings.Contains(s.text(), "get-job -name 日本^C") || strings.Contains(s.text(), "the session to Server01 broke")
	})
	s.types("typed")
	s.at("") // the prompt there, or here when the silence has lasted for 15 seconds
	s.shows("> typed")
	s.mu.Lock()
	if text := s.text(); strings.Count(text, "typed") != 1 {
		t.Errorf("what was typed is seen twice:\n%s", text)
	}
	s.mu.Unlock()
	if err := syscall.Kill(agent, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	s.types("\x03")
	s.at("")
	s.enter("exit-session", local)
	s.quits()
}

// freeze stops a process, and waits until every thread of it stands still.
func freeze(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the process stands still", func() bool {
		threads, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/stat")
		for _, file := range threads {
			if stat, err := os.ReadFile(file); err == nil && !strings.Contains(string(stat), ") T ") {
				return false
			}
		}
		return len(threads) > 0
	})
}

// agentOf returns the process of the one agent on a server.
func agentOf(t *testing.T, server *sshtest.Server) int {
	t.Helper()
	for _, p := range server.Processes() {
		if strings.Contains(p.Command, "marsh agent") {
			return p.PID
		}
	}
	t.Fatalf("no agent among %v", server.Processes())
	return 0
}
