package sshconn_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

func TestMain(m *testing.M) {
	jobstest.HeedSignals()
	goleak.VerifyTestMain(m)
}

// dial connects to target with the server's ssh_config.
func dial(t *testing.T, s *sshtest.Server, target string) *sshconn.Conn {
	t.Helper()
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: target}, sshconn.Config{File: s.Config()})
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Log())
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// run runs a command and returns what it wrote and how it ended.
func run(t *testing.T, c *sshconn.Conn, command, input string) (stdout, stderr string, err error) {
	t.Helper()
	p, err := c.Exec(t.Context(), command)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	go func() {
		io.WriteString(p.Stdin(), input)
		p.Stdin().Close()
	}()
	errText := make(chan string)
	go func() {
		text, _ := io.ReadAll(p.Stderr())
		errText <- string(text)
	}()
	out, readErr := io.ReadAll(p.Stdout())
	if readErr != nil {
		t.Error(readErr)
	}
	stderr = <-errText
	return string(out), stderr, p.Wait(t.Context())
}

// wantError checks that err is of the kind, is one line, and says each of the texts.
func wantError(t *testing.T, err error, kind jobs.Kind, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %v", kind)
	}
	if !errors.Is(err, kind) {
		t.Errorf("kind %v, want %v: %v", jobs.AsError(err).Kind, kind, err)
	}
	if strings.ContainsAny(err.Error(), "\n\r\x1b") {
		t.Errorf("more than a line: %q", err)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q lacks %q", err, text)
		}
	}
}

func TestExec(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	c := dial(t, s, "Server01")
	out, errOut, err := run(t, c, "cat; echo problem >&2", "hello")
	if out != "hello" || errOut != "problem\n" || err != nil {
		t.Errorf("got %q, %q, %v", out, errOut, err)
	}
	_, _, err = run(t, c, "exit 7", "")
	wantError(t, err, jobs.KindExitStatus, "Server01", "status 7")
	if got := jobs.AsError(err).Status; got != 7 {
		t.Errorf("status %d", got)
	}
	_, _, err = run(t, c, "kill -TERM $$", "")
	wantError(t, err, jobs.KindExitStatus, "TERM")
	if got := jobs.AsError(err).Status; got != 143 {
		t.Errorf("status %d", got)
	}
	if !strings.HasPrefix(c.ServerVersion(), "SSH-2.0-OpenSSH") {
		t.Errorf("version %q", c.ServerVersion())
	}
	if err := c.Keepalive(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTargetForms(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	for _, name := range []string{"127.0.0.3", s.HostAddr(1), "ssh://" + s.HostAddr(0), "ssh://" + s.HostAddr(0) + "/"} {
		out, _, err := run(t, dial(t, s, name), "echo $SSH_CONNECTION", "")
		if err != nil || !strings.HasPrefix(out, "127.0.0.") {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
}

func TestRefused(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	addr := taken(t)
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: addr}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindRefused, addr, "check that sshd runs")
}

// taken returns an address where nobody listens, and nobody else will.
func taken(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(at.(*syscall.SockaddrInet4).Port))
}

// A part of a name has at most 63 characters (RFC 1035, 2.3.4): no server of names, near
// or far, is asked for this one.
func TestNoSuchName(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	name := "no-such-machine" + strings.Repeat("-x", 30) + ".invalid"
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: name}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindUnreachable, name, "check its spelling")
}

func TestBadNames(t *testing.T) {
	for _, name := range []string{"", "-oProxyCommand=x", "a b", "a;b", "@host", "user@", "host:0", "host:x", "ssh://-x", "-l@host", "a\nb", "host:70000"} {
		_, err := sshconn.Dial(t.Context(), jobs.Target{Name: name}, sshconn.Config{})
		wantError(t, err, jobs.KindUsage, "is not a host to connect to")
	}
}

func TestWrongKey(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	other := filepath.Join(t.TempDir(), "other")
	if _, err := sshconn.LoadOrCreateKey(other); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.AuthorizedKeys, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01", KeyFile: other}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindAuth, "Server01", "does not let", other, s.ClientKey, "authorized_keys")
}

func TestNoSuchKeyFile(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01", KeyFile: "/no/such/key"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindNotFound, "/no/such/key")
}

// silent is a server that takes connections and says nothing.
func silent(t *testing.T) (addr string, accepted <-chan net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ch := make(chan net.Conn, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c, err := ln.Accept(); err == nil {
			ch <- c
		}
	}()
	t.Cleanup(func() {
		ln.Close()
		<-done
		select {
		case c := <-ch:
			c.Close()
		default:
		}
	})
	return ln.Addr().String(), ch
}

func TestSilentServer(t *testing.T) {
	addr, _ := silent(t)
	t.Setenv("PATH", "") // no ssh -G, which may itself take longer
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: addr, Timeout: 50 * time.Millisecond}, sshconn.Config{File: "none"})
	wantError(t, err, jobs.KindTimeout, addr, "within 50ms", "ConnectTimeout")
}

func TestCancelWhileDialing(t *testing.T) {
	addr, accepted := silent(t)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := sshconn.Dial(ctx, jobs.Target{Name: addr, Timeout: time.Hour}, sshconn.Config{File: "none"})
		failed <- err
	}()
	c := <-accepted
	defer c.Close()
	cancel()
	wantError(t, <-failed, jobs.KindStopped, "stopped")
}

func TestNotSSH(t *testing.T) {
	addr, accepted := silent(t)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		c := <-accepted
		io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"+strings.Repeat("x", 100_000))
		c.Close()
	}()
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: addr, Timeout: time.Hour}, sshconn.Config{File: "none"})
	<-answered
	wantError(t, err, jobs.KindProtocol, addr, "not an ssh server")
}

func TestMaxSessions(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	c := dial(t, s, "Server01")
	for range 10 {
		if _, err := c.Exec(t.Context(), "cat"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.Exec(t.Context(), "cat")
	wantError(t, err, jobs.KindLimit, "Server01", "MaxSessions")
}

func TestBroken(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	c := dial(t, s, "Server01")
	p, err := c.Exec(t.Context(), "cat")
	if err != nil {
		t.Fatal(err)
	}
	s.Kill()
	<-c.Done()
	wantError(t, c.Err(), jobs.KindBroken, "Server01", "connect again")
	wantError(t, p.Wait(t.Context()), jobs.KindBroken)
	if _, err := c.Exec(t.Context(), "true"); !errors.Is(err, jobs.KindBroken) {
		t.Errorf("exec on a broken connection: %v", err)
	}
}

func TestClosed(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	c := dial(t, s, "Server01")
	c.Close()
	c.Close()
	_, err := c.Exec(t.Context(), "true")
	wantError(t, err, jobs.KindClosed, "closed")
	if c.Err() != nil {
		t.Errorf("after Close: %v", c.Err())
	}
}

func TestJump(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"Host Server02", "    ProxyJump Server01"}, Config: []string{"AllowTcpForwarding yes"}})
	out, _, err := run(t, dial(t, s, "Server02"), "echo $SSH_CONNECTION", "")
	if err != nil || !strings.Contains(out, "127.0.0.3") {
		t.Errorf("%q, %v", out, err)
	}
	wantLogins(t, s, 2)
}

func TestJumpInACircle(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"Host *", "    ProxyJump Server01"}})
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindUsage, "circle")
}

func TestUnsupported(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"Host Server01", "    ProxyUseFdpass yes", "Host Server02", "    Ciphers 3des-cbc"}})
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindUnsupported, "proxyusefdpass", "ProxyJump")
	_, err = sshconn.Dial(t.Context(), jobs.Target{Name: "Server02"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindUnsupported, "no algorithm in common", "3des-cbc")
}

func TestBadConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte("Nonsense yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "x"}, sshconn.Config{File: file})
	wantError(t, err, jobs.KindUsage, "ssh_config", "nonsense")
	_, err = sshconn.Dial(t.Context(), jobs.Target{Name: "x"}, sshconn.Config{File: "/no/such/file"})
	wantError(t, err, jobs.KindUsage, "/no/such/file")
}

// What a Match exec runs ends with the time for connecting.
func TestSlowMatchExec(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	fifo := filepath.Join(t.TempDir(), "fifo")
	command(t, nil, "mkfifo", fifo)
	put(t, file, "Match exec \"exec 3<>"+fifo+"; read x <&3; sleep 1000\"\n  User x\n")
	failed := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, err := sshconn.Dial(ctx, jobs.Target{Name: "x", Timeout: whole}, sshconn.Config{File: file})
		failed <- err
	}()
	w, err := os.OpenFile(fifo, os.O_WRONLY, 0) // when the program has it open
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	cancel()
	wantError(t, <-failed, jobs.KindStopped, "stopped")
	r, err := os.OpenFile(fifo, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF { // nobody writes to it any more
		t.Errorf("the program lives on: %d, %v", n, err)
	}
	_, err = sshconn.Dial(t.Context(), jobs.Target{Name: "x", Timeout: 50 * time.Millisecond}, sshconn.Config{File: file})
	wantError(t, err, jobs.KindTimeout, "Match exec")
}
