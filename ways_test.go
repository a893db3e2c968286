package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"marsh/remote/sshtest"
)

// row checks that a line of a table has these cells, one after the other.
func row(t *testing.T, text string, cells ...string) {
	t.Helper()
	for i, c := range cells {
		cells[i] = regexp.QuoteMeta(c)
	}
	if !regexp.MustCompile(`(?mi)^` + strings.Join(cells, ` +`) + ` *$`).MatchString(text) {
		t.Errorf("there is no row %q in\n%s", cells, text)
	}
}

// header is the first line of every table of jobs.
var header = []string{"Id", "Name", "Type", "State", "HasMoreData", "Location", "Command"}

func TestWay1Typed(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	saved := filepath.Join(t.TempDir(), "pslog.txt")
	s := sit(t, "-F", server.Config())
	const local, far = "local:~> ", "Server01:~> "
	s.enter("Enter-PSSession -computername Server01", far)
	s.enter(`$job = start-job -scriptblock {get-eventlog "Windows PowerShell"}`, far)
	s.enter("wait-job $job | out-null", far)
	got := s.enter("get-job $job", far)
	row(t, got, header...)
	row(t, got, "1", "Job1", "BackgroundJob", "Completed", "True", "localhost", `get-eventlog "Windows PowerShell"`)
	if got := s.enter("receive-job $job > "+saved, far); got != "" {
		t.Errorf("redirected, and shown: %q", got)
	}
	row(t, s.enter("get-job $job", far), "1", "Job1", "BackgroundJob", "Completed", "False", "localhost", `get-eventlog "Windows PowerShell"`)
	if got := s.enter("Exit-PSSession", local); got != "" {
		t.Errorf("nothing ran, and leaving said: %q", got)
	}
	nothingRuns(t, server)
	s.enter("$s = new-pssession -computername Server01", local)
	got = s.enter("invoke-command -session $s -scriptblock {get-content "+saved+"}", local)
	contains(t, got, "a session to this machine begins")
	if want := strings.TrimSpace(read(t, saved)); strings.TrimSpace(got) != want {
		t.Errorf("the file has\n%s\nand get-content shows\n%s", want, got)
	}
	s.types("exit\r")
	s.exits(0)
	nothingRuns(t, server)
}

func TestWay2Typed(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const local = "local:~> "
	logs := systemLog(t)
	s.enter("invoke-command -computername Server01 {'an event or two for the log'} | out-null", local)
	got := s.enter("invoke-command -computername Server01 -scriptblock {"+logs+"} -asjob", local)
	row(t, got, header...)
	row(t, got, "1", "Job1", "RemoteJob", "Running", "True", "Server01", logs)
	s.enter("wait-job | out-null", local)
	got = s.enter("get-job", local)
	row(t, got, "1", "Job1", "RemoteJob", "Completed", "True", "Server01", logs)
	s.enter("$results = receive-job -id 1", local)
	contains(t, s.enter("=#results > 0, results[1].PSComputerName", local), "True\nServer01")
	row(t, s.enter("get-job 1", local), "1", "Job1", "RemoteJob", "Completed", "False", "Server01", logs)
	s.types("exit\r")
	s.exits(0)
	nothingRuns(t, server)
}

func TestWay3Typed(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const local = "local:~> "
	logs, saved := systemLog(t), filepath.Join(t.TempDir(), "pslog.txt")
	s.enter("$s = new-pssession -computername Server01", local)
	s.enter("invoke-command -session $s {start-job {1} | wait-job | out-null}", local)
	got := s.enter("invoke-command -session $s -scriptblock {start-job -scriptblock {"+logs+"}}", local)
	row(t, got, header...)
	row(t, got, "2", "Job2", "BackgroundJob", "Running", "True", "localhost", logs)
	s.enter("invoke-command -session $s {wait-job | out-null}", local)
	row(t, s.enter("invoke-command -session $s -scriptblock {get-job}", local), "2", "Job2", "BackgroundJob", "Completed", "True", "localhost", logs)
	if got := s.enter("get-job", local); strings.TrimSpace(got) != "" {
		t.Errorf("the local list has the far job: %q", got)
	}
	s.enter("$results = invoke-command -session $s -scriptblock {receive-job -sessionid 2 -keep}", local)
	s.enter("invoke-command -session $s -command {receive-job -sessionid 2 > "+saved+"}", local)
	s.enter("invoke-command -session $s {$again = receive-job -sessionid 2}", local)
	contains(t, s.enter("=#results > 0, invoke_command{session=s, scriptblock='return again == nil'}", local), "True\nTrue")
	got = s.enter("invoke-command -session $s {get-content "+saved+"}", local)
	if strings.TrimSpace(got) != strings.TrimSpace(read(t, saved)) || len(got) == 0 {
		t.Errorf("get-content shows\n%s", got)
	}
	s.types("exit\r")
	s.exits(0)
	nothingRuns(t, server)
}

// systemLog returns get-eventlog system where this machine has such a log; else a
// command that writes as much.
func systemLog(t *testing.T) string {
	t.Helper()
	for _, f := range []string{"/var/log/syslog", "/var/log/messages"} {
		if _, err := os.Stat(f); err == nil {
			return "get-eventlog system"
		}
	}
	if e := marsh(t, "", "-c", "get-eventlog system -newest 2"); e.status == 0 && e.stdout != "" {
		return "get-eventlog system"
	}
	return `get-eventlog "Windows PowerShell"`
}
