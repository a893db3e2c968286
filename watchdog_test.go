package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"marsh/remote/sshtest"
)

// field is a place where programs are started and say who they are.
type field struct {
	t    *testing.T
	dir  string
	said *os.File // the named pipe that programs write their numbers to
	in   *bufio.Reader
}

// newField writes the programs that the tests start: each says its number when it is
// set up, and waits to be ended.
func newField(t *testing.T) *field {
	t.Helper()
	f := &field{t: t, dir: home(t)}
	fifo := filepath.Join(f.dir, "said")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if f.said, err = os.OpenFile(fifo, os.O_RDWR, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.said.Close() })
	f.in = bufio.NewReader(f.said)
	for name, text := range map[string]string{
		"plain":   "echo $$ >SAID; exec sleep 600",
		"deaf":    "trap '' TERM HUP INT; echo $$ >SAID; while :; do sleep 600; done",
		"session": "setsid sh DIR/plain & wait",
		"daemon":  "(setsid sh DIR/plain >/dev/null 2>&1 </dev/null &); exit 0",
		"fed":     "read line; exec sh DIR/plain",
		"forks":   "sh DIR/plain & wait",
		"holder":  "sh DIR/plain & exit 0", // of the pipe that it writes to
		"frozen":  "echo $$ >SAID; kill -STOP $$; exec sleep 600",
		"zombies": "true & exec sh DIR/plain",
		"cleared": "(env -i PATH=/usr/bin:/bin setsid sh DIR/plain >/dev/null 2>&1 </dev/null &); exec sleep 600",
		"parent":  "(setsid sh DIR/plain >/dev/null 2>&1 </dev/null &); exec sh DIR/plain",
	} {
		write(t, filepath.Join(f.dir, name), strings.NewReplacer("SAID", fifo, "DIR", f.dir).Replace(text))
	}
	return f
}

// process is one that can be waited for although it is nobody's child here.
type process struct {
	pid int
	fd  int
}

// next returns the program that says its number next.
func (f *field) next() *process {
	f.t.Helper()
	f.said.SetReadDeadline(time.Now().Add(patience))
	line, err := f.in.ReadString('\n')
	if err != nil {
		f.t.Fatalf("no program has started: %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		f.t.Fatal(err)
	}
	return observe(f.t, pid)
}

// observe holds on to a process, which is killed at the end of the test.
func observe(t *testing.T, pid int) *process {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatalf("process %d: %v", pid, err)
	}
	t.Cleanup(func() {
		unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
		unix.Close(fd)
	})
	return &process{pid, fd}
}

// endedWithin reports whether the process ends in time.
func (p *process) endedWithin(d time.Duration) bool {
	poll := []unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}
	for deadline := time.Now().Add(d); ; {
		n, err := unix.Poll(poll, int(max(0, time.Until(deadline)).Milliseconds()))
		if !errors.Is(err, unix.EINTR) {
			return n > 0
		}
	}
}

// watchdogOf returns the watchdog among the children of a shell, 0 for none.
func watchdogOf(shell int) int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		args, _ := os.ReadFile(dir + "/cmdline")
		stat, _ := os.ReadFile(dir + "/stat")
		if _, rest, _ := strings.Cut(string(stat), ") "); !strings.HasSuffix(string(args), "\x00--watchdog\x00") || !strings.HasPrefix(rest[min(2, len(rest)):], strconv.Itoa(shell)+" ") {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(dir))
		return pid
	}
	return 0
}

// Whatever a shell runs ends when it is itself killed with KILL. A program that clears
// its environment is fed by the shell, which knows its number by then.
func TestKilledShell(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		n      int // how many programs it starts
	}{
		"program":             {"sh DIR/plain", 1},
		"program of sh":       {"!sh DIR/plain & wait", 1},
		"captured":            {"$x = sh DIR/plain", 1},
		"popen":               {"io.popen('sh DIR/plain'):read('*a')", 1},
		"ignores TERM":        {"sh DIR/deaf", 1},
		"environment cleared": {"\"go\" | env -i PATH=/usr/bin:/bin sh DIR/fed", 1},
		"pipeline":            {"sh DIR/plain | sh DIR/plain | sh DIR/plain", 3},
		"own session":         {"sh DIR/session", 1},
		"double fork":         {"sh DIR/parent", 2},
		"job":                 {"start-job { sh DIR/plain } | wait-job", 1},
		"job's own session":   {"start-job { sh DIR/session } | wait-job", 1},
		"job's daemon":        {"start-job { sh DIR/daemon; start-sleep 600 } | wait-job", 1},
		"job, cleared":        {"start-job { \"go\" | env -i PATH=/usr/bin:/bin sh DIR/fed } | wait-job", 1},
		"background":          {"sh DIR/plain &\nstart-sleep 600", 1},
		"many jobs":           {strings.Repeat("start-job { sh DIR/plain }\n", 8) + "start-sleep 600", 8},
		"shell in a shell":    {"BINARY -c 'sh DIR/plain'", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			p := begin(t, f.dir, "", "-c", strings.NewReplacer("DIR", f.dir, "BINARY", binary).Replace(test.script))
			var all []*process
			for range test.n {
				all = append(all, f.next())
			}
			dog := observe(t, watchdogOf(p.cmd.Process.Pid))
			p.cmd.Process.Kill()
			for _, q := range append(all, dog) {
				if !q.endedWithin(patience) {
					t.Errorf("process %d lives on", q.pid)
				}
			}
			p.cmd.Wait()
		})
	}
}

// What is known by its control group alone ends, too, here and on another machine, and the
// group is gone then.
func TestKilledShellWithCells(t *testing.T) {
	if !hasCells(t) {
		t.Skip("there are no control groups for this user")
	}
	server := sshd(t, sshtest.Options{})
	for name, script := range map[string]string{
		"program":  "sh DIR/cleared",
		"job":      "start-job { sh DIR/cleared } | wait-job",
		"isolated": "start-job -isolated { sh DIR/cleared } | wait-job",
		"left":     "start-job { !(sh DIR/cleared & read x <DIR/said2)\nstart-sleep 600 } | wait-job",
		"remote":   "invoke-command Server01 { sh DIR/cleared }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			write(t, filepath.Join(f.dir, "said2"), "")
			p := begin(t, f.dir, "", "-F", server.Config(), "-c", strings.ReplaceAll(script, "DIR", f.dir))
			q := f.next()
			group := strings.TrimSuffix(read(t, "/proc/"+strconv.Itoa(q.pid)+"/cgroup"), "\n")
			group = group[strings.Index(group, "/marsh-")+1:]
			group = group[:strings.Index(group, "/")]
			p.cmd.Process.Kill()
			p.cmd.Wait()
			if !q.endedWithin(patience) {
				t.Error("the program lives on")
			}
			eventually(t, "the end of "+group, func() bool { return !isCgroup(t, group) })
		})
	}
	t.Cleanup(func() { nothingRuns(t, server) })
}

// isCgroup reports whether there is a control group whose name begins so, wherever.
func isCgroup(t *testing.T, prefix string) (found bool) {
	t.Helper()
	filepath.WalkDir("/sys/fs/cgroup", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil: // it is being removed
			return fs.SkipDir
		case !d.IsDir():
			return nil
		}
		found = found || strings.HasPrefix(d.Name(), prefix)
		return nil
	})
	return found
}

// What a statement has left running when it ended stays, however the shell ends; what
// runs then does not.
func TestKilledShellLeavesDaemons(t *testing.T) {
	f := newField(t)
	p := begin(t, f.dir, "", "-c", strings.ReplaceAll("sh DIR/daemon\nsh DIR/plain", "DIR", f.dir))
	one, two := f.next(), f.next() // the daemon may be late
	dog := observe(t, watchdogOf(p.cmd.Process.Pid))
	p.cmd.Process.Kill()
	p.cmd.Wait()
	if !dog.endedWithin(patience) {
		t.Fatal("the watchdog lives on")
	}
	if a, b := one.endedWithin(0), two.endedWithin(0); a == b {
		t.Errorf("the programs ended: %v, %v; want one of them", a, b)
	}
}

// dialogue is a shell that gets line after line.
type dialogue struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func newDialogue(t *testing.T, dir string, args ...string) *dialogue {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	d := &dialogue{t: t, cmd: exec.CommandContext(ctx, binary, args...)}
	d.cmd.Dir, d.cmd.Env, d.cmd.SysProcAttr = dir, environment(dir), &syscall.SysProcAttr{Setsid: true}
	out, err := d.cmd.StdoutPipe()
	if err == nil {
		d.in, err = d.cmd.StdinPipe()
	}
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	d.out = bufio.NewReader(out)
	t.Cleanup(func() { cancel(); d.cmd.Wait() })
	return d
}

// says has the line run and checks what it writes.
func (d *dialogue) says(line, want string) {
	d.t.Helper()
	if _, err := io.WriteString(d.in, line+"\n"); err != nil {
		d.t.Fatal(err)
	}
	if got, err := d.out.ReadString('\n'); err != nil || got != want+"\n" {
		d.t.Fatalf("%s: got %q, %v", line, got, err)
	}
}

// The watchdog is not there before a program is, holds nothing of the shell's, and goes
// with it.
func TestWatchdogProcess(t *testing.T) {
	d := newDialogue(t, home(t))
	shell := d.cmd.Process.Pid
	d.says("1+1", "2")
	if pid := watchdogOf(shell); pid != 0 {
		t.Fatalf("it is process %d before any program ran", pid)
	}
	d.says("echo up", "up")
	dog := observe(t, watchdogOf(shell))
	dir := "/proc/" + strconv.Itoa(dog.pid)
	if sid, _ := unix.Getsid(dog.pid); sid != dog.pid {
		t.Errorf("it is in session %d", sid)
	}
	if cwd, _ := os.Readlink(dir + "/cwd"); cwd != "/" {
		t.Errorf("it keeps %s", cwd)
	}
	for _, fd := range []string{"1", "2"} {
		if file, _ := os.Readlink(dir + "/fd/" + fd); file != os.DevNull {
			t.Errorf("it keeps %s as %s", file, fd)
		}
	}
	d.says("echo again", "again")
	if pid := watchdogOf(shell); pid != dog.pid {
		t.Errorf("it is another process after another program: %d", pid)
	}
	d.in.Close()
	if err := d.cmd.Wait(); err != nil {
		t.Error(err)
	}
	if !dog.endedWithin(0) {
		t.Error("it lives on when the shell has ended")
	}
}

// Signals that a terminal sends, or somebody, do not keep it from its work.
func TestWatchdogIsDeaf(t *testing.T) {
	f := newField(t)
	p := begin(t, f.dir, "", "-c", "sh "+f.dir+"/plain")
	program := f.next()
	dog := observe(t, watchdogOf(p.cmd.Process.Pid))
	eventually(t, "that it ignores TERM", func() bool { return ignores(t, dog.pid, syscall.SIGTERM) })
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM} {
		syscall.Kill(-dog.pid, sig)
	}
	p.cmd.Process.Kill()
	if !program.endedWithin(patience) {
		t.Error("the program lives on")
	}
	if !dog.endedWithin(patience) {
		t.Error("the watchdog lives on")
	}
	p.cmd.Wait()
}

// ignores reports whether a process ignores a signal (SigIgn of proc(5)).
func ignores(t *testing.T, pid int, sig syscall.Signal) bool {
	_, rest, _ := strings.Cut(read(t, "/proc/"+strconv.Itoa(pid)+"/status"), "SigIgn:")
	line, _, _ := strings.Cut(rest, "\n")
	mask, _ := strconv.ParseUint(strings.TrimSpace(line), 16, 64)
	return mask>>(sig-1)&1 == 1
}

// A watchdog that is itself killed is replaced.
func TestKilledWatchdog(t *testing.T) {
	f := newField(t)
	d := newDialogue(t, f.dir)
	d.says("$j = start-job { sh "+f.dir+"/plain }\n=1", "1")
	program := f.next()
	first := observe(t, watchdogOf(d.cmd.Process.Pid))
	syscall.Kill(first.pid, syscall.SIGKILL)
	if !first.endedWithin(patience) {
		t.Fatal("it does not end")
	}
	d.says("echo on", "on")
	second := observe(t, watchdogOf(d.cmd.Process.Pid))
	d.cmd.Process.Kill()
	if !program.endedWithin(patience) || !second.endedWithin(patience) {
		t.Error("the job's program lives on, or the second watchdog")
	}
}

// On another machine, too.
func TestKilledAgent(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	f := newField(t)
	p := begin(t, f.dir, "", "-F", server.Config(), "-c", "$s = new-session Server01\ninvoke-command -session $s { $j = start-job { sh "+f.dir+"/parent }; start-sleep 600 }")
	all := []*process{f.next(), f.next()}
	killed := 0
	for _, q := range server.Processes() {
		if strings.HasSuffix(q.Command, " agent") {
			syscall.Kill(q.PID, syscall.SIGKILL)
			killed++
		}
	}
	if killed == 0 {
		t.Fatalf("no agent among %v", server.Processes())
	}
	for _, q := range all {
		if !q.endedWithin(patience) {
			t.Errorf("process %d lives on", q.pid)
		}
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	p.cmd.Wait()
	nothingRuns(t, server)
}
