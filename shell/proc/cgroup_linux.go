package proc

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	rootPrefix = "marsh-" // of the name of a shell's directory; its number and random text follow
	rootTries  = 3        // how often one is made again that somebody has removed
	maxSwept   = 64       // how many that are left of shells that died are removed at a time
	moveRounds = 10       // how often what is in a cell is moved out of it, while it forks on
)

// newRoot makes the directory for a shell's cells and locks it, and removes those of shells
// that died; "" where this process may not make any.
func newRoot() (root string, lock *os.File) {
	own := ownCgroup()
	if own == "" || unix.Access(filepath.Join(own, "cgroup.procs"), unix.W_OK) != nil {
		return "", nil // what it may not leave it may not leave a program out of either
	}
	sweep(own)
	for range rootTries {
		root = filepath.Join(own, rootPrefix+strconv.Itoa(os.Getpid())+"-"+rand.Text())
		dir, err := makeDir(root)
		if err != nil {
			return "", nil
		}
		// Somebody else's sweep may have come between.
		if unix.Flock(int(dir.Fd()), unix.LOCK_SH|unix.LOCK_NB) == nil && unix.Access(root, unix.F_OK) == nil {
			return tried(root, dir)
		}
		dir.Close()
	}
	return "", nil
}

// tried returns its arguments, or none and removes the directory, where a program that is
// made in it does not run. That is so, since Linux 6.14, when all in this process's own
// group got KILL once by cgroup.kill, and this process came into it later: the kernel
// compares how often that was in the old group and in the new one.
func tried(root string, dir *os.File) (string, *os.File) {
	if unix.Access(filepath.Join(filepath.Dir(root), "cgroup.kill"), unix.F_OK) != nil { // the outermost group has none
		return root, dir
	}
	cmd := &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", ":"}, Dir: "/", SysProcAttr: (&cell{dir: dir}).into(&syscall.SysProcAttr{Setsid: true})}
	if err := own.start(cmd); err == nil {
		err = cmd.Wait()
		own.forget(cmd.Process.Pid)
		if err == nil {
			return root, dir
		}
	}
	dir.Close()
	removeTree(root)
	return "", nil
}

// makeDir makes a control group and opens its directory.
func makeDir(path string) (*os.File, error) {
	if err := os.Mkdir(path, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.Open(path)
	if err != nil {
		unix.Rmdir(path)
	}
	return dir, err
}

// sweep removes the directories of shells that died, of which neither the shell nor its
// watchdog lives.
func sweep(own string) {
	names, _ := filepath.Glob(filepath.Join(own, rootPrefix+"*"))
	names = slices.DeleteFunc(names, func(path string) bool { return !isRoot(filepath.Base(path)) })
	for _, path := range names[:min(len(names), maxSwept)] {
		dir, err := os.Open(path)
		if err != nil {
			continue
		}
		if unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			dissolve(path)
		}
		dir.Close()
	}
}

// isRoot reports whether a directory has a name that newRoot gives.
func isRoot(name string) bool {
	pid, random, _ := strings.Cut(strings.TrimPrefix(name, rootPrefix), "-")
	_, err := strconv.ParseUint(pid, 10, 31)
	return err == nil && len(random) >= 26 && strings.Trim(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// hold locks a shell's directory, so that nobody removes it before the release.
func hold(root string) (release func()) {
	dir, err := os.Open(root)
	if err != nil {
		return func() {}
	}
	unix.Flock(int(dir.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	return func() { dir.Close() }
}

// dissolve removes a shell's directory. What runs in its cells goes on in the group that the
// directory is in, as if there had been none.
func dissolve(root string) {
	for _, dir := range subgroups(root) {
		for range moveRounds {
			pids := procsOf(dir)
			if len(pids) == 0 {
				break
			}
			for _, pid := range pids {
				_ = os.WriteFile(filepath.Join(filepath.Dir(root), "cgroup.procs"), strconv.AppendInt(nil, int64(pid), 10), 0) // it may have ended
			}
		}
		removeTree(dir)
	}
	unix.Rmdir(root)
}

// removeTree removes a control group and those in it, where nothing is left in them.
func removeTree(dir string) {
	if unix.Rmdir(dir) == nil {
		return
	}
	for _, sub := range subgroups(dir) {
		removeTree(sub)
	}
	unix.Rmdir(dir)
}

// subgroups returns the directories of the control groups in one.
func subgroups(dir string) (subs []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if e.IsDir() {
			subs = append(subs, filepath.Join(dir, e.Name()))
		}
	}
	return subs
}

// procsOf returns the processes in a control group, without those in groups below it.
func procsOf(dir string) (pids []int) {
	data, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	for line := range bytes.Lines(data) {
		if pid, err := strconv.Atoi(string(bytes.TrimSpace(line))); err == nil && pid > 0 { // 0 is one that this process cannot see
			pids = append(pids, pid)
		}
	}
	return pids
}

// allProcs returns the processes in a control group and in those below it.
func allProcs(dir string) []int {
	pids := procsOf(dir)
	for _, sub := range subgroups(dir) {
		pids = append(pids, allProcs(sub)...)
	}
	return pids
}

// populated reports whether processes live in a control group, or below it.
func populated(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "cgroup.events"))
	return err == nil && isPopulated(data)
}

// isPopulated reports whether cgroup.events says that processes live there.
func isPopulated(events []byte) bool { return bytes.Contains(events, []byte("populated 1")) }

// killCell sends KILL to all that is in a control group at once, also to what is being
// forked (since Linux 5.14; before, what is found gets it).
func killCell(dir string) {
	_ = os.WriteFile(filepath.Join(dir, "cgroup.kill"), []byte("1"), 0) // those that are left are seen
}

// refused reports whether err can be that of clone(2) for a control group.
func refused(err error) bool {
	for _, e := range []error{syscall.EACCES, syscall.EBADF, syscall.EBUSY, syscall.EINVAL, syscall.ENODEV, syscall.ENOENT, syscall.ENOSYS, syscall.EOPNOTSUPP, syscall.EPERM} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
