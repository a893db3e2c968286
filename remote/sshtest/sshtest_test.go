package sshtest_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marsh/remote/sshtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStart(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Banner: "hello there\n", RC: "echo noise"})
	out, err := exec.Command("ssh", "-F", s.Config(), "Server02", "echo $HOME").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, s.Log())
	}
	for _, want := range []string{"hello there", s.Home} {
		if !strings.Contains(string(out), want) {
			t.Errorf("output %q lacks %q", out, want)
		}
	}
	s.WaitLog(t, "Accepted publickey")
}

func TestNothingIsLeft(t *testing.T) {
	var s *sshtest.Server
	t.Run("server", func(t *testing.T) {
		s = sshtest.Start(t, sshtest.Options{})
		out, err := exec.Command("ssh", "-F", s.Config(), "Server01", "setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo started").CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != "started" {
			t.Fatalf("%v: %s\n%s", err, out, s.Log())
		}
		if got := s.Processes(); len(got) != 1 || !strings.Contains(got[0].Command, "sleep 1000") {
			t.Fatalf("processes: %+v", got)
		}
	})
	if got := s.Processes(); len(got) != 0 {
		t.Errorf("left over: %+v", got)
	}
}

func TestOtherShell(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Shell: "/bin/dash"})
	out, err := exec.Command("ssh", "-F", s.Config(), "Server01", "echo $0 $SHELL").CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "/bin/dash /bin/dash" && got != "dash /bin/dash" {
		t.Fatalf("%v: %s\n%s", err, out, s.Log())
	}
}

func TestPassword(t *testing.T) {
	askpass := filepath.Join(t.TempDir(), "askpass")
	if err := os.WriteFile(askpass, []byte("#!/bin/sh\necho "+sshtest.Password+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, pam := range []string{"no", "yes"} {
		s := sshtest.Start(t, sshtest.Options{Password: true, Config: []string{"UsePAM " + pam, "PasswordAuthentication yes"}})
		cmd := exec.Command("ssh", "-F", s.Config(), "-o", "PubkeyAuthentication=no", "Server01", "echo in")
		cmd.Env = append(os.Environ(), "SSH_ASKPASS_REQUIRE=force", "SSH_ASKPASS="+askpass)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "in\n") {
			t.Errorf("PAM %s: %v: %s\n%s", pam, err, out, s.Log())
		}
	}
}

func TestFreeze(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	s.Freeze()
	c, err := net.Dial("tcp", s.HostAddr(0))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a frozen server answers: %d, %v", n, err)
	}
	s.Thaw()
	c.SetReadDeadline(time.Time{})
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
}
