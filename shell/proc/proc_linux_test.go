package proc

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "watchdog" {
		if err := RunWatchdog(context.Background(), os.Stdin); err != nil {
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// newWatchdog returns one whose process is this binary.
func newWatchdog(t testing.TB) *Watchdog {
	w := NewWatchdog("/proc/self/exe", []string{"test", "watchdog"}, func(err error) { t.Error(err) })
	t.Cleanup(w.Close)
	return w
}

// What is watched over is what runs, and what was said to be.
func TestWatched(t *testing.T) {
	w := newWatchdog(t)
	w.Watch("job")
	g := w.NewGroup("job/1")
	line, ended := start(t, g, "echo $$; read line")
	pid, _ := strconv.Atoi(line())
	if got := w.watched.tags["job/1"]; len(w.watched.tags) != 2 || got == nil || len(got.pids) != 1 || got.pids[0] != pid {
		t.Errorf("%v is watched over, and the program is %d", w.watched, pid)
	}
	<-ended
	g.Over()
	w.Forget("job")
	if err := w.NewGroup("job/2").Start(exec.Command("/nosuchprogram")); err == nil {
		t.Error("it started")
	}
	if len(w.watched.tags) != 0 {
		t.Errorf("%v is still watched over", w.watched)
	}
	dog := w.cmd.Process.Pid
	w.Close()
	if alive(strconv.Itoa(dog)) {
		t.Error("the watchdog is left")
	}
}

// What cannot be stopped is left to the watchdog when this process ends.
func TestLeftToWatchdog(t *testing.T) {
	w := newWatchdog(t)
	g := w.NewGroup(NewTag())
	line, ended := start(t, g, "echo $$; exec sleep 600")
	line()
	dog := w.cmd.Process.Pid
	w.Close()
	<-ended
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(dog, &status, 0, nil); err != nil || status.ExitStatus() != 0 {
		t.Errorf("the watchdog ended with %v, %v", status, err)
	}
	own.forget(dog)
}

// A watchdog that takes nothing any more is given up, and the next one told everything.
// The first one's pipe is small, so that all of it fits into the next one's.
func TestDeafWatchdog(t *testing.T) {
	w := newWatchdog(t)
	w.Watch("a")
	dog := w.cmd.Process
	syscall.Kill(dog.Pid, syscall.SIGSTOP)
	shrink(t, w.pipe)
	for i := 0; w.cmd.Process == dog; i++ {
		w.Watch(strings.Repeat("long", 256) + strconv.Itoa(i))
	}
	if alive(strconv.Itoa(dog.Pid)) {
		t.Error("the first one is left")
	}
	clear(w.watched.tags)
}

// Makes a pipe as small as it can be, which is a page.
func shrink(t *testing.T, pipe *os.File) {
	t.Helper()
	raw, err := pipe.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	err = raw.Control(func(fd uintptr) { _, failed = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, 4096) })
	if err := errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
}

// Programs run without a watchdog, and that is said once.
func TestNoWatchdog(t *testing.T) {
	said := 0
	w := NewWatchdog("/nosuchprogram", nil, func(error) { said++ })
	defer w.Close()
	for range 3 {
		g := w.NewGroup(NewTag())
		cmd := trueCommand()
		if err := g.Start(cmd); err != nil {
			t.Fatal(err)
		}
		if err := g.Wait(cmd); err != nil {
			t.Fatal(err)
		}
		g.Over()
	}
	if said != 1 {
		t.Errorf("it was said %d times", said)
	}
}

// patience bounds each wait of the tests. It only passes when something hangs.
const patience = 5 * time.Minute

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Starts a shell script in the group; its standard output is a pipe whose lines come
// back. The script's own process is waited for in the background, at the latest at
// the end of the test, which nothing of the group may survive.
func start(t *testing.T, g *Group, script string) (lines func() string, ended chan error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", script}, Stdout: w, Env: os.Environ()}
	if err := g.Start(cmd); err != nil {
		t.Fatal(err)
	}
	w.Close()
	ended = make(chan error, 1)
	go func() { ended <- g.Wait(cmd); close(ended) }()
	t.Cleanup(func() {
		g.Stop(context.Background(), 0)
		<-ended
		r.Close()
		if left := g.members(nil); len(left) > 0 {
			t.Errorf("left running: %s", describe(left))
		}
	})
	in := bufio.NewReader(r)
	return func() string {
		t.Helper()
		r.SetReadDeadline(time.Now().Add(patience))
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatalf("reading from %q: %v", script, err)
		}
		return strings.TrimSpace(line)
	}, ended
}

func alive(pid string) bool {
	p, ok := readStat("/proc/" + pid + "/stat")
	return ok && !p.zombie
}

// Whatever processes do to get away, stop ends them all.
func TestStop(t *testing.T) {
	for name, script := range map[string]string{
		"plain":          "echo $$; exec sleep 600",
		"child":          "sleep 600 & echo $!; wait",
		"left behind":    "sleep 600 & echo $!",
		"setsid":         "setsid sh -c 'echo $$; exec sleep 600'",
		"double fork":    "(setsid sh -c 'echo $$; exec sleep 600' &) ; exit 0",
		"closes all":     "(setsid sh -c 'echo $$; exec sleep 600 >/dev/null 2>&1 </dev/null' &) ; exit 0",
		"ignores TERM":   "trap '' TERM; echo $$; while :; do sleep 600; done",
		"ignores HUP":    "nohup sh -c 'echo $$; exec sleep 600' 2>&1 | grep --line-buffered '^[0-9]'",
		"stopped":        "sh -c 'echo $$; kill -STOP $$' & wait",
		"forks on TERM":  "trap 'setsid sleep 600 & exit' TERM; echo $$; while :; do sleep 0.05; done",
		"many":           "for i in 1 2 3 4 5 6 7 8; do (setsid sh -c 'sleep 600 & sleep 600 & wait' &); done; echo $$; sleep 600",
		"tag taken away": "env -u MARSH_TAG sh -c 'echo $$; exec sleep 600'",
	} {
		t.Run(name, func(t *testing.T) {
			g := NewGroup(NewTag())
			line, ended := start(t, g, script)
			pid := line()
			if err := g.Stop(t.Context(), 200*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			if alive(pid) {
				t.Errorf("process %s is left", pid)
			}
			if left := g.members(nil); len(left) > 0 {
				t.Errorf("left: %s", describe(left))
			}
			select {
			case <-ended:
			case <-time.After(patience):
				t.Error("Wait does not return")
			}
		})
	}
}

// A process that changes to another program is of its group at every moment.
func TestMemberWhileItChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "again")
	if err := os.WriteFile(file, []byte("exec sh "+file+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	g := NewGroup(NewTag())
	line, _ := start(t, g, "echo $$; exec sh "+file)
	pid, _ := strconv.Atoi(line())
	for n := range 20_000 {
		if !g.tagged(pid) {
			t.Fatalf("look %d: it has no tag", n+1)
		}
	}
}

// A process that keeps forking is outrun.
func TestStopOfWhatForksOn(t *testing.T) {
	g := NewGroup(NewTag())
	line, _ := start(t, g, `f() { trap '' TERM; (setsid sh -c 'sleep 600' &); sleep 0.02; }; echo go; while :; do f; done`)
	line()
	if err := g.Stop(t.Context(), 100*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if left := g.members(nil); len(left) > 0 {
		t.Errorf("left: %s", describe(left))
	}
}

// Two hundred processes that each start another one when they end, and more meanwhile,
// are too many to be ended one by one.
func TestStopOfForkBomb(t *testing.T) {
	g := NewGroup(NewTag())
	line, _ := start(t, g, `trap '' TERM
		i=0; while [ $i -lt 200 ]; do (while :; do (sleep 0.02; :); setsid sh -c 'sleep 0.1' & wait; done) & i=$((i+1)); done
		echo go; wait`)
	line()
	if err := g.Stop(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := g.members(nil); len(left) > 0 {
		t.Errorf("left: %s", describe(left))
	}
}

// A chain of processes, each of which starts the next and ends, is caught up with.
func TestStopOfRelay(t *testing.T) {
	g := NewGroup(NewTag())
	line, _ := start(t, g, `export S='trap "" TERM; sh -c "$S" & exit 0'; echo $$; eval "$S"`)
	pid, err := strconv.Atoi(line())
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Stop(t.Context(), 0); err != nil {
		t.Error(err)
	}
	if left := g.standing([]leader{{pid}}); len(left) > 0 {
		t.Errorf("left: %s", describe(left))
		syscall.Kill(-pid, syscall.SIGKILL)
	}
}

// What cannot be ended is named, with the reason.
func TestWhy(t *testing.T) {
	for want, p := range map[string]process{
		"7 (dd), which waits in the kernel for a device or a file system, where no signal reaches it": {pid: 7, name: "dd", stuck: true},
		"7 (dd), which has not ended yet": {pid: 7, name: "dd"},
	} {
		p.pid = os.Getpid()
		if got := describe([]process{p}); got != strings.Replace(want, "7", strconv.Itoa(p.pid), 1) {
			t.Errorf("got %s", got)
		}
	}
	if got := owner(1); got != "root's" {
		t.Errorf("process 1 is %s", got)
	}
}

// A program that handles TERM has its grace.
func TestGrace(t *testing.T) {
	g := NewGroup(NewTag())
	line, ended := start(t, g, "trap 'echo cleaned; exit 7' TERM; echo ready; while :; do sleep 0.02; done")
	line()
	if err := g.Stop(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	if got := line(); got != "cleaned" {
		t.Errorf("got %q", got)
	}
	exit, ok := errors.AsType[*exec.ExitError](<-ended)
	if !ok || exit.ExitCode() != 7 {
		t.Errorf("ended with %v", exit)
	}
}

// A context that ends cuts the grace short.
func TestGraceCutShort(t *testing.T) {
	g := NewGroup(NewTag())
	line, ended := start(t, g, "trap '' TERM; echo ready; while :; do sleep 600; done")
	line()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Stop(ctx, time.Hour); err != nil {
		t.Fatal(err)
	}
	<-ended
}

// One group's end leaves the others alone, but for those whose tags are below its own.
func TestTagsArePaths(t *testing.T) {
	tag := NewTag()
	outer, inner, other := NewGroup(tag), NewGroup(tag+"/1"), NewGroup(tag+"1")
	var pids []string
	for _, g := range []*Group{outer, inner, other} {
		line, _ := start(t, g, "echo $$; exec sleep 600")
		pids = append(pids, line())
	}
	if err := inner.Stop(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	if !alive(pids[0]) || alive(pids[1]) || !alive(pids[2]) {
		t.Fatal("the inner group's end ended others, or not its own")
	}
	line, _ := start(t, inner, "echo $$; exec sleep 600")
	pids[1] = line()
	if err := outer.Stop(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	if alive(pids[0]) || alive(pids[1]) || !alive(pids[2]) {
		t.Error("the outer group's end must end the inner one, and no other")
	}
}

// A shell that runs under a tag is part of it.
func TestNewTag(t *testing.T) {
	t.Setenv(TagVar, "outer")
	if tag := NewTag(); !strings.HasPrefix(tag, "outer/") || tag == NewTag() {
		t.Errorf("got %q", tag)
	}
}

func TestClosedGroupStartsNothing(t *testing.T) {
	g := NewGroup(NewTag())
	if err := g.Close(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	if err := g.Start(exec.Command("/bin/sleep", "600")); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("got %v", err)
	}
}

func TestProgramThatCannotStart(t *testing.T) {
	g := NewGroup(NewTag())
	if err := g.Start(exec.Command("/nosuchprogram")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if len(g.leaders) != 0 {
		t.Errorf("%d leaders", len(g.leaders))
	}
}

// The environment has the group's tag once, in place of an older one.
func TestTagInEnvironment(t *testing.T) {
	g := NewGroup(NewTag())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	env := []string{TagVar + "=old", "A=b"}
	cmd := &exec.Cmd{Path: "/usr/bin/env", Args: []string{"env"}, Stdout: w, Env: env}
	if err := g.Start(cmd); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if err := g.Wait(cmd); err != nil {
		t.Fatal(err)
	}
	got, _ := bufio.NewReader(r).ReadString(0)
	if got != "A=b\n"+TagVar+"="+g.Tag()+"\n" {
		t.Errorf("got %q", got)
	}
	if env[0] != TagVar+"=old" {
		t.Error("the caller's environment was changed")
	}
	if len(g.leaders) != 0 {
		t.Error("a program that has ended is still noted")
	}
}

// Many groups start and stop at once.
func TestManyAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			g := NewGroup(NewTag())
			for range 5 {
				cmd := &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", "sleep 600 & exit 3"}, Env: os.Environ()}
				if err := g.Start(cmd); err != nil {
					t.Error(err)
					return
				}
				g.Wait(cmd)
				if code := cmd.ProcessState.ExitCode(); code != 3 {
					t.Errorf("exit status %d", code)
				}
			}
			if err := g.Close(t.Context(), 0); err != nil {
				t.Error(err)
			}
			if left := g.members(nil); len(left) > 0 {
				t.Errorf("left: %s", describe(left))
			}
		})
	}
	wg.Wait()
}

// Reports whether a child has ended and nobody has waited for it.
func zombie(pid int) bool {
	p, ok := readStat(statPath(pid))
	return ok && p.zombie
}

// The subreaper waits for orphans, and takes no status from whoever waits, however
// late, for a program of his own.
func TestSubreaper(t *testing.T) {
	stop, err := becomeSubreaper(20 * time.Millisecond)
	if err != nil {
		t.Skip(err)
	}
	defer stop()
	late := exec.Command("/bin/sh", "-c", "exit 9")
	if err := late.Start(); err != nil {
		t.Fatal(err)
	}
	g := NewGroup(NewTag())
	lateToo := &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", "exit 8"}, Env: os.Environ()}
	if err := g.Start(lateToo); err != nil {
		t.Fatal(err)
	}
	zombies := func() bool { return zombie(late.Process.Pid) && zombie(lateToo.Process.Pid) }
	eventually(t, "both have ended", zombies)
	line, ended := start(t, g, "(setsid sh -c 'echo $$; exec sleep 0.05' &); exit 0")
	orphan, _ := strconv.Atoi(line())
	<-ended
	eventually(t, "the orphan is ours", func() bool {
		p, ok := readStat("/proc/" + strconv.Itoa(orphan) + "/stat")
		return !ok || p.ppid == os.Getpid()
	})
	eventually(t, "the orphan was waited for", func() bool {
		_, ok := readStat("/proc/" + strconv.Itoa(orphan) + "/stat")
		return !ok
	})
	if !zombies() {
		t.Error("the reaper waited for a program that somebody else waits for late")
	}
	if late.Wait(); late.ProcessState.ExitCode() != 9 {
		t.Errorf("exit status %d, want 9", late.ProcessState.ExitCode())
	}
	if g.Wait(lateToo); lateToo.ProcessState.ExitCode() != 8 {
		t.Errorf("exit status %d, want 8", lateToo.ProcessState.ExitCode())
	}
}

// The name in a stat file may hold any byte.
func TestReadStat(t *testing.T) {
	for text, want := range map[string]process{
		"12 (a b) S 1 2 3 0 -1":        {pid: 12, ppid: 1, pgrp: 2, session: 3, name: "a b"},
		"12 (x) S 9 9 9) Z 1 2 3 0 -1": {pid: 12, ppid: 1, pgrp: 2, session: 3, name: "x) S 9 9 9", zombie: true},
		"12 (\n\xff() R 1 2 3":         {pid: 12, ppid: 1, pgrp: 2, session: 3, name: "\n\xff("},
		"12 () X 1 2 3":                {pid: 12, ppid: 1, pgrp: 2, session: 3, zombie: true},
		"12 a S 1 2 3":                 {},
		"12 (a) S 1":                   {},
		")(":                           {},
		"":                             {},
	} {
		if got, ok := parseStat([]byte(text)); got != want || ok != (want != process{}) {
			t.Errorf("%q: %+v, %v", text, got, ok)
		}
	}
	if _, ok := readStat("/proc/self/nosuchfile"); ok {
		t.Error("a file that is not there was read")
	}
	self, ok := readStat("/proc/self/stat")
	if !ok || self.pid != os.Getpid() || self.pgrp != syscall.Getpgrp() || self.ppid != os.Getppid() {
		t.Errorf("this process is %+v", self)
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add("12 (a b) S 1 2 3 0 -1", "sh")
	f.Add("12 (x) S 9 9 9) Z 1 2 3 0 -1", ") (")
	f.Fuzz(func(t *testing.T, text, name string) {
		parseStat([]byte(text))
		p, ok := parseStat([]byte("7 (" + name + ") Z 1 2 3 0"))
		if want := (process{pid: 7, ppid: 1, pgrp: 2, session: 3, name: name, zombie: true}); !ok || p != want {
			t.Errorf("got %+v, %v; want %+v", p, ok, want)
		}
	})
}
