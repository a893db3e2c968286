package spool

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"marsh/jobs"
)

// childDir is the variable that makes the test's program a process with a spool.
const childDir = "MARSH_SPOOL_TEST_DIR"

// child writes to a spool in dir and then waits to be killed, or for the end of its input.
func child(dir string) {
	stream := jobs.NewStream(jobs.StreamOptions{Limit: 1000, Store: New(options(dir)).Stores(1, 1)[0]})
	for i := range 100 {
		if err := stream.Write(context.Background(), jobs.Out(line(i))); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	fmt.Println("ready")
	os.Stdin.Read(make([]byte, 1))
	os.Exit(0)
}

// startChild starts such a process; end ends it and waits for it.
func startChild(t *testing.T, dir string) (end func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end = func() {
		cmd.Process.Kill()
		in.Close()
		cmd.Wait()
	}
	if said, err := bufio.NewReader(out).ReadString('\n'); said != "ready\n" {
		end()
		t.Fatalf("the child said %q, %v", said, err)
	}
	return end
}

// places returns the directories of shells below a directory.
func places(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*", lockName))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The spool of a process that was killed is removed by the next, those of processes that
// live are not, nor is what is no spool.
func TestSweep(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	killLiving := startChild(t, dir)
	defer killLiving()
	startChild(t, dir)() // killed
	mine := New(options(dir))
	stream := newStream(t, mine, 1000)
	writeLines(t, stream, 1, 100)
	for _, name := range []string{"other", hostName() + "-1-nothex", "elsewhere-1-0123456789ab"} {
		if err := os.MkdirAll(filepath.Join(dir, name, "1.1"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(places(t, dir)); n != 3 {
		t.Fatalf("there are %d spools, want 3", n)
	}
	if n := sweep(t.Context(), dir, false); n != 1 || len(places(t, dir)) != 2 {
		t.Errorf("%d spools were swept, %v are left", n, filesIn(dir))
	}
	expectLines(t, takeAll(t, stream), 1, 100)
	if err := mine.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	killLiving()
	if n := sweep(t.Context(), dir, false); n != 1 || len(places(t, dir)) != 0 {
		t.Errorf("%d spools were swept, %v are left", n, filesIn(dir))
	}
	if left, _ := os.ReadDir(dir); len(left) != 3 {
		t.Errorf("of what was no spool of ours is left %v", left)
	}
	if n := sweep(t.Context(), dir, true); n != 1 {
		t.Errorf("%d spools of other names were swept, want 1", n)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("of what was no spool is left %v", left)
	}
}

// A spool that was left without its lock, or half removed, is removed as well.
func TestSweepOfRests(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	for _, part := range []string{"", "1.1"} {
		if err := os.MkdirAll(filepath.Join(dir, placeName(), part), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if n := Sweep(t.Context(), dir); n != 2 || len(filesIn(dir)) != 0 {
		t.Errorf("%d were swept, %v are left", n, filesIn(dir))
	}
}

// A link in the place of a spool is not followed.
func TestSweepFollowsNoLink(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	kept := filepath.Join(outside, "kept")
	if err := os.WriteFile(kept, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, placeName())); err != nil {
		t.Fatal(err)
	}
	Sweep(t.Context(), dir)
	if _, err := os.Lstat(kept); err != nil {
		t.Error(err)
	}
}

// Shells that begin and end while others sweep all get a spool that stays theirs.
func TestSweepWhileOthersBegin(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 200 {
			Sweep(context.Background(), dir)
		}
	}()
	for i := 0; i < 100; i++ {
		s := New(options(dir))
		stream := jobs.NewStream(jobs.StreamOptions{Limit: 1000, Store: s.Stores(1, 1)[0]})
		writeLines(t, stream, 1, 20)
		expectLines(t, takeAll(t, stream), 1, 20)
		stream.Discard()
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	<-done
	if left := filesIn(dir); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}
