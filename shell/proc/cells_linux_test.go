package proc

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// cleared is a script of a program that gets away from all but a control group: its
// environment is empty, it has a session of its own, and its parents end.
const cleared = "(env -i PATH=/usr/bin:/bin setsid sh -c 'echo $$; exec sleep 600 >/dev/null 2>&1 </dev/null' &); exit 0"

// newCelled returns a watchdog whose programs get cells, of which nothing is left after
// the test.
func newCelled(t testing.TB) *Watchdog {
	t.Helper()
	w := newWatchdog(t)
	c := w.cells.take("probe", nil)
	if c == nil {
		t.Skip("this process may not make control groups")
	}
	root := w.cells.where()
	w.cells.give(c, "probe")
	t.Cleanup(func() {
		w.Close()
		if _, err := os.Stat(root); err == nil {
			t.Errorf("%s is left", root)
		}
	})
	return w
}

// gone starts the script cleared and returns its process, whose parents have ended.
func gone(t *testing.T, g *Group) (pid string) {
	t.Helper()
	line, ended := start(t, g, cleared)
	pid = line()
	<-ended
	t.Cleanup(func() {
		n, _ := strconv.Atoi(pid)
		syscall.Kill(n, syscall.SIGKILL)
		eventually(t, "the end of "+pid, func() bool { return !alive(pid) })
	})
	return pid
}

// cellOf returns the control group of a process.
func cellOf(t *testing.T, pid string) string {
	t.Helper()
	groups, err := os.ReadFile("/proc/" + pid + "/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	return findCgroup(string(groups), string(mounts))
}

// What leaves nothing by which it could be known is ended all the same.
func TestStopOfCleared(t *testing.T) {
	w := newCelled(t)
	g := w.NewGroup(NewTag())
	pid := gone(t, g)
	if len(NewGroup(g.Tag()).members(g.leaders)) > 0 {
		t.Error("it is known without a control group")
	}
	if err := g.Stop(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	if alive(pid) {
		t.Error("it lives on")
	}
	g.Over()
}

// What ignores TERM gets KILL, and what a group above one is stopped for, too.
func TestStopOfOuterCleared(t *testing.T) {
	w := newCelled(t)
	tag := NewTag()
	var pids []string
	for _, below := range []string{"/1", "/1/a", "/2"} {
		g := w.NewGroup(tag + below)
		pids = append(pids, gone(t, g))
		g.Over()
	}
	if err := w.NewGroup(tag+"/1").Stop(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	if alive(pids[0]) || alive(pids[1]) || !alive(pids[2]) {
		t.Errorf("alive: %v, %v, %v", alive(pids[0]), alive(pids[1]), alive(pids[2]))
	}
}

// A fork bomb that ignores TERM is ended at once.
func TestKillCell(t *testing.T) {
	w := newCelled(t)
	g := w.NewGroup(NewTag())
	line, ended := start(t, g, `trap '' TERM; echo go; i=0; while [ $i -lt 100 ]; do (while :; do env -i setsid sleep 0.01 & wait; done) & i=$((i+1)); done; wait`)
	line()
	if err := g.Stop(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	<-ended
	g.Over()
}

// What was left running when its group was over stays, and is where this process is when
// that closes.
func TestLeftInCell(t *testing.T) {
	w := newCelled(t)
	g := w.NewGroup(NewTag())
	pid := gone(t, g)
	g.Over()
	if got := filepath.Dir(cellOf(t, pid)); got != w.cells.where() {
		t.Errorf("it is in %s, not in %s", got, w.cells.where())
	}
	w.Close()
	if got := cellOf(t, pid); !alive(pid) || got != ownCgroup() {
		t.Errorf("alive: %v, in %s", alive(pid), got)
	}
}

// A cell is used again, and the one that had processes is removed once they have ended.
func TestCellsAreFew(t *testing.T) {
	w := newCelled(t)
	run := func() {
		g := w.NewGroup(NewTag())
		cmd := trueCommand()
		if err := g.Start(cmd); err != nil {
			t.Fatal(err)
		}
		if err := g.Wait(cmd); err != nil {
			t.Fatal(err)
		}
		eventually(t, "its cell is empty", func() bool { return len(allProcs(g.cellDirs()[0])) == 0 && !populated(g.cellDirs()[0]) })
		g.Over()
	}
	for range 10 {
		run()
	}
	if n := len(subgroups(w.cells.where())); n != 1 {
		t.Errorf("%d cells", n)
	}
	g := w.NewGroup(NewTag())
	gone(t, g)
	g.Over()
	if err := w.NewGroup(g.Tag()).Stop(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	eventually(t, "its cell is empty", func() bool { return !slices.ContainsFunc(g.cellDirs(), populated) })
	run()
	if n := len(subgroups(w.cells.where())); n != 1 || len(w.cells.used) != 0 {
		t.Errorf("%d cells, used: %v", n, w.cells.used)
	}
}

// A cell that was killed is not used again: what is made in one ends at once.
func TestKilledCell(t *testing.T) {
	w := newCelled(t)
	for range 3 {
		g := w.NewGroup(NewTag())
		for range 2 {
			line, ended := start(t, g, "echo up; exec sleep 600")
			line()
			if err := g.Stop(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			<-ended
		}
		g.Over()
	}
	eventually(t, "they are removed", func() bool {
		w.cells.give(w.cells.take("x", nil), "x")
		return len(subgroups(w.cells.where())) == 1
	})
}

// Where all in this process's own group were killed once, before it came there, programs
// run, with cells or without.
func TestOwnGroupWasKilled(t *testing.T) {
	newCelled(t)
	own := ownCgroup()
	group := filepath.Join(own, "proctest-"+strconv.Itoa(os.Getpid()))
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Fatal(err)
	}
	defer removeTree(group)
	killCell(group)
	moveTo(t, group)
	defer moveTo(t, own)
	w := newWatchdog(t)
	defer w.Close()
	g := w.NewGroup(NewTag())
	line, ended := start(t, g, "echo up; exec sleep 600")
	if got := line(); got != "up" {
		t.Errorf("got %q", got)
	}
	if err := g.Stop(t.Context(), patience); err != nil {
		t.Error(err)
	}
	<-ended
	g.Over()
	if left := subgroups(group); w.cells.where() == "" && len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// moveTo moves this process to a control group.
func moveTo(t *testing.T, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), strconv.AppendInt(nil, int64(os.Getpid()), 10), 0); err != nil {
		t.Fatal(err)
	}
}

// Past the bound programs run without.
func TestTooManyCells(t *testing.T) {
	w := newCelled(t)
	w.cells.count, w.cells.spare = maxCells, nil
	g := w.NewGroup(NewTag())
	_, ended := start(t, g, "exit 0")
	<-ended
	if len(g.cellDirs()) != 0 {
		t.Errorf("it has %v", g.cellDirs())
	}
	g.Over()
}

// Where a cell refuses a program it runs without, and so do all others.
func TestCellThatRefuses(t *testing.T) {
	w := newCelled(t)
	removeTree(cellDir(w.cells.where(), 1)) // the spare one, which is open and dead now
	for range 2 {
		g := w.NewGroup(NewTag())
		line, ended := start(t, g, "echo $$; exec sleep 600")
		if got := filepath.Dir(cellOf(t, line())); got == w.cells.where() {
			t.Error("it is in a cell")
		}
		if err := g.Stop(t.Context(), patience); err != nil {
			t.Error(err)
		}
		<-ended
		g.Over()
	}
	if !w.cells.off {
		t.Error("cells are tried again")
	}
}

// The directory of a shell that died is removed by the next one, and what runs in it goes
// on. That of one that lives is left alone.
func TestSweep(t *testing.T) {
	living := newCelled(t)
	own := ownCgroup()
	dead := filepath.Join(own, rootPrefix+"1-"+strings.Repeat("A", 26))
	for _, dir := range []string{dead, cellDir(dead, 1), filepath.Join(cellDir(dead, 1), "deeper"), cellDir(dead, 2)} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { dissolve(dead) })
	pid := inCell(t, cellDir(dead, 2))
	sweep(own)
	if _, err := os.Stat(dead); err == nil || cellOf(t, pid) != own {
		t.Errorf("%v; the process is in %s", err, cellOf(t, pid))
	}
	if _, err := os.Stat(living.cells.where()); err != nil {
		t.Error(err)
	}
}

// inCell starts a program in a control group.
func inCell(t *testing.T, dir string) (pid string) {
	t.Helper()
	f, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "echo $$; exec sleep 600"}, &os.ProcAttr{
		Files: []*os.File{nil, w, nil}, Sys: &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: int(f.Fd())},
	})
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Kill(); p.Wait() })
	line, _ := bufio.NewReader(r).ReadString('\n')
	return strings.TrimSpace(line)
}

// Only what has a name that this program gives is ever removed.
func TestIsRoot(t *testing.T) {
	for name, want := range map[string]bool{
		"marsh-12-" + strings.Repeat("A", 26): true, "marsh-12-" + strings.Repeat("a", 26): false, "marsh-12-A": false, "marsh-web-" + strings.Repeat("A", 26): false,
		"marsh-" + strings.Repeat("A", 26): false, "marsh-": false, "": false, "system.slice": false,
	} {
		if isRoot(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}
