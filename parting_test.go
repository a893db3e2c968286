package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"marsh/remote/sshtest"
)

// parts types Ctrl-Z, and waits until the statement is said to have become the job with
// that number.
func (s *screen) parts(job, prompt string) {
	s.t.Helper()
	s.types("\x1a")
	s.until("job "+job, func() bool {
		return regexp.MustCompile(`(?m)^\[` + job + `\] Job` + job + ` Running: `).MatchString(s.text())
	})
	s.at(prompt)
}

// gate makes a named pipe in the home directory; what reads it waits for open.
func (s *screen) gate(name string) string {
	s.t.Helper()
	path := filepath.Join(s.home, name)
	if err := unix.Mkfifo(path, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// open writes a line to a gate, once somebody reads it.
func (s *screen) open(path string) {
	s.t.Helper()
	if err := os.WriteFile(path, []byte("go\n"), 0); err != nil {
		s.t.Fatal(err)
	}
}

// The statement that runs becomes a job with what it has shown, goes on, and changes
// nothing outside any more. What was shown is not received again.
func TestStatementBecomesJob(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	gate := s.gate("gate")
	s.enter("x, said = 1, {}", local)
	line := "emit('first'); io.open('" + gate + "'):read(); x = 2; said[1] = x; emit('sec' .. 'ond', x)"
	s.types(line + "\r")
	s.line("first")
	s.parts("1", local)
	s.line("[1] Job1 Running: " + line)
	row(t, s.enter("get-job | format-table Id, State, HasMoreData", local), "1", "Running", "True")
	contains(t, s.enter("receive-job 1 -keep", local), "first")
	contains(t, s.enter("=$LASTEXITCODE, $?", local), "0\nTrue")
	s.types("receive-job 1 -wait\r")
	s.open(gate)
	s.line("second")
	s.at(local)
	contains(t, s.enter("=x, #said", local), "1\n0")
	if got := s.enter("receive-job 1 -keep", local); strings.Contains(got, "first") {
		t.Errorf("got %s again", got)
	}
	row(t, s.enter("get-job | format-table Id, State, HasMoreData", local), "1", "Completed", "False")
	contains(t, s.enter("get-eventlog marsh | foreach-object Message", local), "job started: 1 Job1", "job ended: 1 Job1")
	row(t, s.enter("get-history | format-table Id, Status", local), "2", "Running")
	s.leave()
}

// Wherever a statement is underway, it can become a job, and the prompt goes on with the
// variables of that moment; the job is stopped, with its programs, as any other.
func TestWhatBecomesJob(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.enter("n = 0; define-command hold { emit('holding'); start-sleep 600 }", local)
	for i, rest := range []string{
		"start-sleep 600",
		"sleep(600)",
		"while true do end",
		"io.popen('sleep 600'):read()",
		"local c = coroutine.wrap(function() while true do coroutine.yield(1) end end); while true do c() end",
		"write-output 1 | foreach-object { start-sleep 600 }",
		"write-output 1 | foreach-object { while true do end }",
		"pcall(function() start_sleep(600) end)",
		"!sleep 600 | foreach-object { $_ }",
		"local y = get_content{'/dev/null'}; $y = !sleep 600",
		"invoke-command -computername localhost,localhost { sleep 600 }",
		"write-output 1 2 | foreach-object -parallel { sleep 600 }",
		"write-output 1 | hold",
		"require 'os'; dofile('forever.lua')",
	} {
		write(t, filepath.Join(s.home, "forever.lua"), "while true do end")
		number := strconv.Itoa(i + 1)
		s.types("n = n + 1; emit('at ' .. n); " + rest + "\r")
		s.line("at " + number)
		s.parts(number, local)
		contains(t, s.enter("=n", local), number)
	}
	s.enter("get-job -id 9,11 | stop-job", local)
	row(t, s.enter("get-job 9 | format-table Id, State", local), "9", "Stopped")
	row(t, s.enter("get-job 1 | format-table Id, State", local), "1", "Running")
	s.enter("stop-job -state Running", local)
	row(t, s.enter("get-job -state Stopped | measure-object | format-list", local), "Count", ":", "14")
	if left := processesIn(s.home); len(left) > 2 { // marsh and its watchdog
		t.Errorf("left running: %q", left)
	}
	s.leave()
}

// A variable that the statement sets is the job's; where that is all it does, the values
// are what the job writes.
func TestAssignmentBecomesJob(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	gate := s.gate("gate")
	s.types("$x = !echo early; echo ready >&2; cat " + gate + "\r")
	s.line("ready")
	s.parts("1", local)
	s.shows("; receive-job gives the value")
	if got := s.enter("=x", local); got != "" {
		t.Errorf("x is %s", got)
	}
	s.open(gate)
	contains(t, s.enter("$x = receive-job 1 -wait", local), "")
	contains(t, s.enter("=x", local), "early\ngo")
	s.leave()
}

// The end of a job that was a statement is told as that of any other, with its error.
func TestEndOfStatementJob(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	gates := []string{s.gate("gate0"), s.gate("gate1"), s.gate("gate2")}
	for i, end := range []string{"error('no such luck')", "exit 3", "get-job 77"} {
		s.types("emit('at ' .. " + strconv.Itoa(i) + "); io.open('" + gates[i] + "'):read(); " + end + "\r")
		s.line("at " + strconv.Itoa(i))
		s.parts(strconv.Itoa(i+1), local)
		s.types("half a line")
		s.shows("local:~> half a line")
		s.open(gates[i])
		s.shows("[" + strconv.Itoa(i+1) + "] Job" + strconv.Itoa(i+1) + " " + []string{"Failed", "Failed", "Completed"}[i] + " on localhost")
		s.types("\x03")
		s.at(local)
	}
	contains(t, s.enter("receive-job 1", local), "no such luck")
	contains(t, s.enter("receive-job 3", local), "there is no job 77")
	row(t, s.enter("get-job 2 | format-table Id, State, ExitStatus", local), "2", "Failed", "3")
	s.leave()
}

// Ctrl-Z leaves a command that waits for jobs, and Ctrl-C ends the waiting: the job goes
// on in both cases, and nothing that it writes is lost.
func TestLeaveWaiting(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	var gates []string
	for i := range 5 {
		gates = append(gates, s.gate("gate"+strconv.Itoa(i+1)))
	}
	s.types("for i = 1, 5 do emit('line ' .. i); io.open('gate' .. i):read() end\r")
	s.line("line 1")
	s.parts("1", local)
	for i, wait := range []string{"receive-job 1 -wait", "get-job 1 | receive-job -wait"} {
		s.types(wait + "\r")
		s.open(gates[i])
		s.line("line " + strconv.Itoa(i+2))
		s.parts("1", local)
	}
	s.types("receive-job 1 -wait\r")
	s.open(gates[2])
	s.line("line 4")
	s.types("\x03")
	s.at(local)
	s.types("emit('wai' .. 'ting'); wait-job 1\r")
	s.line("waiting")
	s.parts("2", local)
	s.types("wait-job\r")
	s.shows("local:~> wait-job")
	eventually(t, "the waiting is left", func() bool {
		s.ptmx.WriteString("\x1a")
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Count(s.text(), "\n[2] Job2 Running: ") > 1
	})
	s.until("the prompt", func() bool { return strings.HasPrefix(s.row(int(s.term.Pos().Y)), "local:~>") })
	s.open(gates[3])
	s.types("receive-job 1 -wait\r")
	s.line("line 5")
	s.open(gates[4])
	s.at(local)
	s.enter("wait-job 2 | out-null", local)
	row(t, s.enter("receive-job 2 | format-table Id, State", local), "1", "Completed")
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 1; i <= 5; i++ {
		if n := strings.Count(s.text(), "\nline "+strconv.Itoa(i)); n != 1 {
			t.Errorf("line %d was shown %d times", i, n)
		}
	}
}

// The prompt is asked before it is left while a job of this kind runs, and its programs
// end with the shell.
func TestLeaveWithStatementJob(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.types("!echo up >&2; (setsid sleep 600 &); sleep 600 | foreach-object { $_ }\r")
	s.line("up")
	s.parts("1", local)
	s.types("exit\r")
	s.shows("1 job is running and will be stopped; leave? [y/N]")
	s.types("y\r")
	s.exits(0)
	if left := processesIn(s.home); len(left) > 0 {
		t.Errorf("left running: %q", left)
	}
}

// In an entered session the job runs there, and belongs to the shell there.
func TestRemoteStatementBecomesJob(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const far = "Server01:~> "
	s.enter("enter-session Server01", far)
	s.enter("n = 1", far)
	gate := s.gate("gate")
	line := "emit('at ' .. n); n = 2; !echo up; cat " + gate + "; echo on; sleep 600"
	s.types(line + "\r")
	s.line("at 1")
	s.line("up")
	s.parts("1", far)
	s.line("[1] Job1 Running: " + line)
	contains(t, s.enter("=n", far), "2")
	row(t, s.enter("get-job | format-table Id, State", far), "1", "Running")
	contains(t, s.enter("receive-job 1 -keep", far), "at 1", "up")
	s.types("receive-job 1 -wait\r")
	s.open(gate)
	s.line("on")
	s.parts("1", far)
	s.enter("stop-job 1", far)
	row(t, s.enter("get-job | format-table Id, State", far), "1", "Stopped")
	s.types("emit('loo' .. 'ps'); while true do end\r")
	s.line("loops")
	s.parts("2", far)
	contains(t, s.enter("exit-session", local), "1 job was running in the session to Server01 and was stopped")
	nothingRuns(t, server)
	s.leave()
}

// A command on other machines goes on from here.
func TestFanOutBecomesJob(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	gate := s.gate("gate")
	s.enter("$s = new-session Server01", local)
	far := s.gate("gatefar")
	line := "invoke-command -computername Server01,localhost { !echo up; exec cat " + gate + "${SSH_CONNECTION:+far} }"
	s.types(line + "\r")
	s.until("both", func() bool { return strings.Contains(s.text(), "\nup") && strings.Contains(s.text(), "\nServer01: up") })
	s.parts("1", local)
	s.line("[1] Job1 Running: " + line)
	s.open(gate)
	s.open(far)
	contains(t, "\n"+s.enter("receive-job 1 -wait", local), "\nServer01: go", "\ngo")
	s.types("invoke-command -session $s { emit('in' .. ' session'); while true do end }\r")
	s.line("in session")
	s.parts("2", local)
	s.enter("stop-job 2", local)
	contains(t, s.enter("invoke-command -session $s { 6 * 7 }", local), "42")
	s.leave()
	nothingRuns(t, server)
}

// Ctrl-B does what Ctrl-Z does, while no program has the keyboard: then it is the
// program's, and so is the key of SIGQUIT.
func TestCtrlB(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	before := s.enter("stty -a", local)
	s.types("emit('on' .. 1); start-sleep 600\r")
	s.line("on1")
	s.types("\x1c\x02")
	s.line("[1] Job1 Running: emit('on' .. 1); start-sleep 600")
	s.at(local)
	if got := s.enter("stty -a", local); got != before {
		t.Errorf("the modes are\n%s\nand were\n%s", got, before)
	}
	const program = "!trap 'echo quit' QUIT; stty -a | grep -o 'quit = [^;]*'; echo up; until [ \"$y\" ]; do read y; done; echo \"$y\" | od -c; stty quit ^X"
	s.types(program + "; echo over\r")
	s.line("up")
	s.line(regexp.MustCompile(`quit = [^;]*`).FindString(before))
	s.types("\x1c")
	s.line("^\\quit")
	s.types("\x02\n")
	s.line("0000000 002  \\n")
	s.at(local)
	contains(t, s.enter("stty -a", local), "quit = ^X;")
	s.types("run{'echo', 'ran'}; emit('on' .. 2); start-sleep 600\r")
	s.line("on2")
	s.types("\x02")
	s.shows("[2] Job2 Running: run{")
	s.at(local)
	contains(t, s.enter("stty -a", local), "quit = ^X;")
	s.leave()
}
