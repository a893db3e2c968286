package spool

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"marsh/jobs"
)

// A disk that is full for real.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("NOT TESTED: a disk that is full for real, because a file system cannot be mounted here (%v); TestDiskThatFails stands in", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 256<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newSpool(t, func(o *Options) { o.Dir = filepath.Join(dir, "marsh", "spool") })
	table := tableOf(t, s)
	j := startWriter(t, table, 9000)
	awaitState(t, j, jobs.Blocked, "no space left on device")
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	await(t, "it goes on by itself", waitPast(j, s.Used()+128<<10, s))
	awaitState(t, j, jobs.Blocked, "no space left on device")
	expectLines(t, drain(t, j), 1, 9000)
	if err := table.Remove(j); err != nil {
		t.Error(err)
	}
}

// waitPast returns a channel that is closed when so many bytes are on disk.
func waitPast(j *jobs.Job, n int64, s *Spool) <-chan struct{} {
	c := make(chan struct{})
	go func() {
		defer close(c)
		for {
			written, changed := j.Tasks()[0].Stream().Changed(), j.Changed() // before looking: nothing is missed
			if s.Used() >= n || j.State().Ended() {
				return
			}
			select {
			case <-written:
			case <-changed:
			}
		}
	}()
	return c
}
