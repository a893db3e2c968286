package proc

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Starts a program as one of f's, which has no terminal here.
func startFollowed(t *testing.T, f *Foreground, script string) (pid int, ended chan error) {
	t.Helper()
	g := NewGroup(NewTag())
	cmd := &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", script}, Env: os.Environ()}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // in this session: only there SIGTTIN stops
	f.mu.Lock()
	if err := g.start(cmd); err != nil {
		f.mu.Unlock()
		t.Fatal(err)
	}
	g.noteForeground(f)
	f.stops[cmd.Process.Pid] = 0
	f.starting--
	f.mu.Unlock()
	ended = make(chan error, 1)
	go func() { ended <- g.Wait(cmd); close(ended) }()
	t.Cleanup(func() {
		g.Stop(context.Background(), 0)
		<-ended
	})
	return cmd.Process.Pid, ended
}

// Waits until f says that it stands still, by this signal (0: that it does not).
func (f *Foreground) await(t *testing.T, want syscall.Signal) {
	t.Helper()
	late := time.After(patience)
	for {
		changed := f.Changed()
		by, stopped := f.Stopped()
		if by == want && stopped == (want != 0) {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("stopped by %v, %v; want %v", by, stopped, want)
		}
	}
}

// Who stops, goes on and ends is seen, whoever did it.
func TestFollow(t *testing.T) {
	f := NewForeground(nil, 1, false)
	pid, ended := startFollowed(t, f, "kill -STOP $$; kill -TTIN $$; exit 3")
	f.await(t, syscall.SIGSTOP)
	syscall.Kill(pid, syscall.SIGCONT)
	f.await(t, syscall.SIGTTIN)
	f.lead = pid
	f.Continue()
	if by, stopped := f.Stopped(); stopped {
		t.Errorf("stopped by %v right after Continue", by)
	}
	if err := <-ended; err == nil || err.Error() != "exit status 3" {
		t.Errorf("got %v", err)
	}
	if len(f.stops) != 0 {
		t.Errorf("%v are noted", f.stops)
	}
}

// A pipeline stands still when all of it does that has not ended, and all has begun.
func TestStoppedTogether(t *testing.T) {
	f := NewForeground(nil, 4, false)
	one, _ := startFollowed(t, f, "kill -TSTP $$; exec sleep 600")
	_, ended := startFollowed(t, f, "exit 0")
	<-ended
	eventually(t, "the first is stopped", func() bool {
		p, _ := readStat(statPath(one))
		return p.stopped
	})
	if _, stopped := f.Stopped(); stopped {
		t.Error("stopped, with programs to come")
	}
	two, _ := startFollowed(t, f, "exec sleep 600")
	f.NotStarted()
	if _, stopped := f.Stopped(); stopped {
		t.Error("stopped, with one that runs")
	}
	syscall.Kill(two, syscall.SIGSTOP)
	eventually(t, "both are stopped", func() bool { _, stopped := f.Stopped(); return stopped })
	syscall.Kill(one, syscall.SIGCONT)
	f.await(t, 0)
}

// What is stopped again and again, because it wants a terminal that it does not have,
// is not waited for until the grace is over.
func TestStopOfWhatStopsAgain(t *testing.T) {
	g := NewGroup(NewTag())
	line, ended := start(t, g, `trap 'while :; do kill -STOP $$; done' TERM; echo up; kill -STOP $$; while :; do :; done`)
	line()
	begun := time.Now()
	const never = time.Hour
	if err := g.Stop(t.Context(), never); err != nil {
		t.Fatal(err)
	}
	<-ended
	if time.Since(begun) > never/2 {
		t.Error("the grace was waited for")
	}
}

func statPath(pid int) string { return "/proc/" + strconv.Itoa(pid) + "/stat" }
