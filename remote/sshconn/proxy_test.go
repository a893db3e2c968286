package sshconn_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// withProxy starts a server whose Server01 is reached by a ProxyCommand.
func withProxy(t *testing.T, command string) *sshtest.Server {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "config")
	s := sshtest.Start(t, sshtest.Options{
		Client: []string{"Host Server01", "    ProxyCommand " + strings.ReplaceAll(command, "CONFIG", file)},
		Config: []string{"AllowTcpForwarding yes"},
	})
	text, err := os.ReadFile(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestProxyCommand(t *testing.T) {
	s := withProxy(t, "ssh -F CONFIG -W %h:%p Server02")
	c := dial(t, s, "Server01")
	out, _, err := run(t, c, "echo $SSH_CONNECTION", "")
	if err != nil || !strings.Contains(out, "127.0.0.2") {
		t.Errorf("%q, %v", out, err)
	}
	wantLogins(t, s, 2)
}

// A ProxyCommand ends with its connection, and with it what it started and what does not
// listen to TERM.
func TestProxyCommandEnds(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "alive")
	command(t, nil, "mkfifo", fifo)
	s := withProxy(t, "sh -c \"trap '' TERM; exec 5<>"+fifo+"; sleep 1000 & ssh -F CONFIG -W %h:%p Server02; sleep 1000\"")
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01"}, sshconn.Config{File: s.Config()})
	if err != nil {
		t.Fatal(err)
	}
	hold, err := os.OpenFile(fifo, os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	c.Close()
	if n, err := hold.Read(make([]byte, 1)); n != 0 || err == nil { // the end comes when nobody has it open any more
		t.Errorf("read %d, %v", n, err)
	}
}

func TestProxyCommandFails(t *testing.T) {
	for command, want := range map[string][]string{
		"echo no way out >&2; exit 3":   {"no way out"},
		"exit 3":                        {"exit status 3"},
		"/no/such/program %h":           {"/no/such/program"},
		"echo hello; echo unwell >&2":   {"unwell"},
		"ssh -F /no/such/file -W x:1 y": {"/no/such/file"},
	} {
		s := withProxy(t, strings.Replace("sh -c 'X'", "X", command, 1))
		wantError(t, try(t, s, sshconn.Config{}), jobs.KindUnreachable, append(want, "ProxyCommand", "Server01", "by hand")...)
	}
}

// What is set for a machine does not count on the way through another one.
func TestProxyCommandAfterAJump(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{
		Client: []string{"Host Server02", "    ProxyCommand false", "Host Both", "    HostName 127.0.0.3", "    ProxyJump Server01,Server02"},
		Config: []string{"AllowTcpForwarding yes"},
	})
	if _, _, err := run(t, dial(t, s, "Both"), "true", ""); err != nil {
		t.Error(err)
	}
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server02"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindUnreachable, "ProxyCommand")
}

func TestBindings(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{
		"Host Server01", "    BindAddress 127.0.0.77",
		"Host Server02", "    BindInterface lo", "    AddressFamily inet",
		"Match originalhost nolink", "    HostName 127.0.0.2", "    BindInterface nosuchlink0"}})
	for name, want := range map[string]string{"Server01": "127.0.0.77 ", "Server02": "127.0.0."} {
		out, _, err := run(t, dial(t, s, name), "echo $SSH_CONNECTION", "")
		if err != nil || !strings.HasPrefix(out, want) {
			t.Errorf("%s: from %q, %v", name, out, err)
		}
	}
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "nolink"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindUnreachable, "nolink")
}

// Between two attempts there is a second.
func TestConnectionAttempts(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"ConnectionAttempts 2", "Match originalhost gone", "    HostName 127.0.0.2", "    Port 1"}})
	began := time.Now()
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "gone"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindRefused, "gone")
	if took := time.Since(began); took < time.Second {
		t.Errorf("it gave up after %v", took)
	}
}
