package sshconn_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"marsh/jobs"
	"marsh/remote/sshconn"
)

// marshServer is a Server on loopback with the client's configuration for it.
type marshServer struct {
	addr, config, authorized string
	stop                     func() // ends it and waits

	mu  sync.Mutex
	log bytes.Buffer // guarded by mu
}

func (m *marshServer) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log.Write(p)
}

func (m *marshServer) Log() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.log.String()
}

func serve(t *testing.T, agent func(context.Context, io.ReadWriteCloser) error) *marshServer {
	t.Helper()
	dir := t.TempDir()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, err1 := sshconn.LoadOrCreateKey(filepath.Join(dir, "keys", "host"))
	client, err2 := sshconn.LoadOrCreateKey(filepath.Join(dir, "client"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	m := &marshServer{addr: ln.Addr().String(), config: filepath.Join(dir, "config"), authorized: filepath.Join(dir, "authorized_keys")}
	_, port, _ := net.SplitHostPort(m.addr)
	put(t, m.authorized, "# ours\n"+client.AuthorizedKey())
	put(t, filepath.Join(dir, "known_hosts"), host.KnownHost(m.addr))
	put(t, m.config, "Host Server01\n HostName 127.0.0.1\n Port "+port+"\n UserKnownHostsFile "+dir+"/known_hosts\n GlobalKnownHostsFile /dev/null\n"+
		" ConnectTimeout 300\n IdentityFile "+dir+"/client\n IdentitiesOnly yes\n IdentityAgent none\n LogLevel ERROR\n")
	// The home directory is not the user's: what their login scripts do is not ours to test.
	s := &sshconn.Server{HostKey: host, AuthorizedKeys: m.authorized, Agent: agent, Log: m, Name: "Server01", Dir: dir, Env: []string{"DEMO=yes", "HOME=" + dir}}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	m.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(m.stop)
	return m
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// connect dials the server with our own client.
func (m *marshServer) connect(t *testing.T) *sshconn.Conn {
	t.Helper()
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01"}, sshconn.Config{File: m.config})
	if err != nil {
		t.Fatalf("%v\n%s", err, m.Log())
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestServerExec(t *testing.T) {
	m := serve(t, nil)
	c := m.connect(t)
	out, errOut, err := run(t, c, "cat; echo $DEMO; echo problem >&2; exit 3", "hello ")
	if out != "hello yes\n" || errOut != "problem\n" || jobs.AsError(err).Status != 3 {
		t.Errorf("%q, %q, %v", out, errOut, err)
	}
	if c.ServerVersion() != sshconn.ServerVersion {
		t.Errorf("version %q", c.ServerVersion())
	}
	_, _, err = run(t, c, "kill -KILL $$", "")
	wantError(t, err, jobs.KindExitStatus, "signal KILL")
}

func TestServerSignal(t *testing.T) {
	p := startSleep(t, serve(t, nil).connect(t), "exec sleep 1000")
	if err := p.Signal("SIGTERM"); err != nil {
		t.Fatal(err)
	}
	wantError(t, p.Wait(t.Context()), jobs.KindExitStatus, "signal TERM")
}

// startSleep runs a command after one that says its process number, and waits
// until it has said so.
func startSleep(t *testing.T, c *sshconn.Conn, command string) *sshconn.Process {
	t.Helper()
	p, _ := startPID(t, c, "echo $$; "+command)
	return p
}

func startPID(t *testing.T, c *sshconn.Conn, command string) (*sshconn.Process, int) {
	t.Helper()
	p, err := c.Exec(t.Context(), command)
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(p.Stdout()).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return p, pid
}

// waitGone waits until a process is gone; the test's own deadline bounds it.
func waitGone(pid int) {
	for syscall.Kill(pid, 0) == nil {
		runtime.Gosched()
	}
}

func TestServerKillsWhatItStarted(t *testing.T) {
	m := serve(t, nil)
	c := m.connect(t)
	p, pid := startPID(t, c, "sleep 1000 & echo $!; wait")
	p.Close()
	waitGone(pid)
	_, pid = startPID(t, c, "sleep 1000 & echo $!; wait")
	c.Close()
	waitGone(pid)
	_, pid = startPID(t, m.connect(t), "sleep 1000 & echo $!; wait")
	m.stop()
	waitGone(pid)
}

func TestServerKillsWhatOutlivedItsCommand(t *testing.T) {
	c := serve(t, nil).connect(t)
	p, pid := startPID(t, c, "sleep 1000 >/dev/null 2>&1 </dev/null & echo $!")
	if err := p.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	waitGone(pid)
}

func TestServerLargeOutput(t *testing.T) {
	c := serve(t, nil).connect(t)
	out, _, err := run(t, c, "head -c 20000000 /dev/zero; exit 5", "")
	if len(out) != 20_000_000 || jobs.AsError(err).Status != 5 {
		t.Errorf("%d bytes, %v", len(out), err)
	}
}

func TestServerUnreadOutputDoesNotHoldUpTheEnd(t *testing.T) {
	c := serve(t, nil).connect(t)
	p, err := c.Exec(t.Context(), "yes")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(p.Stdout(), make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	p.Close()
	<-p.Done()
}

func TestServerRefuses(t *testing.T) {
	m := serve(t, nil)
	key := filepath.Join(t.TempDir(), "other")
	if _, err := sshconn.LoadOrCreateKey(key); err != nil {
		t.Fatal(err)
	}
	put(t, m.authorized, "")
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01", KeyFile: key}, sshconn.Config{File: m.config})
	wantError(t, err, jobs.KindAuth, key)
	_, err = sshconn.Dial(t.Context(), jobs.Target{Name: "somebody@Server01"}, sshconn.Config{File: m.config})
	wantError(t, err, jobs.KindAuth, "somebody")
	if log := m.Log(); !strings.Contains(log, "Failed publickey for somebody from 127.0.0.1 port ") {
		t.Errorf("log %q", log)
	}
}

func TestServerRefusesKeysWithOptionsAndOpenFiles(t *testing.T) {
	m := serve(t, nil)
	text, err := os.ReadFile(m.authorized)
	if err != nil {
		t.Fatal(err)
	}
	_, key, _ := strings.Cut(string(text), "\n")
	put(t, m.authorized, `command="true" `+key)
	_, err = sshconn.Dial(t.Context(), jobs.Target{Name: "Server01"}, sshconn.Config{File: m.config})
	wantError(t, err, jobs.KindAuth)
	put(t, m.authorized, key)
	if err := os.Chmod(m.authorized, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = sshconn.Dial(t.Context(), jobs.Target{Name: "Server01"}, sshconn.Config{File: m.config})
	wantError(t, err, jobs.KindAuth)
	if log := m.Log(); !strings.Contains(log, "has options") || !strings.Contains(log, "bad ownership or modes") {
		t.Errorf("log %q", log)
	}
}

func TestServerSubsystem(t *testing.T) {
	ended := make(chan error, 1)
	m := serve(t, func(ctx context.Context, rwc io.ReadWriteCloser) error {
		fmt.Fprintln(rwc, "agent here")
		<-ctx.Done()
		ended <- ctx.Err()
		return errors.New("told to stop")
	})
	c := m.connect(t)
	p, err := c.Subsystem(t.Context(), sshconn.AgentSubsystem)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(p.Stdout()).ReadString('\n'); line != "agent here\n" {
		t.Errorf("%q, %v", line, err)
	}
	p.Close()
	if err := <-ended; err == nil {
		t.Error("the agent's context did not end with its channel")
	}
	_, err = c.Subsystem(t.Context(), "sftp")
	wantError(t, err, jobs.KindPermission, "Server01", "subsystem")
}

func TestServerBoundsSessions(t *testing.T) {
	c := serve(t, nil).connect(t)
	for range 64 {
		if _, err := c.Exec(t.Context(), "read x"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.Exec(t.Context(), "true")
	wantError(t, err, jobs.KindLimit, "too many sessions")
}

func TestServerLog(t *testing.T) {
	m := serve(t, nil)
	run(t, m.connect(t), "true", "")
	m.stop()
	for _, want := range []string{"Server01 marsh[" + strconv.Itoa(os.Getpid()) + "]: Accepted publickey for ", "ED25519 SHA256:", "session opened for user ", "session closed for user ", "Disconnected from user "} {
		if !strings.Contains(m.Log(), want) {
			t.Errorf("the log lacks %q:\n%s", want, m.Log())
		}
	}
}

// openSSH runs OpenSSH's client.
func (m *marshServer) openSSH(args ...string) *exec.Cmd {
	return exec.Command("ssh", append([]string{"-F", m.config}, args...)...)
}

func TestOpenSSHClient(t *testing.T) {
	m := serve(t, nil)
	cmd := m.openSSH("Server01", "cat; exit 4")
	cmd.Stdin = strings.NewReader("some text")
	out, err := cmd.CombinedOutput()
	if string(out) != "some text" || cmd.ProcessState.ExitCode() != 4 {
		t.Errorf("%q, %v\n%s", out, err, m.Log())
	}
}

func TestOpenSSHClientShell(t *testing.T) {
	m := serve(t, nil)
	cmd := m.openSSH("-T", "Server01")
	cmd.Stdin = strings.NewReader("echo $0; exit 6\n")
	out, err := cmd.Output()
	if !strings.HasPrefix(string(out), "-") || cmd.ProcessState.ExitCode() != 6 {
		t.Errorf("%q, %v\n%s", out, err, m.Log())
	}
}

func TestOpenSSHClientOnATerminal(t *testing.T) {
	m := serve(t, nil)
	cmd := m.openSSH("-tt", "Server01", "stty size; echo $TERM; read x; stty size; exit 9")
	cmd.Env = append(os.Environ(), "TERM=xterm")
	term, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 30, Cols: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	lines := bufio.NewReader(term)
	wantLine(t, lines, "30 100")
	wantLine(t, lines, "xterm")
	if err := pty.Setsize(term, &pty.Winsize{Rows: 50, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	// The client sends the new size before what is typed after it has seen the signal.
	waitResized(t, m)
	io.WriteString(term, "go\n")
	wantLine(t, lines, "50 120")
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 9 {
		t.Errorf("status %d\n%s", code, m.Log())
	}
}

// waitResized waits until the server's terminal has the new size: it is the only
// one that belongs to a stty of ours.
func waitResized(t *testing.T, m *marshServer) {
	t.Helper()
	for !strings.Contains(m.Log(), "terminal resized to 120x50") {
		runtime.Gosched()
	}
}

// wantLine reads lines until one is the wanted one.
func wantLine(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if strings.TrimSpace(line) == want {
			return
		}
		if err != nil {
			t.Fatalf("no line %q: %v", want, err)
		}
	}
}

func TestOpenSSHClientInterrupts(t *testing.T) {
	m := serve(t, nil)
	cmd := m.openSSH("-tt", "Server01", "trap 'echo interrupted; exit 8' INT; echo ready; sleep 1000 & wait")
	term, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	lines := bufio.NewReader(term)
	wantLine(t, lines, "ready")
	term.Write([]byte{3})
	wantLine(t, lines, "^Cinterrupted")
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 8 {
		t.Errorf("status %d", code)
	}
}

func TestTerminalIsLeftByWhatOutlivesTheShell(t *testing.T) {
	m := serve(t, nil)
	cmd := m.openSSH("-tt", "Server01", `setsid sh -c 'echo pid=$$; exec sleep 1000' & read x; exit 5`)
	term, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	lines := bufio.NewReader(term)
	pid := 0
	for pid == 0 {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		fmt.Sscanf(line, "pid=%d", &pid)
	}
	defer syscall.Kill(pid, syscall.SIGKILL)
	io.WriteString(term, "go\n")
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 5 {
		t.Errorf("status %d", code)
	}
}

func TestServerNeedsAHostKey(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, (&sshconn.Server{}).Serve(t.Context(), ln), jobs.KindUsage, "host key")
}

func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "key")
	prints := make(chan string)
	for range 8 {
		go func() {
			key, err := sshconn.LoadOrCreateKey(path)
			if err != nil {
				t.Error(err)
				prints <- ""
				return
			}
			prints <- key.Fingerprint()
		}()
	}
	first := <-prints
	for range 7 {
		if other := <-prints; other != first {
			t.Errorf("two keys: %s and %s", first, other)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	left, _ := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 {
		t.Errorf("left over: %v", left)
	}
}
