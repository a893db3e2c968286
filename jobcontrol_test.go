package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// sitDown is sit; when the test ends early, it ends what would keep the terminal open.
func sitDown(t *testing.T) *screen {
	t.Helper()
	s := sit(t)
	t.Cleanup(func() {
		for _, p := range processesIn(s.home) {
			number, _, _ := strings.Cut(p, " ")
			if pid, err := strconv.Atoi(number); err == nil && t.Failed() {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	})
	return s
}

// stopped waits until the process whose number the file holds is stopped. The kernel
// tells nobody but its parent.
func (s *screen) stopped(file string) {
	s.t.Helper()
	eventually(s.t, "the process of "+file+" is stopped", func() bool {
		number, err := os.ReadFile(filepath.Join(s.home, file))
		stat, serr := os.ReadFile("/proc/" + strings.TrimSpace(string(number)) + "/stat")
		return err == nil && serr == nil && strings.Contains(string(stat), ") T ")
	})
}

// leave ends the program, and checks that the terminal is as it was before it, and
// that nothing it started runs on.
func (s *screen) leave() {
	s.t.Helper()
	s.types("exit -force\r")
	s.exits(0)
	if !s.cooked() {
		s.t.Error("the terminal was left in other modes")
	}
	if left := processesIn(s.home); len(left) > 0 {
		s.t.Errorf("left running: %q", left)
	}
}

// processesIn returns the commands of the processes whose HOME is home.
func processesIn(home string) (all []string) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, d := range dirs {
		env, _ := os.ReadFile(d + "/environ")
		if strings.Contains("\x00"+string(env), "\x00HOME="+home+"\x00") {
			cmd, _ := os.ReadFile(d + "/cmdline")
			all = append(all, filepath.Base(d)+" "+strings.ReplaceAll(string(cmd), "\x00", " "))
		}
	}
	return all
}

// modes returns the modes of the terminal.
func (s *screen) modes() unix.Termios {
	s.t.Helper()
	m, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *m
}

// suspends types Ctrl-Z and waits for the prompt, and what it says of the job.
func (s *screen) suspends(job int, command string) {
	s.t.Helper()
	s.types("\x1a")
	s.shows("[job " + strconv.Itoa(job) + "] suspended: " + command)
	s.at(local)
}

// replies is a program whose answer, got, shows that it reads what was typed: the
// echo of it comes from the terminal, perhaps before the program has begun, when it is
// too early for Ctrl-Z.
const replies = "sed -u s/typed/got/"

// needs skips the test where a program is missing.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(err)
	}
}

func TestSuspendAndResume(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	before := s.enter("stty -a", local)
	s.types("!stty -echo -icanon; echo first; read x; echo \"got $x\"; stty -a; read y; exit 3\r")
	s.line("first")
	raw := s.modes()
	s.suspends(1, "!stty -echo -icanon; echo first")
	contains(t, s.enter("=$LASTEXITCODE", local), "148")
	if got := s.enter("stty -a", local); got != before {
		t.Errorf("the modes at the prompt are\n%s\nand were\n%s", got, before)
	}
	row(t, s.enter("get-job | format-table Id, State", local), "1", "Blocked")
	contains(t, s.enter("=get_job()[1].Reason.Message", local), "suspended; resume-job or fg goes on")
	contains(t, s.enter("wait-job 1", local), "job 1 is suspended and cannot end; resume-job 1 goes on")
	contains(t, s.enter("receive-job 1", local), "")
	contains(t, s.enter("receive-job 1 -wait", local), "job 1 is suspended")

	s.types("fg\r")
	eventually(t, "the program's modes", func() bool { return s.modes() == raw }) // nothing is written then
	s.types("second\n")
	s.line("got second")
	s.shows("-icanon")
	s.suspends(1, "!stty")
	s.types("resume-job 1\r")
	eventually(t, "the program's modes again", func() bool { return s.modes() == raw })
	s.types("third\n")
	s.at(local)
	s.line("sh: exit status 3")
	contains(t, s.enter("=$LASTEXITCODE", local), "3")
	row(t, s.enter("get-job | format-table Id, State, ExitStatus", local), "1", "Failed", "3")
	contains(t, s.enter("fg", local), "there is no suspended program")
	contains(t, s.enter("fg 1", local), "job 1 has ended (Failed)")
	if got := s.enter("stty -a", local); got != before {
		t.Errorf("the modes at the end are\n%s\nand were\n%s", got, before)
	}
	s.leave()
}

// The programs of a pipeline stop and go on together.
func TestSuspendPipeline(t *testing.T) {
	t.Parallel()
	needs(t, "less")
	s := sitDown(t)
	s.types("seq 100000 | less\r")
	s.until("less's prompt", func() bool { return s.row(int(s.term.Pos().Y)) == ":" })
	// less forgets a Ctrl-Z that comes just before it begins to read: it is typed until
	// one works. At the prompt it does nothing.
	eventually(t, "less is suspended", func() bool {
		s.ptmx.WriteString("\x1a")
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Contains(s.text(), "[job 1] suspended: seq 100000 | less")
	})
	s.until("the prompt", func() bool { return strings.HasPrefix(s.row(int(s.term.Pos().Y)), "local:~>") })
	s.types("fg\r")
	s.types("G")
	s.line("100000")
	s.types("q")
	s.at(local)
	s.types("=get_job()[1].State\r")
	s.line("Completed")
	s.at(local)
	s.leave()
}

// What a statement would have done after a program that was suspended is dropped.
func TestSuspendDropsTheRest(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	for i, line := range []string{
		replies + "; emit('went' .. ' on')",
		"for i = 1, 3 do run{'sed', '-u', 's/typed/got/'}; emit('went' .. ' on') end",
		"pcall(function() run{'sed', '-u', 's/typed/got/'} end); emit('went' .. ' on')",
		replies + " -ErrorAction silentlycontinue; emit('went' .. ' on')",
	} {
		s.types(line + "\r")
		s.types("typed" + strconv.Itoa(i) + "\n")
		s.line("got" + strconv.Itoa(i))
		s.suspends(i+1, "")
	}
	if got := s.enter("=$error[1]", local); got != "" {
		t.Errorf("the error list holds %s", got)
	}
	s.mu.Lock()
	text := s.text()
	s.mu.Unlock()
	if strings.Contains(text, "went on") {
		t.Error("the rest was run")
	}
	for i := range 4 { // the one suspended last comes first
		s.types("fg\r")
		s.types("back" + strconv.Itoa(i) + "\n")
		s.line("back" + strconv.Itoa(i))
		s.types("\x04")
		s.at(local)
		row(t, s.enter("get-job -state Completed | measure-object | format-list", local), "Count", ":", strconv.Itoa(i+1))
	}
	s.leave()
}

// In the background a program is suspended when it wants the terminal, and goes on when
// anybody lets it.
func TestResumeInBackground(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	fifo := filepath.Join(s.home, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	s.types("!echo $$ >pid; echo up; read x <fifo; read y; echo \"got $y\"\r")
	s.line("up")
	s.suspends(1, "!echo $$")
	row(t, s.enter("bg | format-table Id, State", local), "1", "Running")
	s.types("half a line")
	s.shows("half a line")
	if err := os.WriteFile(fifo, []byte("x\n"), 0); err != nil { // waits for the program
		t.Fatal(err)
	}
	s.shows("[job 1] suspended because it reads from the terminal")
	s.types("\x03")
	s.at(local)
	row(t, s.enter("get-job | format-table Id, State", local), "1", "Blocked")
	contains(t, s.enter("=get_job()[1].Reason.Message", local), "because it reads from the terminal")

	s.types("fg\r")
	s.shows("fg\n!echo")
	s.types("keys\n")
	s.line("got keys")
	s.at(local)
	row(t, s.enter("get-job | format-table Id, State", local), "1", "Completed")
	s.leave()
}

// What others do to a job is seen.
func TestSuspendFromOutside(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.types("!echo $$ >pid; kill -STOP $$; echo went on; read x; kill -KILL $$\r")
	s.shows("[job 1] suspended: !echo")
	s.at(local)
	pid, err := strconv.Atoi(strings.TrimSpace(read(t, filepath.Join(s.home, "pid"))))
	if err != nil {
		t.Fatal(err)
	}
	s.types("wait-job 1 -timeout 600 | out-null")
	syscall.Kill(pid, syscall.SIGCONT)
	s.shows("[job 1] suspended because it reads from the terminal")
	syscall.Kill(pid, syscall.SIGKILL)
	s.shows("[1] Job1 Failed on localhost: sh: killed by SIGKILL")
	s.types("\x03")
	s.at(local)
	row(t, s.enter("get-job | format-table Id, State, ExitStatus", local), "1", "Failed", "137")
	s.leave()
}

// A child that stops is its program's affair; Ctrl-Z and fg help it, too.
func TestChildThatStops(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.types("!sh -c 'echo $$ >pid; kill -STOP $$; echo went on' & echo up; wait; echo all\r")
	s.line("up")
	s.stopped("pid")
	s.suspends(1, "!sh")
	s.types("fg\r")
	s.line("went on")
	s.line("all")
	s.at(local)
	s.leave()
}

// Suspended programs are stopped by stop-job, remove-job and the end of the shell.
func TestStopSuspended(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	for i := range 3 {
		s.types("!trap 'echo trapped' TERM; (sleep 600 &) ; " + replies + "\rtyped" + strconv.Itoa(i) + "\n")
		s.line("got" + strconv.Itoa(i))
		s.suspends(i+1, "!trap")
	}
	s.enter("stop-job 1", local)
	row(t, s.enter("get-job 1 | format-table Id, State", local), "1", "Stopped")
	contains(t, s.enter("remove-job 2", local), "job 2 (Job2) has not ended (Blocked)")
	s.enter("remove-job 2 -force", local)
	contains(t, s.enter("fg 2", local), "there is no job 2 here")
	s.types("exit\r")
	s.shows("leave? [y/N]")
	s.types("y\r")
	s.exits(0)
	if left := processesIn(s.home); len(left) > 0 {
		t.Errorf("left running: %q", left)
	}
}

// What cannot be brought to the terminal says why.
func TestResumeWhatCannotBe(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.enter("start-job {start-sleep 600}", local)
	contains(t, s.enter("fg 1", local), "job 1 runs in the background and never had the terminal; receive-job 1 -wait")
	contains(t, s.enter("bg 1", local), "job 1 runs in the background and never had the terminal")
	s.types(replies + "\rtyped\n")
	s.line("got")
	s.suspends(2, replies)
	contains(t, s.enter("fg 2,1", local), "the terminal can be given to one job; 2 were asked for")
	s.leave()
}
