package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"marsh/remote/sshtest"
)

// hangUp closes the terminal, as a window that is closed does.
func (s *screen) hangUp() { s.ptmx.Close() }

func (s *screen) signal(sig syscall.Signal) { s.cmd.Process.Signal(sig) }

// ends are the ways out of a shell, and the exit status of each.
var ends = map[string]struct {
	do     func(s *screen)
	status int
	types  bool // it is typed at the prompt
}{
	"exit":             {func(s *screen) { s.types("exit\r"); s.at(askedToLeave); s.types("y\r") }, 0, true},
	"exit with status": {func(s *screen) { s.types("exit 7\r"); s.at(askedToLeave); s.types("yes\r") }, 7, true},
	"exit -force":      {func(s *screen) { s.types("exit -force\r") }, 0, true},
	"Ctrl-D twice":     {func(s *screen) { s.types("\x04"); s.at(askedToLeave); s.types("\x04") }, 0, true},
	"HUP":              {func(s *screen) { s.signal(syscall.SIGHUP) }, 129, false},
	"TERM":             {func(s *screen) { s.signal(syscall.SIGTERM) }, 143, false},
	"TERM twice":       {func(s *screen) { s.signal(syscall.SIGTERM); s.signal(syscall.SIGTERM) }, 143, false},
	"closed terminal":  {(*screen).hangUp, 129, false},
}

const askedToLeave = "2 jobs are running and will be stopped, and what nobody has received of 1 more is lost; leave? [y/N] "

// moments are what a shell is doing when it is to end; do returns how many programs were
// started, and say who they are.
var moments = map[string]struct {
	do     func(s *screen, dir string) int
	prompt bool // nothing is in the way of typing
}{
	"prompt":             {func(*screen, string) int { return 0 }, true},
	"line half typed":    {func(s *screen, _ string) int { s.types("write-output 'ha"); s.shows("'ha"); return 0 }, false},
	"question":           {func(s *screen, _ string) int { s.types("exit\r"); s.at(askedToLeave); return 0 }, false},
	"command":            {func(s *screen, _ string) int { s.types("emit('up'); start-sleep 600\r"); s.line("up"); return 0 }, false},
	"program":            {func(s *screen, dir string) int { s.types("sh " + dir + "/plain\r"); return 1 }, false},
	"program, deaf":      {func(s *screen, dir string) int { s.types("sh " + dir + "/deaf\r"); return 1 }, false},
	"program that reads": {func(s *screen, _ string) int { s.types("!echo up; cat\r"); s.line("up"); return 0 }, false},
	"suspended program": {func(s *screen, dir string) int {
		s.types("sh " + dir + "/frozen\r")
		s.at(local)
		return 1
	}, false},
	"session": {func(s *screen, _ string) int { s.enter("enter-session -session $s", "Server01:~> "); return 0 }, false},
	"command in session": {func(s *screen, dir string) int {
		s.enter("enter-session -session $s", "Server01:~> ")
		s.types("sh " + dir + "/plain\r")
		return 1
	}, false},
}

// Whatever a shell does, and however it is told to end: nothing of it is left, and its exit
// status says how it was.
func TestWaysOut(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	for moment, m := range moments {
		for end, e := range ends {
			if e.types && !m.prompt {
				continue
			}
			t.Run(moment+"/"+end, func(t *testing.T) {
				t.Parallel()
				f := newField(t)
				s := sitIn(t, f.dir, "-F", server.Config())
				all := busy(f, s)
				for range m.do(s, f.dir) {
					all = append(all, f.next())
				}
				pid := s.cmd.Process.Pid
				e.do(s)
				s.exits(e.status)
				leftClean(t, f.dir, pid, all)
				if end != "closed terminal" && !s.cooked() {
					t.Error("the terminal was left in other modes")
				}
			})
		}
	}
	t.Cleanup(func() { nothingRuns(t, server) })
}

// busy has a shell run a job here and one in a session, and keep unread results on disk.
func busy(f *field, s *screen) (all []*process) {
	f.t.Helper()
	s.enter("start-job { for i = 1, 100 do emit(string.rep('x', 65536)) end } | wait-job | out-null", local)
	spool, err := filepath.Glob(filepath.Join(f.dir, ".local/state/marsh/spool/*"))
	if err != nil || len(spool) == 0 {
		f.t.Errorf("nothing is spooled: %v", err)
	}
	s.enter("start-job { sh "+f.dir+"/plain }", local)
	s.enter("$s = new-session Server01", local)
	s.enter("invoke-command -session $s { start-job { sh "+f.dir+"/plain } }", local)
	return append(all, f.next(), f.next())
}

// leftClean checks that a shell which has ended has left no process, file or control
// group, and the history.
func leftClean(t *testing.T, home string, shell int, all []*process) {
	t.Helper()
	for _, p := range all {
		if !p.endedWithin(0) {
			t.Errorf("program %d lives on", p.pid)
		}
	}
	if left := livingIn(home); len(left) > 0 {
		t.Errorf("left running: %q", left)
	}
	if spool, _ := filepath.Glob(filepath.Join(home, ".local/state/marsh/spool/*")); len(spool) > 0 {
		t.Errorf("left on disk: %v", spool)
	}
	if isCgroup(t, "marsh-"+strconv.Itoa(shell)+"-") {
		t.Error("a control group is left")
	}
	contains(t, read(t, filepath.Join(home, ".local/state/marsh/history")), "new-session Server01")
}

// livingIn returns the command lines of the processes of this machine whose home directory
// that is.
func livingIn(home string) (left []string) {
	names, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range names {
		env, _ := os.ReadFile(dir + "/environ")
		if !bytes.Contains(append([]byte{0}, env...), []byte("\x00HOME="+home+"\x00")) {
			continue
		}
		args, _ := os.ReadFile(dir + "/cmdline")
		left = append(left, strings.ReplaceAll(string(args), "\x00", " "))
	}
	return left
}
