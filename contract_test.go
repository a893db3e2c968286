package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/remote"
	"marsh/remote/bootstrap"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
	"marsh/shell"
	"marsh/shell/builtin"
)

// inProcess is the program as a value, for what the tests run in their own process.
func inProcess() *program {
	return &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, commands: shell.NewCommandSet(builtin.Commands())}
}

// agentOptions keeps an agent's event log in the test's directory.
func agentOptions(t testing.TB) shell.Options {
	dir := t.TempDir()
	return shell.Options{Dir: dir, Events: shell.NewEventLog(dir)}
}

// The contract over a session on a pipe in memory.
func TestContractOverPipe(t *testing.T) {
	jobstest.TestHost(t, func(t *testing.T) jobs.Host {
		near, far := net.Pipe()
		served := make(chan error, 1)
		o := agentOptions(t)
		go func() { served <- inProcess().serveAgent(context.Background(), far, o) }()
		s, err := remote.NewSession(t.Context(), near, remote.Options{Name: "Server01"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			s.Close()
			if err := <-served; err != nil {
				t.Errorf("the agent: %v", err)
			}
		})
		return s
	})
}

// The contract over the embedded server.
func TestContractOverEmbeddedServer(t *testing.T) {
	config := embedded(t)
	jobstest.TestHost(t, func(t *testing.T) jobs.Host { return connected(t, config, &bootstrap.Agent{}) })
}

// The contract over OpenSSH, as it comes.
func TestContractOverOpenSSH(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	agent := &bootstrap.Agent{Path: binary}
	jobstest.TestHost(t, func(t *testing.T) jobs.Host { return connected(t, server.Config(), agent) })
}

// connected connects to Server01 as the program does.
func connected(t *testing.T, config string, agent *bootstrap.Agent) jobs.Host {
	t.Helper()
	target := jobs.Target{Name: "Server01", Timeout: patience}
	conn, err := sshconn.Dial(t.Context(), target, sshconn.Config{File: config})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s, err := startAgent(t.Context(), conn, agent, target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// embedded starts the program's own server, and returns the ssh_config that knows it
// as Server01.
func embedded(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	host, err := sshconn.LoadOrCreateKey(filepath.Join(dir, "host_key"))
	if err != nil {
		t.Fatal(err)
	}
	user, err := sshconn.LoadOrCreateKey(filepath.Join(dir, "id"))
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := agentOptions(t)
	server := &sshconn.Server{
		HostKey: host, AuthorizedKeys: write(t, filepath.Join(dir, "authorized_keys"), user.AuthorizedKey()+"\n"),
		Agent: func(ctx context.Context, link io.ReadWriteCloser) error { return inProcess().serveAgent(ctx, link, o) },
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-served:
			if err != nil {
				t.Errorf("the server: %v", err)
			}
		case <-time.After(patience):
			t.Error("the server does not end")
		}
	})
	write(t, filepath.Join(dir, "known_hosts"), host.KnownHost(ln.Addr().String())+"\n")
	return write(t, filepath.Join(dir, "config"), clientConfig(ln.Addr().(*net.TCPAddr), dir))
}

// clientConfig is an ssh_config that knows addr as Server01, with the files id and
// known_hosts of dir.
func clientConfig(addr *net.TCPAddr, dir string) string {
	return fmt.Sprintf("Host Server01\n HostName %s\n Port %d\n ConnectTimeout 300\n IdentityFile %s/id\n IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile %s/known_hosts\n GlobalKnownHostsFile none\n",
		addr.IP, addr.Port, dir, dir)
}
