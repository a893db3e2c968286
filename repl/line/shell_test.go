package line

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/gdamore/tcell/v3/vt"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"marsh/jobs"
	"marsh/repl"
	"marsh/shell/format"
)

const childEnv = "MARSH_LINE_TEST_SHELL"

// The tests' binary is also a shell for a terminal of its own.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(shell())
	}
	goleak.VerifyTestMain(m)
}

// Runs the loop on this process's terminal.
func shell() int {
	edit, err := New(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	defer edit.Close()
	edit.Configure(os.Getenv)
	h := &sheller{}
	r := repl.New(repl.Options{Local: h, Editor: edit, Out: func() repl.Output {
		return format.NewPrinter(os.Stdout, os.Stdout, format.Options{})
	}})
	h.notify = r.Notify
	return r.Run(context.Background())
}

// A host whose commands the tests type.
type sheller struct{ notify func(string) }

func (*sheller) Name() string { return "localhost" }

func (h *sheller) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	say := func(v jobs.Value) error { return out.Write(context.WithoutCancel(ctx), jobs.Out(v)) }
	switch s.Text {
	case "prompt-info":
		return say(jobs.NewMap("", "Dir", "~"))
	case "hang":
		say("hanging")
		<-ctx.Done()
		return jobs.AsError(ctx.Err())
	case "stubborn":
		say("stubborn")
		<-ctx.Done()
		say("asked once")
		var line string
		fmt.Scanln(&line)
		return jobs.AsError(ctx.Err())
	case "read":
		cmd := exec.Command("/bin/sh", "-c", "read a; echo got $a")
		cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
		return cmd.Run()
	case "noecho":
		cmd := exec.Command("stty", "-echo", "-icanon")
		cmd.Stdin = os.Stdin
		return cmd.Run()
	case "panic":
		panic("a mistake")
	case "notify":
		h.notify("job 1 completed")
		return say("notified")
	}
	return say("ran " + s.Text)
}

// A shell in a process and on a terminal of its own.
type process struct {
	*person
	cmd *exec.Cmd
}

func start(t *testing.T) *process {
	t.Helper()
	s := startAs(t, "TERM=xterm")
	s.prompt(1)
	return s
}

func startAs(t *testing.T, env ...string) *process {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = slices.Concat(os.Environ(), []string{childEnv + "=1", "GORACE=atexit_sleep_ms=0"}, env)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	p := &person{t: t, ptmx: ptmx, tty: tty}
	p.emulate(60, 15)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	drawn := make(chan struct{})
	go p.draw(drawn)
	s := &process{p, cmd}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
		tty.Close()
		<-drawn
		ptmx.Close()
		p.screen.Close()
	})
	return s
}

// Waits until the shell reads its nth line.
func (s *process) prompt(n int) {
	s.t.Helper()
	s.until("the prompt", func() bool {
		return strings.Contains(nth(s.raw.String(), pasteOn, n), "\r\x1b[Klocal:~> ") && strings.HasPrefix(s.row(int(s.screen.Pos().Y)), "local:~>")
	})
}

// Waits for the end, for its exit status, and for a terminal that echoes.
func (s *process) exits(status int) {
	s.t.Helper()
	s.cmd.Wait()
	if got := s.cmd.ProcessState.ExitCode(); got != status {
		s.t.Errorf("exit status %d, want %d; the screen shows\n%s", got, status, s.text())
	}
	m, err := unix.IoctlGetTermios(int(s.tty.Fd()), getModes)
	if err != nil {
		s.t.Fatal(err)
	}
	if !sane(m) {
		s.t.Errorf("the terminal was left with the local modes %#x", m.Lflag)
	}
}

func (p *person) shows(want string) {
	p.t.Helper()
	p.until(want, func() bool { return strings.Contains(p.text(), want) })
}

func TestShell(t *testing.T) {
	s := start(t)
	s.types("one\r")
	s.prompt(2)
	s.types("notify\r")
	s.prompt(3)
	s.sees("local:~> one\nran one\nlocal:~> notify\nnotified\njob 1 completed\nlocal:~>")
	s.types("\x04")
	s.exits(0)
}

func TestCtrlCStopsWhatRuns(t *testing.T) {
	s := start(t)
	s.types("hang\r")
	s.shows("hanging")
	s.types("\x03")
	s.prompt(2)
	s.types("half\x03")
	s.prompt(3)
	s.types("two\r")
	s.prompt(4)
	s.sees("local:~> hang\nhanging\n^C\nlocal:~> half^C\nlocal:~> two\nran two\nlocal:~>")
	s.types("\x04")
	s.exits(0)
}

func TestCtrlBackslashDoesNotEndTheShell(t *testing.T) {
	s := start(t)
	s.types("hang\r")
	s.shows("hanging")
	s.types("\x1c\x03")
	s.prompt(2)
	s.types("\x04")
	s.exits(0)
}

func TestCtrlCAgainSaysWhatIsWaitedFor(t *testing.T) {
	s := start(t)
	s.types("stubborn\r")
	s.shows("stubborn\nstubborn")
	s.types("\x03")
	s.shows("asked once")
	s.types("\x03")
	s.shows("warning: still waiting on localhost for this to stop")
	s.types("\n")
	s.prompt(2)
	s.types("\x04")
	s.exits(0)
}

func TestProgramHasWhatWasTypedAhead(t *testing.T) {
	s := start(t)
	s.types("read\rhello\n")
	s.shows("got hello")
	s.prompt(2)
	s.types("\x1a\x12\x03") // keys that are ours must not take the next program's line
	s.prompt(3)
	s.types("read\r")
	s.types("world\n")
	s.shows("got world")
	s.prompt(4)
	s.types("\x04")
	s.exits(0)
}

func TestTerminalLeftByAProgram(t *testing.T) {
	s := start(t)
	s.types("noecho\r")
	s.prompt(2)
	s.types("read\r")
	s.until("the program", func() bool { return strings.Count(s.raw.String(), pasteOff) == 2 })
	s.types("seen\n")
	s.shows("got seen")
	s.prompt(3)
	s.types("\x04")
	s.exits(0)
}

func TestSignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			s := start(t)
			s.types("half a line")
			s.shows("half a line")
			s.cmd.Process.Signal(sig)
			s.exits(128 + int(sig))
		})
		t.Run(sig.String()+" while a command runs", func(t *testing.T) {
			s := start(t)
			s.types("hang\r")
			s.shows("hanging")
			s.cmd.Process.Signal(sig)
			s.exits(128 + int(sig))
		})
	}
}

func TestPanicGivesTheTerminalBack(t *testing.T) {
	s := start(t)
	s.types("panic\r")
	s.until("the panic", func() bool { return strings.Contains(s.raw.String(), "panic: a mistake") })
	s.exits(2)
}

func TestRedrawnWhenContinued(t *testing.T) {
	s := start(t)
	s.types("half")
	s.shows("half")
	cooked := exec.Command("stty", "sane")
	cooked.Stdin = s.tty
	if err := cooked.Run(); err != nil {
		t.Fatal(err)
	}
	s.cmd.Process.Signal(syscall.SIGCONT)
	s.until("the line again", func() bool { return strings.Count(s.raw.String(), pasteOn) == 2 })
	s.types("\x01x\r")
	s.shows("ran xhalf")
	s.prompt(3)
	s.types("\x04")
	s.exits(0)
}

func TestResize(t *testing.T) {
	s := start(t)
	long := strings.Repeat("0123456789", 7)
	s.types(long)
	s.cursor(19, 1)
	s.mu.Lock()
	s.w, s.h = 40, 15
	s.screen.Backend().(interface{ SetSize(vt.Coord) }).SetSize(vt.Coord{X: 40, Y: 15})
	s.mu.Unlock()
	pty.Setsize(s.ptmx, &pty.Winsize{Rows: 15, Cols: 40})
	s.until("a line of 40 columns", func() bool {
		return strings.Contains(s.text(), "local:~> "+long[:31]+"\n"+long[31:70])
	})
	s.types("\r")
	s.prompt(2)
	s.types("\x04")
	s.exits(0)
}
