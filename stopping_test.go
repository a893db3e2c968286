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

// A job's program that runs as another user, as sudo does, cannot be ended: stop-job
// says which process that is, and why.
func TestStopOfAnotherUsersProgram(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can let a program of root's be started by another user")
	}
	f := newField(t)
	dir, err := os.MkdirTemp("/tmp", "marsh-test-") // where nobody may look
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, path := range []string{dir, filepath.Dir(f.dir), f.dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(f.dir, "said"), 0o666); err != nil {
		t.Fatal(err)
	}
	marsh, become, script := filepath.Join(dir, "marsh"), filepath.Join(dir, "become"), filepath.Join(dir, "script")
	copyFile(t, binary, marsh, 0o755)
	copyFile(t, lookPath(t, "setpriv"), become, 0o755|os.ModeSetuid)
	copyFile(t, filepath.Join(f.dir, "plain"), script, 0o644)
	cmd := exec.Command(marsh, "-c", "$j = start-job { "+become+" --reuid=0 --regid=0 --clear-groups sh "+script+" }\n!head -n 1 >/dev/null\nstop-job $j -timeout 0")
	cmd.Dir, cmd.Env = dir, environment(dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	left := f.next()
	in.Close()
	cmd.Wait()
	contains(t, out.String(), "could not be stopped", strconv.Itoa(left.pid)+" (", "), which you may not end: it is root's")
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
