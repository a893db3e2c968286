package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user without rights (base-passwd of Debian).
const nobody = 65534

// nobodys is a shell of the user nobody, who may make no control groups.
type nobodys struct {
	f   *field
	dir string // where all may look
	out strings.Builder
}

func newNobodys(t *testing.T) *nobodys {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can start a program as another user")
	}
	n := &nobodys{f: newField(t)}
	var err error
	if n.dir, err = os.MkdirTemp("/tmp", "marsh-test-"); err != nil { // others may not look into TMPDIR
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(n.dir) })
	for _, path := range []string{n.dir, filepath.Dir(n.f.dir), n.f.dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(n.f.dir, "said"), 0o666); err != nil {
		t.Fatal(err)
	}
	copyFile(t, binary, filepath.Join(n.dir, "marsh"), 0o755)
	return n
}

// leaves has it start a job of the block and stop it when a program of the job has said who
// it is, which is returned.
func (n *nobodys) leaves(block string) (left *process) {
	t := n.f.t
	t.Helper()
	cmd := exec.Command(filepath.Join(n.dir, "marsh"), "-c", "$j = start-job { "+block+" }\n!head -n 1 >/dev/null\nstop-job $j -timeout 0")
	cmd.Dir, cmd.Env = n.dir, environment(n.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = &n.out, &n.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	left = n.f.next()
	in.Close()
	cmd.Wait()
	return left
}

// A job's program that runs as another user, as sudo does, cannot be ended: stop-job
// says which process that is, and why.
func TestStopOfAnotherUsersProgram(t *testing.T) {
	n := newNobodys(t)
	become, script := filepath.Join(n.dir, "become"), filepath.Join(n.dir, "script")
	copyFile(t, lookPath(t, "setpriv"), become, 0o755|os.ModeSetuid)
	copyFile(t, filepath.Join(n.f.dir, "plain"), script, 0o644)
	left := n.leaves(become + " --reuid=0 --regid=0 --clear-groups sh " + script)
	contains(t, n.out.String(), "could not be stopped", strconv.Itoa(left.pid)+" (", "), which you may not end: it is root's")
	if left.endedWithin(0) {
		t.Error("it was ended")
	}
}

// Where there are no control groups, what gets away from all else is named.
func TestStopOfWhatGotAway(t *testing.T) {
	n := newNobodys(t)
	script := filepath.Join(n.dir, "script")
	copyFile(t, filepath.Join(n.f.dir, "plain"), script, 0o644)
	left := n.leaves("!(env -i PATH=/usr/bin:/bin setsid sh " + script + " >/dev/null 2>&1 </dev/null &); exec sleep 600")
	contains(t, n.out.String(), "still running", strconv.Itoa(left.pid)+" (")
	if left.endedWithin(0) {
		t.Error("it was ended")
	}
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	write(t, to, read(t, from))
	if err := os.Chmod(to, mode); err != nil {
		t.Fatal(err)
	}
}

func lookPath(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// What ignores TERM gets KILL, at once where that is asked for.
func TestStopTimeout(t *testing.T) {
	f := newField(t)
	d := newDialogue(t, f.dir)
	d.says("$j = start-job { sh "+f.dir+"/deaf }\n=1", "1")
	deaf := f.next()
	d.says("stop-job $j -timeout 0; =$j.State", "Stopped")
	if !deaf.endedWithin(0) {
		t.Error("the program lives on")
	}
	d.says("=pcall(stop_job, j, {timeout = -1})", "False")
}
