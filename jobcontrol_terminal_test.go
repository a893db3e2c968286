package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Whatever a program leaves the terminal in, the prompt comes back on a terminal that
// one can type on.
func TestTerminalIsGivenBackSane(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	before := s.enter("stty -a", local)
	const wild = `printf '\033[?1049h\033[?25l\033[?1000h\033[?1006h\033[?1h\033=\033[31m\033(0\016\033[?2004h'; stty raw -echo; `
	for i, end := range []string{"exit 0", "exit 1", "kill -KILL $$", "kill -TERM $$"} {
		s.types("!" + wild + end + "\r")
		s.at(local)
		if got := s.enter("stty -a", local); got != before {
			t.Errorf("after %s the modes are\n%s\nand were\n%s", end, got, before)
		}
		undone := []string{"\x1b\\", "\x1b[?25h", "\x1b[?1000l", "\x1b[?1006l", "\x1b[?1l\x1b>", "\x1b[0m", "\x0f\x1b(B"}
		if i > 0 {
			undone = append(undone, "\x1b[?1047l")
		}
		s.mu.Lock()
		raw := s.raw.String()
		s.mu.Unlock()
		contains(t, raw[strings.LastIndex(raw, "\x1b[?1049h"):], undone...)
	}
	s.leave()
}

// What stty sets stays, as long as one can type lines.
func TestSttyStays(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.enter("stty intr ^X -ixon tostop", local)
	contains(t, s.enter("stty -a", local), "intr = ^X", "-ixon", " tostop")
	s.enter("!stty raw -echo", local)
	contains(t, s.enter("stty -a", local), "intr = ^X", "-ixon", " tostop", " icanon", " echo ")
	s.leave()
}

// On a terminal that knows no escape sequences none is written.
func TestDumbTerminal(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.enter("$env:TERM = 'dumb'", local)
	s.mu.Lock()
	from := s.raw.Len()
	s.mu.Unlock()
	s.types("echo word\r")
	s.line("word")
	s.at(local)
	s.mu.Lock()
	raw := s.raw.String()[from:]
	s.mu.Unlock()
	if strings.Contains(raw, "\x1b[?1000l") {
		t.Errorf("got %q", raw)
	}
	s.leave()
}

// A program has no signal ignored or blocked, whatever the shell does with its own,
// and has them so again after it was suspended.
func TestSignalsOfPrograms(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	const status = "grep -E '^Sig(Blk|Ign)' /proc/self/status"
	out, err := exec.Command("sh", "-c", status).Output()
	if err != nil {
		t.Fatal(err)
	}
	ours := masks(t, string(out)) // what the tests were started with is not the shell's doing
	check := func(line string) {
		t.Helper()
		got := s.enter(line, local)
		for i, mask := range masks(t, got) {
			if mask&^ours[i] != 0 {
				t.Errorf("%s: %s, want no more than %x", line, got, ours[i])
			}
		}
	}
	for _, line := range []string{status, status + " | cat", "start-job {" + status + "} | receive-job -wait"} {
		check(line)
	}
	s.types("!trap '' TSTP TTIN TTOU; exec " + binary + "\r")
	s.line("local:~> !trap '' TSTP TTIN TTOU; exec " + binary)
	s.at(local)
	check(status) // where the shell was started with signals ignored
	s.enter("exit", local)
	s.leave()
}

// masks returns the signals that are blocked, and those that are ignored (proc(5)).
func masks(t *testing.T, status string) [2]uint64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^Sig(?:Blk|Ign):\s+([0-9a-f]+)$`).FindAllStringSubmatch(status, -1)
	if len(found) != 2 {
		t.Fatalf("got %q", status)
	}
	blocked, err1 := strconv.ParseUint(found[0][1], 16, 64)
	ignored, err2 := strconv.ParseUint(found[1][1], 16, 64)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return [2]uint64{blocked, ignored}
}

// A process that a program leaves behind does not get the prompt's keys.
func TestReaderLeftBehind(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.enter("!(read x; echo sto\"\"len $x) </dev/tty & echo $! >pid", local)
	s.stopped("pid")
	pid := strings.TrimSpace(read(t, filepath.Join(s.home, "pid")))
	for range 20 {
		s.enter("emit('key' .. 's')", local)
	}
	s.mu.Lock()
	text := s.text()
	s.mu.Unlock()
	if strings.Contains(text, "stolen") {
		t.Error("the keys went to a process in the background")
	}
	s.enter("!kill -KILL "+pid, local)
	s.leave()
}

// Ctrl-Z does nothing at the prompt.
func TestCtrlZWithoutProgram(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.types("emit('typ\x1aed')\r")
	s.line("typed")
	s.at(local)
	s.leave()
}

// outer is the program run from a bash with job control, on the terminal s.
func outer(t *testing.T) *screen {
	t.Helper()
	needs(t, "bash")
	s := sitDown(t)
	write(t, filepath.Join(s.home, ".bashrc"), "PS1='bash> '\n")
	s.types("bash -i\r")
	s.bash()
	return s
}

// bash waits for bash's prompt.
func (s *screen) bash() {
	s.t.Helper()
	s.until("bash's prompt", func() bool { return s.row(int(s.term.Pos().Y)) == "bash>" })
}

// A shell that was stopped from outside, and is brought back, reads lines as before.
func TestStoppedFromOutside(t *testing.T) {
	t.Parallel()
	s := outer(t)
	s.types(binary + "\r")
	s.at(local)
	s.types("emit('who' .. 'le')")
	s.shows("emit('who' .. 'le')")
	s.kill(syscall.SIGSTOP)
	s.shows("Stopped")
	s.bash()
	s.types("fg\r")
	s.until("the line again", func() bool {
		return strings.HasPrefix(s.row(int(s.term.Pos().Y)), "local:~> emit('who' .. 'le')") && !s.cooked()
	})
	s.types("\r")
	s.line("whole")
	s.at(local)
	s.types("exit\r")
	s.bash()
	s.types("exit\r")
	s.at(local)
	s.leave()
}

// A shell that was stopped from outside while a program had the terminal gives the
// program the terminal back when it goes on.
func TestStoppedFromOutsideWithProgram(t *testing.T) {
	t.Parallel()
	s := outer(t)
	s.types(binary + "\r")
	s.at(local)
	gate := s.gate("gate")
	s.types("!echo up; cat " + gate + "; read x; echo \"got $x\"\r")
	s.line("up")
	s.kill(syscall.SIGSTOP)
	s.shows("Stopped")
	s.bash()
	s.types("fg\r")
	s.shows("bash> fg\n" + binary)
	s.open(gate)
	s.types("typed\n")
	s.line("got typed")
	s.at(local)
	s.types("exit\r")
	s.bash()
	s.types("exit\r")
	s.at(local)
	s.leave()
}

// kill sends a signal to the shell that runs inside the one under test.
func (s *screen) kill(sig syscall.Signal) {
	s.t.Helper()
	for _, p := range processesIn(s.home) {
		number, command, _ := strings.Cut(p, " ")
		pid, err := strconv.Atoi(number)
		if strings.TrimSpace(command) == binary && err == nil && pid != s.cmd.Process.Pid {
			if err := syscall.Kill(pid, sig); err != nil {
				s.t.Fatal(err)
			}
			return
		}
	}
	s.t.Fatal("there is no shell inside")
}

// A shell that is started in the background is stopped when it wants the terminal.
func TestStartedInBackground(t *testing.T) {
	t.Parallel()
	s := outer(t)
	s.types(binary + " &\r")
	s.types("\r") // bash tells before its next prompt
	s.until("bash tells that it is stopped", func() bool {
		if !strings.Contains(s.text(), "Stopped") && s.row(int(s.term.Pos().Y)) == "bash>" {
			s.ptmx.WriteString("\r")
		}
		return strings.Contains(s.text(), "Stopped")
	})
	s.types("fg\r")
	s.at(local)
	s.types("6*7\r")
	s.line("42")
	s.at(local)
	s.types("exit\r")
	s.bash()
	s.types("exit\r")
	s.at(local)
	s.leave()
}
