package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marsh/jobs/jobstest"
	"marsh/remote/sshtest"
)

// patience bounds each wait. It only passes when something hangs.
const patience = jobstest.Patience

// Set by TestMain, and not changed after it.
var (
	binary  string // the program under test
	scratch string // removed at the end
)

func TestMain(m *testing.M) {
	jobstest.HeedSignals()
	dir, err := os.MkdirTemp("", "marsh-test-")
	if err != nil {
		panic(err)
	}
	scratch, binary = dir, filepath.Join(dir, "marsh")
	if err := compile(binary, raceDetector); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if races := raceReports(); races != "" {
			fmt.Fprintf(os.Stderr, "data races in the program:\n%s", races)
			code = 1
		}
		os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// Compiles the program, without the symbols that would only have to be uploaded.
func compile(path string, race bool) error {
	args := []string{"build", "-ldflags=-s -w", "-o", path}
	if race {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	return nil
}

// Where the race detector of all started programs, near and far, writes.
func raceOption() string {
	return "GORACE=atexit_sleep_ms=0:log_path=" + filepath.Join(scratch, "race")
}

func raceReports() string {
	files, _ := filepath.Glob(filepath.Join(scratch, "race.*"))
	var out strings.Builder
	for _, f := range files {
		text, _ := os.ReadFile(f)
		out.Write(text)
	}
	return out.String()
}

// sshd starts OpenSSH's server. The agent is uploaded once for all tests that do not
// say where it is to be kept.
func sshd(t testing.TB, o sshtest.Options) *sshtest.Server {
	t.Helper()
	o.Env = append(o.Env, raceOption())
	if !strings.Contains(strings.Join(o.Env, "\n"), "XDG_CACHE_HOME=") {
		o.Env = append(o.Env, "XDG_CACHE_HOME="+filepath.Join(scratch, "cache"))
	}
	s := sshtest.Start(t, o)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("sshd's log:\n%s", tail(s.Log(), 40))
		}
	})
	return s
}

// tail returns the last n lines.
func tail(text string, n int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

// home is a new home directory; the environment leads nowhere else.
func home(t testing.TB) string { return t.TempDir() }

func environment(home string) []string {
	return []string{
		"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + home, "TERM=xterm-256color", "LANG=C.UTF-8",
		"SHELL=/bin/sh", raceOption(),
	}
}

// ended is how a run of the program ended.
type ended struct {
	stdout, stderr string
	status         int
}

// marsh runs the program in a new home directory.
func marsh(t testing.TB, stdin string, args ...string) ended {
	t.Helper()
	return marshIn(t, home(t), stdin, args...)
}

func marshIn(t testing.TB, home, stdin string, args ...string) ended {
	t.Helper()
	p := begin(t, home, stdin, args...)
	return p.wait()
}

// running is a run of the program.
type running struct {
	t              testing.TB
	cmd            *exec.Cmd
	args           []string
	stdout, stderr bytes.Buffer // read when it has ended
}

// begin starts the program, which is killed when the test ends first.
func begin(t testing.TB, home, stdin string, args ...string) *running {
	t.Helper()
	return beginOf(t, binary, home, stdin, args...)
}

// fast returns a binary without the race detector, which costs time and memory.
func fast(t testing.TB) string {
	t.Helper()
	path, err := compileFast()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Compiles it once, when it is first asked for.
var compileFast = sync.OnceValues(func() (string, error) {
	if !raceDetector {
		return binary, nil
	}
	path := filepath.Join(scratch, "fast", "marsh")
	return path, compile(path, false)
})

func beginOf(t testing.TB, binary, home, stdin string, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	p := &running{t: t, cmd: exec.CommandContext(ctx, binary, args...), args: args}
	p.cmd.Dir, p.cmd.Env = home, environment(home)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = strings.NewReader(stdin), &p.stdout, &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal
	p.cmd.WaitDelay = patience
	if err := p.cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if p.cmd.ProcessState == nil {
			p.cmd.Wait()
		}
	})
	return p
}

func (p *running) wait() ended {
	p.t.Helper()
	err := p.cmd.Wait()
	got := ended{p.stdout.String(), p.stderr.String(), p.cmd.ProcessState.ExitCode()}
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() < 0) {
		p.t.Fatalf("marsh %q: %v\n%s\n%s", p.args, err, got.stdout, got.stderr)
	}
	return got
}

// want checks the exit status.
func (e ended) want(t testing.TB, status int) ended {
	t.Helper()
	if e.status != status {
		t.Fatalf("exit status %d, want %d\nstdout: %s\nstderr: %s", e.status, status, e.stdout, e.stderr)
	}
	return e
}

// eventually waits until ok, and looks again and again: for what nothing announces,
// such as the end of somebody else's process.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(patience)
	defer late.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatalf("waited %v in vain for %s", patience, what)
		}
	}
}

// nothingRuns waits until no program runs on the server.
func nothingRuns(t testing.TB, s *sshtest.Server) {
	t.Helper()
	eventually(t, "the end of all programs on the server", func() bool { return len(s.Processes()) == 0 })
}

func contains(t testing.TB, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
