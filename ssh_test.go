package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"marsh/remote/sshtest"
)

// answers checks that Server01 can be used.
func answers(t *testing.T, server *sshtest.Server) {
	t.Helper()
	got := marsh(t, "", "-F", server.Config(), "-c", "invoke-command -computername Server01 { 'one'\n!echo two\nreturn 1 + 2\n} -hidecomputername").want(t, 0)
	if got.stdout != "one\ntwo\n3\n" || got.stderr != "" {
		t.Errorf("got %q, and on the error stream %q", got.stdout, got.stderr)
	}
	nothingRuns(t, server)
}

func TestNoisyLogin(t *testing.T) {
	for name, o := range map[string]sshtest.Options{
		"banner":           {Banner: "Authorized use only.\nSecond line.\n"},
		"rc prints":        {RC: "echo WELCOME; printf 'no newline at the end'"},
		"rc prints much":   {RC: "seq 20000; seq 1000 >&2"},
		"rc reads nothing": {RC: "printf '\\000\\001\\002marsh\\n\\n'"},
	} {
		t.Run(name, func(t *testing.T) { answers(t, sshd(t, o)) })
	}
}

func TestLoginShells(t *testing.T) {
	for _, shell := range []string{"/bin/sh", "/bin/bash", "/bin/dash"} {
		t.Run(filepath.Base(shell), func(t *testing.T) { answers(t, sshd(t, sshtest.Options{Shell: shell})) })
	}
}

// One connection carries more commands at a time than sshd allows sessions.
func TestManyCommandsOnOneSession(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "-c", `
$s = new-session Server01
for i = 1, 20 do
  invoke-command -session $s -asjob -argumentlist $i { $n = args[1]; return $n * $n } | out-null
end
wait-job | out-null
get-job | foreach-object { $it.State } | group-object | foreach-object { emit($it.Name, $it.Count) }
$sum = 0
for _, v in ipairs(receive_job{job=get_job()}) do $sum = $sum + v end
return $sum
`).want(t, 0)
	if fields := strings.Join(strings.Fields(got.stdout), " "); fields != "Completed 20 2870" {
		t.Errorf("got %q\n%s", fields, got.stderr)
	}
	wantLogins(t, server, 1)
	nothingRuns(t, server)
}

// All twenty run at the same time: none ends before all have begun.
func TestCommandsRunAtTheSameTime(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "-c", `
$s = new-session Server01
for i = 1, 20 do
  invoke-command -session $s -asjob { !touch $HOME/began.$$; while [ $(ls $HOME/began.* | wc -l) -lt 20 ]; do sleep 0.05; done
} | out-null
end
wait-job | out-null
get-job | where-object { $it.State == "Completed" } | measure-object | foreach-object { $it.Count }
`).want(t, 0)
	if got.stdout != "20\n" {
		t.Errorf("got %q\n%s", got.stdout, got.stderr)
	}
}

// A server that dies under a command: the prompt is back, and says why.
func TestServerKilledWhileEntered(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const local, far = "local:~> ", "Server01:~> "
	s.enter("$s = new-session Server01", local)
	s.enter("enter-session -session $s", far)
	s.types("!echo up; sleep 600\r")
	s.line("up")
	server.Kill()
	s.at(local)
	s.line("the session to Server01 broke: the connection to Server01 is broken: the other end closed it")
	row(t, s.enter("get-session", local), "1", "Session1", "SSH", "Server01", "Broken", "None")
	contains(t, s.enter("invoke-command -session $s {1}", local), "is broken", "new-session")
	s.types("exit\r")
	s.exits(0)
}

func TestServerKilledUnderInvoke(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const local = "local:~> "
	s.enter("$s = new-session Server01", local)
	s.enter("$j = invoke-command -session $s -asjob {start-sleep 600}", local)
	s.types("invoke-command -session $s {'up'; start-sleep 600}\r")
	s.until("up", func() bool { return strings.Contains(s.text(), "\nServer01: up") || strings.Contains(s.text(), "\nup") })
	server.Kill()
	s.at(local)
	contains(t, s.enter("=$error[1].Kind", local), "Broken")
	s.enter("wait-job $j | out-null", local)
	row(t, s.enter("get-job $j", local), "1", "Job1", "RemoteJob", "Failed", "False", "Server01", "start-sleep 600")
	contains(t, s.enter("receive-job $j", local), "Server01", "broken")
	s.enter("repeat local e = get_eventlog('marsh', {instanceid = 202}) sleep(0.01) until e", local)
	contains(t, s.enter("get-eventlog marsh -instanceid 202 | foreach-object { return it.Type, it.MachineName }", local), "Error", "Server01")
	s.types("exit\r")
	s.exits(0)
}

func TestClientKilled(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const local, far = "local:~> ", "Server01:~> "
	s.enter("enter-session Server01", far)
	s.enter("start-job {!setsid sleep 600}", far)
	s.types("!trap '' TERM HUP; echo up; sleep 600; sleep 600\r")
	s.line("up")
	s.cmd.Process.Kill()
	s.exits(-1)
	nothingRuns(t, server)
}

func TestCtrlCOnRemoteCommand(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	const far = "Server01:~> "
	s.enter("enter-session Server01", far)
	s.enter("start-job {start-sleep 600}", far)
	for _, line := range []string{"emit('up1'); start-sleep 600", "!echo up2; sleep 600", "emit('up3'); while true do end"} {
		s.types(line + "\r")
		s.line(line[strings.Index(line, "up"):][:3])
		s.types("\x03")
		s.at(far)
	}
	row(t, s.enter("get-job", far), "1", "Job1", "BackgroundJob", "Running", "True", "localhost", "start-sleep 600")
	eventually(t, "the end of sleep", func() bool { return !strings.Contains(fmt.Sprint(server.Processes()), "sleep") })
	s.enter("exit", "local:~> ")
	s.types("exit\r")
	s.exits(0)
}

// Two shells put the agent there at once; one file is left, and both work.
func TestUploadRace(t *testing.T) {
	cache := t.TempDir()
	server := sshd(t, sshtest.Options{Env: []string{"XDG_CACHE_HOME=" + cache}})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			marsh(t, "", "-F", server.Config(), "-c", "invoke-command -computername Server01,Server02 {1}")
		})
	}
	wg.Wait()
	answers(t, server)
	left, err := filepath.Glob(filepath.Join(cache, "marsh", "*", "*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "marsh" {
		t.Fatalf("in the cache: %q, %v", left, err)
	}
	info, err := os.Stat(left[0])
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the agent is %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(filepath.Join(cache, "marsh")); err != nil || info.Mode() != os.ModeDir|0o700 {
		t.Errorf("its directory is %v, %v", info.Mode(), err)
	}
}

// An interrupt of the whole program ends the far side, too.
func TestInterruptedScript(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	dir := home(t)
	p := begin(t, dir, "", "-F", server.Config(), "-c", "invoke-command -computername Server01 { !touch "+dir+"/up; sleep 600\n}")
	eventually(t, "the program's start", func() bool {
		_, err := os.Stat(filepath.Join(dir, "up"))
		return err == nil
	})
	p.cmd.Process.Signal(syscall.SIGINT)
	p.wait().want(t, 130)
	nothingRuns(t, server)
}

// wantLogins checks that there were n logins, and no more.
func wantLogins(t *testing.T, server *sshtest.Server, n int) {
	t.Helper()
	server.WaitLogged(t, "Accepted publickey for ", n)
	if got := strings.Count(server.Log(), "Accepted publickey for "); got != n {
		t.Errorf("%d logins, want %d", got, n)
	}
}

// Commands that run at the same time share one login, with an agent each.
func TestTemporaryConnectionsShareALogin(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "-c", `
for i = 1, 5 do
  invoke-command -computername Server01 -hidecomputername -asjob { x = (x or 0) + 1
!touch $HOME/began.$$; while [ $(ls $HOME/began.* | wc -l) -lt 5 ]; do sleep 0.05; done
return x } | out-null
end
wait-job | out-null
get-job | receive-job
`).want(t, 0)
	if got.stdout != strings.Repeat("1\n", 5) {
		t.Errorf("got %q\n%s", got.stdout, got.stderr)
	}
	wantLogins(t, server, 1)
	nothingRuns(t, server)
}

// More commands than sshd allows sessions of one login have as many logins as they need.
func TestMoreTemporaryConnectionsThanSessions(t *testing.T) {
	server := sshd(t, sshtest.Options{Config: []string{"MaxSessions 2"}})
	got := marsh(t, "", "-F", server.Config(), "-c", `
for i = 1, 5 do
  invoke-command -computername Server01 -hidecomputername -asjob {
!touch $HOME/began.$$; while [ $(ls $HOME/began.* | wc -l) -lt 5 ]; do sleep 0.05; done
return 1 } | out-null
end
wait-job | out-null
get-job | receive-job
`).want(t, 0)
	if got.stdout != strings.Repeat("1\n", 5) {
		t.Errorf("got %q\n%s", got.stdout, got.stderr)
	}
	nothingRuns(t, server)
}

// A bastion is logged in to once, whatever is behind it.
func TestOneLoginForTheBastion(t *testing.T) {
	server := sshd(t, sshtest.Options{
		Hosts: []string{"Gate", "Server01", "Server02", "Server03"}, Config: []string{"AllowTcpForwarding yes"},
		Client: []string{"Host Server*", "    ProxyJump Gate"},
	})
	got := marsh(t, "", "-F", server.Config(), "-c", `
$s = new-session Server01,Server02,Server03
invoke-command -session $s { return "in" } -hidecomputername
invoke-command -computername Server01 { return "in" } -hidecomputername
`).want(t, 0)
	if got.stdout != "in\nin\nin\nin\n" {
		t.Errorf("got %q\n%s", got.stdout, got.stderr)
	}
	wantLogins(t, server, 4)
}
