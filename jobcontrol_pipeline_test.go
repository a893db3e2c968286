package main

import (
	"strings"
	"testing"

	"marsh/remote/sshconn"
)

// Programs that commands are piped into have the terminal, and are suspended alone.
func TestSuspendBehindCommands(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	const program = "sh -c 'stty -echo; read first; echo \"first $first\"; read x </dev/tty; echo \"typed $x\"; cat | tail -n 1; echo all'"
	s.types("write-output one last | foreach-object { it } | where-object { it } | " + program + "\r")
	s.line("first one")
	s.suspends(1, "write-output one last")
	contains(t, s.enter("6 * 7", local), "42")
	s.types("fg\r")
	s.types("keys\n")
	s.line("typed keys")
	s.line("last")
	s.line("all")
	s.at(local)
	s.leave()
}

// A command that has not ended when the program it is piped into is suspended is ended,
// whatever it is at, and the prompt is there for other lines.
func TestSuspendEndsWhatIsAhead(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.enter("define-command endless { while true do write-output more end }", local)
	for i, ahead := range []string{
		"endless", "sleep 600 | foreach-object { it }", "write-output 1 | foreach-object { while true do emit(it) end }", "start-sleep 600",
	} {
		s.types(ahead + " | sh -c 'echo up" + string(rune('0'+i)) + "; read x </dev/tty; cat >/dev/null; echo went on'\r")
		s.line("up" + string(rune('0'+i)))
		s.suspends(i+1, ahead)
		s.shows("what is piped into the program ends here")
		contains(t, s.enter("6 * 7", local), "42")
	}
	s.types("fg 1\r")
	s.types("\n")
	s.line("went on")
	s.at(local)
	contains(t, s.enter("fg 2 | cat", local), "the program that resume-job is piped into has the terminal")
	s.leave()
}

// Ctrl-C ends the program and the commands before it, and nothing is said.
func TestCtrlCBehindCommands(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.types("write-output up | foreach-object { emit(it); while true do end } | cat\r")
	s.line("up")
	s.types("\x03")
	s.at(local)
	s.mu.Lock()
	text := s.text()
	s.mu.Unlock()
	if _, after, _ := strings.Cut(text, "^C"); strings.TrimSpace(after) != "local:~>" {
		t.Errorf("after Ctrl-C it shows %q", after)
	}
	s.leave()
}

// While a program has the terminal nobody can be asked: to read the answer would suspend
// the shell.
func TestQuestionBehindAProgram(t *testing.T) {
	ask := asker(nil, func() bool { return false }, func() func() { return func() {} })
	answer, err := ask.Prompt(t.Context(), sshconn.Question{Text: "go on?"})
	if answer != "" || err == nil || !strings.Contains(err.Error(), "a program has the terminal") {
		t.Errorf("got %q, %v", answer, err)
	}
}
