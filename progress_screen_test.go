package main

import (
	"path/filepath"
	"strings"
	"testing"

	"marsh/remote/sshtest"
)

// opener is gate, and returns what lets the program go on that waits there.
func (s *screen) opener(name string) (open func()) {
	s.t.Helper()
	path := s.gate(name)
	return func() {
		s.t.Helper()
		s.open(path)
	}
}

// bar waits until a row shows a bar of what begins so, and returns the row.
func (s *screen) bar(begins, ends string) (row string) {
	s.t.Helper()
	s.until("a bar of "+begins, func() bool {
		for y := range s.height {
			row = s.row(y)
			if strings.HasPrefix(row, begins) && strings.HasSuffix(row, ends) {
				return true
			}
		}
		return false
	})
	return row
}

// A job's progress is shown while somebody waits for it, and leaves nothing.
func TestProgressOfJob(t *testing.T) {
	t.Parallel()
	s := person(t)
	open := s.opener("gate")
	s.enter("$j = start-job { write-progress copying 'half done' -percentcomplete 50; !cat gate >/dev/null\nreturn 'the result' }", local)
	s.types("wait-job $j | receive-job\r")
	s.bar("copying: half done  ", "  [===========>            ]  50%")
	s.types("emit('typed ' .. 'ahead')\r")
	open()
	s.at(local)
	s.line("the result")
	s.line("typed ahead")
	s.at(local)
	s.enter("receive-job $j", local)
	s.mu.Lock()
	text := s.text()
	s.mu.Unlock()
	if strings.Contains(text, "\ncopying") || strings.Contains(text, "%\n") {
		t.Errorf("something of the bar is left:\n%s", text)
	}
	s.leave()
}

// Output that comes meanwhile is seen above the bars.
func TestOutputAboveProgress(t *testing.T) {
	t.Parallel()
	s := person(t)
	first, second := s.opener("first"), s.opener("second")
	s.types("start-job { write-progress a; write-progress b -id 1 -parentid 0; write-output one; !cat first >/dev/null\nwrite-output two; write-warning w; write-progress b -id 1 -percentcomplete 20; !cat second >/dev/null\n} | receive-job -wait\r")
	s.until("both bars below one", func() bool { return strings.Contains(s.text(), "\none\na\n  b") })
	first()
	s.until("the bars below two", func() bool {
		return strings.Contains(s.text(), "\none\ntwo\nwarning: w\na") && strings.HasSuffix(s.text(), " 20%")
	})
	second()
	s.at(local)
	s.until("the prompt below the output", func() bool { return strings.HasSuffix(s.text(), "\none\ntwo\nwarning: w\nlocal:~>") })
	s.leave()
}

// Ctrl-C while bars are shown leaves the screen and the terminal as they were.
func TestInterruptedProgress(t *testing.T) {
	t.Parallel()
	s := person(t)
	before := s.enter("stty -a", local)
	s.enter("$j = start-job { write-progress working -percentcomplete 5; write-progress part -id 1; start-sleep 600 }", local)
	for _, line := range []string{"wait-job $j", "receive-job $j -wait", "write-progress own; write-progress other -id 7; start-sleep 600"} {
		s.enter("clear", local)
		s.types(line + "\r")
		s.until("bars", func() bool { return strings.Count(s.text(), "\n") == 2 })
		s.types("\x03")
		s.at(local)
		s.sees("local:~> "+line, "local:~>")
	}
	if got := s.enter("stty -a", local); got != before {
		t.Errorf("the modes are\n%s\nand were\n%s", got, before)
	}
	s.leave()
}

// Of several jobs it is told how many are done.
func TestProgressOfSeveralJobs(t *testing.T) {
	t.Parallel()
	s := person(t)
	first, second := s.opener("first"), s.opener("second")
	s.enter("$a = start-job { !cat first >/dev/null\n}", local)
	s.enter("$b = start-job { write-progress copying; !cat second >/dev/null\n}", local)
	s.enter("$c = start-job { error('no') }", local)
	s.types("wait-job $a, $b, $c | out-null\r")
	s.bar("waiting: 1 of 3 jobs done, 1 failed ", "  33%")
	s.bar("Job2.1: copying", "")
	first()
	s.bar("waiting: 2 of 3 jobs done, 1 failed ", "  66%")
	second()
	s.at(local)
	third := s.opener("third")
	s.enter("clear; $a = start-job { write-progress copying; !cat third >/dev/null\n}", local)
	s.types("wait-job $a | out-null; start-sleep 600\r")
	s.bar("copying", "")
	third()
	s.until("no bar, although the statement goes on", func() bool { return !strings.Contains(s.text(), "\ncopying") })
	s.types("\x03")
	s.at(local)
	s.leave()
}

// Bars fit the terminal: with wide characters, when it is narrow, and when that changes.
func TestProgressFitsTerminal(t *testing.T) {
	t.Parallel()
	s := sitAt(t, home(t), 40, 10, nil)
	open := s.opener("gate")
	s.enter("clear", local)
	s.types("start-job { write-progress コピー中のファイルがとても多いです 'あと少し' -percentcomplete 50; for i = 1, 20 do write-progress part -id $i end; !cat gate >/dev/null\n} | receive-job -wait\r")
	s.bar("コピー", "[=====>     ]  50%")
	s.until("no more rows than there are", func() bool { return strings.HasSuffix(s.text(), "… and 13 more") })
	s.resize(30, 10)
	s.bar("コピー", "  50%")
	open()
	s.at(local)
	s.until("the prompt at the end", func() bool { return strings.HasSuffix(s.text(), "local:~>") && !strings.Contains(s.text(), "part\n") })
	s.leave()
}

// Without colours the bars have none.
func TestProgressWithoutColours(t *testing.T) {
	t.Parallel()
	for colour, env := range map[bool][]string{true: nil, false: {"NO_COLOR=1"}} {
		s := person(t, env...)
		s.types("write-progress copying -percentcomplete 50; start-sleep 600\r")
		s.bar("copying ", " 50%")
		s.mu.Lock()
		if got := strings.Contains(s.raw.String(), "\x1b[36m["); got != colour {
			t.Errorf("with %q the bar has a colour: %v", env, got)
		}
		s.mu.Unlock()
		s.types("\x03")
		s.at(local)
		s.leave()
	}
}

// A terminal that writes one row after the other gets a line now and then.
func TestProgressOnDumbTerminal(t *testing.T) {
	t.Parallel()
	s := place(t, home(t), 80, 24, []string{"TERM=dumb"})
	s.shows("local:~>")
	s.types("write-progress copying; start-sleep 0.4; for i = 1, 100 do write-progress copying 'still' -percentcomplete $i end; write-output 'the end'\r")
	s.shows("\ncopying: still   1%\nthe end\nlocal:~>")
	s.types("exit\r")
	s.exits(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := strings.IndexByte(s.raw.String(), '\x1b'); i >= 0 {
		t.Errorf("an escape sequence was written: %.40q", s.raw.String()[i:])
	}
}

// Where there is no terminal nothing is shown.
func TestProgressWithoutTerminal(t *testing.T) {
	t.Parallel()
	e := marsh(t, "", "-c", "write-progress a; start-job { write-progress b -percentcomplete 5; start-sleep 0.6 } | wait-job | receive-job; write-output done")
	if e.stdout != "done\n" || e.stderr != "" || e.status != 0 {
		t.Errorf("got %+v", e)
	}
}

// A script's progress is shown on the terminal that its errors go to, also where its
// output does not.
func TestProgressOfScript(t *testing.T) {
	t.Parallel()
	s := sitDown(t)
	s.types("!" + binary + " -c 'start-job { write-progress copying -percentcomplete 50; start-sleep 1 } | wait-job | receive-job; write-output done' > out\r")
	s.bar("copying ", " 50%")
	s.at(local)
	if got := read(t, filepath.Join(s.home, "out")); got != "done\n" {
		t.Errorf("the output is %q", got)
	}
	s.leave()
}

// Progress from other machines: of a job of this shell on several, of a job there that is
// waited for there and from here, and of what is typed there.
func TestProgressFromAfar(t *testing.T) {
	server := sshd(t, sshtest.Options{Hosts: []string{"Server01", "Server02"}})
	s := sitAt(t, home(t), 100, 40, nil, "-F", server.Config())
	const far = "Server01:~> "
	gates := map[string]func(){}
	for _, name := range []string{"g1", "g2", "g3", "g4", "g5"} {
		gates[name] = s.opener(name)
	}
	// Each line that is written to a gate lets one of those who wait there go on.
	wait := func(name string) string { return "!until read x <" + filepath.Join(s.home, name) + "; do :; done\n" }
	s.enter("$s = new-session Server01", local)

	s.types("$j = invoke-command Server01,Server02 -asjob { write-progress (string.char(99, 27, 91) .. '2Jopying') -percentcomplete 50; " + wait("g1") + wait("g2") + "return 1 }; wait-job $j | out-null\r")
	s.bar("Job1: 0 of 2 hosts done ", "   0%")
	s.bar("[Server01] c^[[2Jopying ", "  50%")
	s.bar("[Server02] c^[[2Jopying ", "  50%")
	for range 2 {
		gates["g1"]()
	}
	gates["g2"]()
	s.bar("Job1: 1 of 2 hosts done ", "  50%")
	gates["g2"]()
	s.at(local)

	s.enter("enter-session -session $s", far)
	s.types("write-progress typed -percentcomplete 40; start-job { write-progress there -percentcomplete 70; " + wait("g3") + "} | wait-job | out-null\r")
	s.bar("typed ", "  40%")
	s.bar("there ", "  70%")
	gates["g3"]()
	s.at(far)
	s.enter("exit", local)

	s.enter("invoke-command -session $s { job = start-job { write-progress kept -percentcomplete 30; "+wait("g4")+"return 1, 2 } }", local)
	s.types("invoke-command -session $s { receive-job $job -wait }\r")
	s.bar("kept ", "  30%")
	gates["g4"]()
	s.at(local)
	s.line("2")

	s.types("invoke-command Server01,Server02 { write-progress interrupted; start-sleep 600 }\r")
	s.bar("[Server01] interrupted", "")
	s.bar("[Server02] interrupted", "")
	s.bar("invoke-command: 0 of 2 hosts done ", "   0%")
	s.types("\x03")
	s.at(local)

	s.enter("$i = start-job -isolated { write-progress apart -percentcomplete 20; "+wait("g5")+"}", local)
	s.types("wait-job $i | out-null\r")
	s.bar("apart ", "  20%")
	gates["g5"]()
	s.at(local)
	s.mu.Lock()
	text := s.text()
	s.mu.Unlock()
	if strings.Contains(text, "%\n") || strings.Contains(text, "\n[") {
		t.Errorf("something of the bars is left:\n%s", text)
	}
	s.types("exit -force\r")
	s.exits(0)
	nothingRuns(t, server)
}
