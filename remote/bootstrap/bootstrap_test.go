package bootstrap_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/remote/bootstrap"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// echo is the path of the stand-in agent, built once for all tests.
var echo string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "marsh-bootstrap-*")
	if err != nil {
		panic(err)
	}
	echo = filepath.Join(dir, "echo")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", echo, "./testdata/echo")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	if err := mark(echo, dir); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// mark puts a text behind a program, which then is another one than the same program of
// other tests, that have it in the same directory.
func mark(program, text string) error {
	f, err := os.OpenFile(program, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func agent() *bootstrap.Agent { return &bootstrap.Agent{Path: echo, Timeout: jobstest.Patience} }

// counter counts the commands that were run on a connection.
type counter struct {
	*sshconn.Conn
	mu    sync.Mutex
	execs int // guarded by mu
}

func (c *counter) Exec(ctx context.Context, command string) (*sshconn.Process, error) {
	c.mu.Lock()
	c.execs++
	c.mu.Unlock()
	return c.Conn.Exec(ctx, command)
}

func dial(t *testing.T, s *sshtest.Server, name string) *counter {
	t.Helper()
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: name}, sshconn.Config{File: s.Config()})
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Log())
	}
	t.Cleanup(func() { c.Close() })
	return &counter{Conn: c}
}

// start starts an agent and checks that it answers.
func start(t *testing.T, c *counter, a *bootstrap.Agent) *bootstrap.Stream {
	t.Helper()
	s, err := bootstrap.Start(t.Context(), c, a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	talk(t, s)
	return s
}

func talk(t *testing.T, s *bootstrap.Stream) {
	t.Helper()
	r := bufio.NewReader(s)
	if line, err := r.ReadString('\n'); line != "agent [agent]\n" {
		t.Fatalf("first line %q, %v", line, err)
	}
	fmt.Fprintln(s, "one, two")
	if line, err := r.ReadString('\n'); line != "one, two\n" {
		t.Fatalf("echo %q, %v", line, err)
	}
}

func wantError(t *testing.T, err error, kind jobs.Kind, texts ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want kind %v", err, kind)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q lacks %q", err, text)
		}
	}
	if strings.ContainsAny(err.Error(), "\n\r\x1b") {
		t.Errorf("more than a line: %q", err)
	}
}

func TestColdAndWarm(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	c := dial(t, s, "Server01")
	start(t, c, agent()).Close()
	if c.execs != 3 {
		t.Errorf("cold start: %d commands, want 3", c.execs)
	}
	c.execs = 0
	start(t, c, agent())
	if c.execs != 1 {
		t.Errorf("warm start: %d commands, want 1", c.execs)
	}
	found, _ := filepath.Glob(filepath.Join(s.Home, ".cache/marsh/*/*"))
	if len(found) != 1 || filepath.Base(found[0]) != "marsh" {
		t.Fatalf("in the cache: %q", found)
	}
	for _, path := range []string{found[0], filepath.Dir(found[0]), filepath.Join(s.Home, ".cache")} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestCloseEndsTheAgent(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	c := dial(t, s, "Server01")
	stream := start(t, c, agent())
	for range 2 {
		if err := stream.Close(); err != nil {
			t.Error(err)
		}
	}
	for len(s.Processes()) > 0 { // the test's own deadline bounds it
		runtime.Gosched()
	}
}

func TestStderrIsKept(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	stream := start(t, dial(t, s, "Server01"), agent())
	for !strings.Contains(stream.Stderr(), "agent's complaint") {
		runtime.Gosched()
	}
}

func TestNoise(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Banner: "authorised use only\n", Shell: "/bin/bash", RC: `echo WELCOME; echo careful >&2; printf "no newline"`})
	stream := start(t, dial(t, s, "Server01"), agent())
	if got := stream.Noise(); !strings.Contains(got, "WELCOME\nno newline") {
		t.Errorf("noise %q", got)
	}
}

func TestNoisyTrace(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Shell: "/bin/bash", RC: `BASH_XTRACEFD=1; set -x`})
	start(t, dial(t, s, "Server01"), agent())
}

func TestShells(t *testing.T) {
	for _, shell := range []string{"/bin/dash", "/bin/sh", "/bin/bash"} {
		t.Run(filepath.Base(shell), func(t *testing.T) {
			s := sshtest.Start(t, sshtest.Options{Shell: shell})
			c := dial(t, s, "Server01")
			start(t, c, agent()).Close()
			start(t, c, agent())
		})
	}
}

func TestForceCommand(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{`ForceCommand echo only backups here; echo go away >&2; exit 3`}})
	_, err := bootstrap.Start(t.Context(), dial(t, s, "Server01"), agent())
	wantError(t, err, jobs.KindPermission, "Server01", "only backups here", "go away", "ForceCommand")
}

func TestNologin(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Shell: "/usr/sbin/nologin"})
	_, err := bootstrap.Start(t.Context(), dial(t, s, "Server01"), agent())
	wantError(t, err, jobs.KindPermission, "This account is currently not available")
}

func TestForceCommandThatWaits(t *testing.T) {
	for _, command := range []string{"cat", "sleep 600"} { // one heeds the end of its input
		s := sshtest.Start(t, sshtest.Options{Config: []string{"ForceCommand " + command}})
		a := agent()
		a.Timeout = 100 * time.Millisecond
		_, err := bootstrap.Start(t.Context(), dial(t, s, "Server01"), a)
		wantError(t, err, jobs.KindTimeout, "Server01", "ForceCommand")
	}
}

func TestEndlessNoise(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{`ForceCommand yes`}})
	_, err := bootstrap.Start(t.Context(), dial(t, s, "Server01"), agent())
	wantError(t, err, jobs.KindProtocol, "Server01", "login scripts")
}

func TestStopped(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{`ForceCommand cat`}})
	c := dial(t, s, "Server01")
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := bootstrap.Start(ctx, c, agent())
		failed <- err
	}()
	s.WaitLog(t, "Starting session")
	cancel()
	wantError(t, <-failed, jobs.KindStopped)
}

// stuckGzip is a gzip that takes nothing.
const stuckGzip = "#!/bin/sh\n[ $1 = -V ] || exec sleep 600\n"

// A machine that takes no more of the agent is given up, and it is said what it was.
func TestUploadStandsStill(t *testing.T) {
	programs := t.TempDir()
	if err := os.WriteFile(filepath.Join(programs, "gzip"), []byte(stuckGzip), 0o700); err != nil {
		t.Fatal(err)
	}
	s := sshtest.Start(t, sshtest.Options{Env: []string{"PATH=" + programs + ":" + os.Getenv("PATH")}})
	c := dial(t, s, "Server01")
	a := agent()
	a.Silence = 100 * time.Millisecond
	_, err := bootstrap.Start(t.Context(), c, a)
	wantError(t, err, jobs.KindTimeout, "Server01", "upload", "stands still")
	a.Silence = 0
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = bootstrap.Start(ctx, c, a)
	wantError(t, err, jobs.KindTimeout, "Server01", "not started in the time")
}

func TestSeveralAtOnce(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	var work sync.WaitGroup
	for range 4 {
		c := dial(t, s, "Server01")
		work.Go(func() {
			stream, err := bootstrap.Start(t.Context(), c, agent())
			if err != nil {
				t.Error(err)
				return
			}
			defer stream.Close()
			talk(t, stream)
		})
	}
	work.Wait()
	left, _ := filepath.Glob(filepath.Join(s.Home, ".cache/marsh/*/.*"))
	if len(left) != 0 {
		t.Errorf("left over: %q", left)
	}
}

func TestReadOnlyHome(t *testing.T) { goesToVarTmp(t, "/proc/nowhere") }

// A full disk must not keep an operator from the machine.
func TestFullHome(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("a small file system cannot be mounted: %v", err)
		}
		t.Skipf("SKIPPED: the upload to a full disk; a small file system cannot be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	goesToVarTmp(t, dir)
	if left, _ := filepath.Glob(dir + "/marsh/*"); len(left) > 0 {
		t.Errorf("left on the full disk: %v", left)
	}
}

// Starts an agent where the cache directory is of no use: it goes to /var/tmp.
func goesToVarTmp(t *testing.T, cache string) {
	t.Helper()
	s := sshtest.Start(t, sshtest.Options{Env: []string{"XDG_CACHE_HOME=" + cache}})
	stream := start(t, dial(t, s, "Server01"), agent())
	stream.Close()
	ours := fmt.Sprintf("/var/tmp/marsh-%d", os.Getuid())
	found, _ := filepath.Glob(ours + "/marsh/*/marsh")
	n := len(found)
	for _, path := range found {
		if sameFile(t, path, echo) {
			os.RemoveAll(filepath.Dir(path))
			n--
		}
	}
	if n == len(found) {
		t.Errorf("the agent is not in %s", ours)
	}
	os.Remove(ours + "/marsh") // only if empty
	os.Remove(ours)
}

func sameFile(t *testing.T, a, b string) bool {
	t.Helper()
	one, err1 := os.ReadFile(a)
	two, err2 := os.ReadFile(b)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return string(one) == string(two)
}

func TestMarshServer(t *testing.T) {
	dir := t.TempDir()
	serverKey, clientKey := filepath.Join(dir, "server"), filepath.Join(dir, "client")
	host, err1 := sshconn.LoadOrCreateKey(serverKey)
	client, err2 := sshconn.LoadOrCreateKey(clientKey)
	ln, addr := listen(t)
	err3 := os.WriteFile(filepath.Join(dir, "authorized_keys"), []byte(client.AuthorizedKey()), 0o600)
	err4 := os.WriteFile(filepath.Join(dir, "known_hosts"), []byte(host.KnownHost(addr)), 0o600)
	err5 := os.WriteFile(filepath.Join(dir, "config"), []byte("UserKnownHostsFile "+dir+"/known_hosts\nIdentityFile "+clientKey+"\nIdentityAgent none\n"), 0o600)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	server := &sshconn.Server{
		HostKey: host, AuthorizedKeys: filepath.Join(dir, "authorized_keys"),
		Agent: func(_ context.Context, rwc io.ReadWriteCloser) error {
			fmt.Fprintln(rwc, "agent [agent]")
			_, err := io.Copy(rwc, rwc)
			return err
		},
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- server.Serve(ctx, ln) }()
	defer func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: addr}, sshconn.Config{File: filepath.Join(dir, "config")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	counted := &counter{Conn: c}
	start(t, counted, agent()).Close()
	if counted.execs != 0 {
		t.Errorf("%d commands, want none", counted.execs)
	}
}
