package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// Programs that people use take the terminal and give it back.

// resumes types fg, and waits until the program has written text once more.
func (s *screen) resumes(text string) {
	s.t.Helper()
	s.mu.Lock()
	from := s.raw.Len()
	s.mu.Unlock()
	s.types("fg\r")
	s.until(text+" once more", func() bool { return strings.Contains(s.raw.String()[from:], text) })
}

func TestVim(t *testing.T) {
	t.Parallel()
	needs(t, "vim.tiny")
	s := sitDown(t)
	s.enter("emit('on')", local)
	before := s.modes()
	path := write(t, filepath.Join(s.home, "notes"), "one\n")
	s.types("vim.tiny notes\r")
	s.shows(`"notes" 1L, 4B`)
	s.types("otwo\x1b")
	s.line("two")
	s.suspends(1, "vim.tiny notes")
	if got := s.modes(); got != before {
		t.Errorf("the modes are %v, and were %v", got, before)
	}
	s.enter("echo prompt", local) // the emulator has one screen only: the rows of vim are still there
	s.line("prompt")
	s.resumes("~") // drawn anew
	s.types("othree\x1b")
	s.line("three")
	s.types(":wq\r")
	s.at(local)
	if got := read(t, path); got != "one\ntwo\nthree\n" {
		t.Errorf("the file holds %q", got)
	}
	s.types("emit(get_job()[1].State, get_job()[1].Command)\r")
	s.line("Completed")
	s.line("vim.tiny notes")
	s.at(local)
	s.leave()
}

func TestLess(t *testing.T) {
	t.Parallel()
	needs(t, "less")
	s := sitDown(t)
	write(t, filepath.Join(s.home, "long"), strings.Repeat("line\n", 5000)+"the last\n")
	s.types("less long\r")
	s.line("long")
	s.types("G")
	s.line("the last")
	s.types("q")
	s.at(local)
	s.leave()
}

func TestTop(t *testing.T) {
	t.Parallel()
	needs(t, "top")
	s := sitDown(t)
	s.types("top\r")
	s.shows("PID USER")
	s.suspends(1, "top")
	s.resumes("load average") // it throws away what was typed before
	s.types("q")
	s.at(local)
	s.leave()
}

func TestPython(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3"
	needs(t, python)
	s := sitDown(t)
	s.types(python + " -q\r")
	s.line(">>>")
	s.types("6 * 7\n")
	s.line("42")
	s.suspends(1, python)
	s.types("fg\r")
	s.types("40 + 3\n")
	s.line("43")
	s.types("while True: pass\n\n")
	s.shows("...")
	s.types("\x03")
	s.line("KeyboardInterrupt")
	s.until("python's prompt", func() bool { return s.row(int(s.term.Pos().Y)) == ">>>" })
	s.types("\x04")
	s.at(local)
	s.leave()
}

// A program that asks for a password on the terminal, without echo.
func TestPassword(t *testing.T) {
	t.Parallel()
	needs(t, "ssh-keygen")
	s := sitDown(t)
	s.types("ssh-keygen -q -t ed25519 -f key\r")
	s.shows("Enter passphrase")
	s.suspends(1, "ssh-keygen")
	s.types("fg\r")
	s.until("the question again", func() bool { return strings.Count(s.text(), "Enter passphrase") == 2 })
	s.types("secret\r")
	s.shows("again")
	s.types("secret\r")
	s.at(local)
	s.mu.Lock()
	raw := s.raw.String()
	s.mu.Unlock()
	if strings.Contains(raw, "secret") {
		t.Error("the passphrase was shown")
	}
	if _, err := os.Stat(filepath.Join(s.home, "key")); err != nil {
		t.Error(err)
	}
	s.leave()
}

func TestSudo(t *testing.T) {
	t.Parallel()
	needs(t, "sudo")
	s := sitDown(t)
	if got := s.enter("!sudo -n true && echo may", local); got != "may" {
		t.Skip("sudo asks for a password here")
	}
	s.types("sudo sh -c 'echo up; read x; echo \"got $x\"'\r")
	s.line("up")
	s.suspends(1, "sudo sh")
	s.types("fg\r")
	s.types("keys\n")
	s.line("got keys")
	s.at(local)
	s.leave()
}

func TestCat(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	for i, key := range []string{"\x03", "\x1c", "\x04"} {
		number := string(rune('0' + i))
		s.types("cat | " + replies + "\r")
		s.types("typed" + number + "\n")
		s.line("got" + number) // the echo alone may come before the programs have the terminal
		s.types(key)
		s.at(local)
	}
	s.types("for i = 1, 3 do pcall(run, {'cat'}); emit('went' .. ' on') end\rin a loop\n")
	s.line("in a loop")
	s.types("\x03")
	s.at(local)
	s.enter("emit('end')", local)
	s.mu.Lock()
	text := s.text()
	s.mu.Unlock()
	if strings.Contains(text, "went on") || strings.Contains(text, "interrupted") {
		t.Error("Ctrl-C ended more, or less, than the statement")
	}
	s.leave()
}

// Shells in shells: each gives the terminal to its own, and gets it back.
func TestShellsInside(t *testing.T) {
	t.Parallel()
	needs(t, "bash")
	s := sitDown(t)
	write(t, filepath.Join(s.home, ".bashrc"), "PS1='bash> '\n")
	s.types("bash -i\r")
	s.until("bash's prompt", func() bool { return strings.HasPrefix(s.row(int(s.term.Pos().Y)), "bash>") })
	s.types(replies + "\n")
	s.types("typed inside\n")
	s.line("got inside")
	s.types("\x1a")
	s.shows("Stopped")
	s.types(binary + "\n")
	s.at(local)
	s.types(replies + "\rtyped innermost\n")
	s.line("got innermost")
	s.suspends(1, replies)
	s.types("exit -force\r")
	s.until("bash's prompt", func() bool { return strings.HasPrefix(s.row(int(s.term.Pos().Y)), "bash>") })
	s.types("fg\n")
	s.types("typed again\n")
	s.line("got again")
	s.types("\x04")
	s.types("suspend\n") // bash stops itself
	s.shows("[job 1] suspended: bash -i")
	s.at(local)
	s.types("fg\r")
	s.types("echo $((6 * 7))\n")
	s.line("42")
	s.types("exit\n")
	s.at(local)
	s.leave()
}

// A program learns that the terminal has another size, and so does the prompt.
func TestResizeInProgram(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.types("!trap 'stty size' WINCH; echo up; while ! read x; do :; done\r")
	s.line("up")
	pty.Setsize(s.tty, &pty.Winsize{Rows: 20, Cols: 50})
	s.line("20 50")
	s.types("\n")
	s.at(local)
	contains(t, s.enter("!stty size", local), "20 50")
	s.types(strings.Repeat("x", 60)) // wraps at 50
	s.line(strings.Repeat("x", 60-(50-len(local))))
	s.types("\x03")
	s.at(local)
	s.leave()
}
