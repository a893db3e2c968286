package sshtest_test

import (
	"os/exec"
	"strings"
	"testing"

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
