package main

import (
	"strings"
	"testing"

	"marsh/remote/sshtest"
)

func TestLeavingTemporarySessionStopsItsJobs(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const local, far = "local:~> ", "Server01:~> "
	s.enter("enter-session Server01", far)
	s.enter("start-job {start-sleep 600}", far)
	s.enter("start-job {!echo up; exec sleep 600}", far)
	s.enter("receive-job 2 -wait | select-object -first 1", far)
	got := s.enter("exit-session", local)
	contains(t, got, "2 jobs were running in the session to Server01 and were stopped")
	nothingRuns(t, server)
	s.types("exit\r")
	s.exits(0)
}

func TestJobsOfPersistentSessionLiveOn(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const local, far = "local:~> ", "Server01:~> "
	s.enter("$s = new-session Server01", local)
	s.enter("enter-session -session $s", far)
	s.enter("start-job {start-sleep 600}", far)
	if got := s.enter("exit", local); got != "" {
		t.Errorf("leaving a persistent session said %q", got)
	}
	row(t, s.enter("invoke-command -session $s {get-job}", local), "1", "Job1", "BackgroundJob", "Running", "True", "localhost", "start-sleep 600")
	s.enter("enter-session -session $s", far)
	row(t, s.enter("get-job", far), "1", "Job1", "BackgroundJob", "Running", "True", "localhost", "start-sleep 600")
	s.types("\x04") // Ctrl-D leaves, too
	s.at(local)
	row(t, s.enter("get-session", local), "1", "Session1", "SSH", "Server01", "Opened", "Available")
	s.enter("remove-session $s", local)
	nothingRuns(t, server)
	s.types("exit\r")
	s.exits(0)
}

// What a job may leave behind: programs that leave its session, ignore TERM, or have
// children in the background.
var stubborn = map[string]string{
	"command":      "{start-job {emit('up'); start-sleep 600}}",
	"program":      "{start-job {!echo up; exec sleep 600}}",
	"own session":  "{start-job {!setsid sh -c 'echo up; sleep 600'}}",
	"ignores TERM": "{start-job {!trap '' TERM; echo up; while :; do sleep 600; done}}",
	"background":   "{start-job {!(sleep 600 >/dev/null 2>&1 </dev/null &); (setsid sleep 600 >/dev/null 2>&1 &); echo up; sleep 600}}",
}

func TestTemporaryConnectionStopsItsJobs(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	for name, block := range stubborn {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The far block goes on when its job is under way.
			text := strings.Replace(block, "{start-job", "{$j = start-job", 1)
			text = "invoke-command -computername Server01 " + strings.TrimSuffix(text, "}") + "; receive-job $j -wait | select-object -first 1}"
			got := marsh(t, "", "-F", server.Config(), "-c", text).want(t, 0)
			contains(t, got.stdout, "up")
			contains(t, got.stderr, "1 job still running on Server01 was stopped", "new-session")
		})
	}
	t.Cleanup(func() { nothingRuns(t, server) })
}

func TestTemporaryConnectionWithNewJob(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "-c", "invoke-command -computername Server01 {start-job {start-sleep 60}}").want(t, 0)
	row(t, got.stdout, "1", "Job1", "BackgroundJob", "Running", "True", "localhost", "start-sleep 60")
	contains(t, got.stderr, "1 job still running on Server01 was stopped")
	nothingRuns(t, server)
}

func TestSeveralComputers(t *testing.T) {
	server := sshd(t, sshtest.Options{Hosts: []string{"Server01", "Server02", "Server03"}})
	got := marsh(t, "", "-F", server.Config(), "-c", `
$j = invoke-command -computername Server03,Server01,Server02 -jobname three -asjob { "a"; "b" }
wait-job $j | out-null
for _, c in ipairs($j.ChildJobs) do emit(c.Name, c.Location, c.State) end
emit($j.Location, #get_job())
receive-job $j
`).want(t, 0)
	want := []string{"three.1", "Server03", "Completed", "three.2", "Server01", "Completed", "three.3", "Server02", "Completed", "Server03,Server01,Server02", "1",
		"Server03: a", "Server03: b", "Server01: a", "Server01: b", "Server02: a", "Server02: b"}
	if lines := strings.Join(strings.Fields(strings.ReplaceAll(got.stdout, ": ", ":")), " "); lines != strings.ReplaceAll(strings.Join(want, " "), ": ", ":") {
		t.Errorf("got\n%s", got.stdout)
	}
	nothingRuns(t, server)
}

func TestJSONLines(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "--output", "json", "-c",
		"invoke-command -computername Server01,Server02 { hostname } -asjob | wait-job | receive-job").want(t, 0)
	checkJSONLines(t, got.stdout, "Server01", "Server02")
	if got.stderr != "" {
		t.Errorf("stderr: %s", got.stderr)
	}
}
