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
	n.f.t.Helper()
	return n.plays("$j = start-job { "+block+" }\n!head -n 1 >/dev/null\nstop-job $j -timeout 0", 1)[0]
}

// plays has it run a script, whose "!head" goes on when so many programs have said who they
// are, which are returned.
func (n *nobodys) plays(text string, programs int) (all []*process) {
	t := n.f.t
	t.Helper()
	cmd := exec.Command(filepath.Join(n.dir, "marsh"), "-c", text)
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
	for range programs {
		all = append(all, n.f.next())
	}
	in.Close()
	cmd.Wait()
	return all
}

// becomesRoot returns a command line whose program runs as root, and says who it is.
func (n *nobodys) becomesRoot() string {
	become, script := filepath.Join(n.dir, "become"), filepath.Join(n.dir, "script")
	copyFile(n.f.t, lookPath(n.f.t, "setpriv"), become, 0o755|os.ModeSetuid)
	copyFile(n.f.t, filepath.Join(n.f.dir, "plain"), script, 0o644)
	return become + " --reuid=0 --regid=0 --clear-groups sh " + script
}

// A job's program that runs as another user, as sudo does, cannot be ended: stop-job
// says which process that is, and why.
func TestStopOfAnotherUsersProgram(t *testing.T) {
	n := newNobodys(t)
	left := n.leaves(n.becomesRoot())
	contains(t, n.out.String(), "could not be stopped", strconv.Itoa(left.pid)+" (", "), which you may not end: it is root's")
	if left.endedWithin(0) {
		t.Error("it was ended")
	}
}

// Of several jobs that leave something each is named with its processes, however they are
// stopped; the others are.
func TestStopOfSeveralSaysWhatEachLeaves(t *testing.T) {
	for name, stop := range map[string]string{
		"stop-job":   "stop-job $a, $b, $c -timeout 0",
		"remove-job": "local ok, left = pcall(remove_job, {a, b, c}, {force = true})\nwrite-output \"listed $(#get_job())\"\nerror(left)",
		"exit":       "exit",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNobodys(t)
			block := "{ " + n.becomesRoot() + " }"
			all := n.plays("$a = start-job "+block+"\n$b = start-job { start-sleep 600 }\n$c = start-job -name last "+block+"\n!head -n 1 >/dev/null\n"+stop, 2)
			if strings.Contains(n.out.String(), "before all jobs had ended") { // the end of a shell has a bound, which a busy machine may reach
				contains(t, n.out.String(), "not yet: ", "job 1 (Job1)", "job 3 (last)")
				return
			}
			contains(t, n.out.String(), "of 2 not all processes were stopped: job 1 (Job1): ", "; job 3 (last): ", "it is root's")
			for _, p := range all {
				contains(t, n.out.String(), strconv.Itoa(p.pid)+" (")
			}
			if name == "remove-job" {
				contains(t, n.out.String(), "listed 2")
			}
		})
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
