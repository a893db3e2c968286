package spool

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"marsh/jobs"
)

// writer is a host whose script writes lines.
type writer int

func (writer) Name() string { return "localhost" }
func (w writer) Run(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
	for i := range int(w) {
		if err := out.Write(ctx, jobs.Out(line(i+1))); err != nil {
			return err
		}
	}
	return nil
}

// tableOf makes a table of jobs that keep little in memory.
func tableOf(t *testing.T, s *Spool) *jobs.Table {
	table := jobs.NewTable(nil, jobs.Keep{Memory: jobs.NewMemory(1 << 20), Spool: s})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := table.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return table
}

// startWriter starts a job that writes n lines.
func startWriter(t *testing.T, table *jobs.Table, n int) *jobs.Job {
	t.Helper()
	j, err := table.Start(jobs.Spec{Limit: 2000, Tasks: []jobs.TaskSpec{{
		Location: "localhost",
		Open:     func(context.Context) (jobs.Host, func(), error) { return writer(n), nil, nil },
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// awaitState waits until a job has a state, and for a reason.
func awaitState(t *testing.T, j *jobs.Job, state jobs.State, reason string) {
	t.Helper()
	for {
		changed, e := j.Changed(), j.Tasks()[0].Reason()
		if j.State() == state && (reason == "" || e != nil && strings.Contains(e.Msg, reason)) {
			return
		}
		if j.State().Ended() {
			t.Fatalf("job %d is %v, %v, and will not be %v for %q", j.ID, j.State(), e, state, reason)
		}
		await(t, fmt.Sprintf("job %d is %v for %q, not %v, %v", j.ID, state, reason, j.State(), e), changed)
	}
}

// drain takes what a job writes until it has ended.
func drain(t *testing.T, j *jobs.Job) []jobs.Record {
	t.Helper()
	stream := j.Tasks()[0].Stream()
	var all []jobs.Record
	for {
		changed := stream.Changed()
		ended := j.State().Ended()
		all = append(all, takeAll(t, stream)...)
		if ended {
			return all
		}
		select {
		case <-changed:
		case <-j.Done(): // whose stream was closed before, which may have been the last change
		case <-time.After(patience):
			t.Fatalf("not within %v: more records", patience)
		}
	}
}

func TestJobQuota(t *testing.T) {
	s := newSpool(t, func(o *Options) { o.JobQuota = 64 << 10 })
	j := startWriter(t, tableOf(t, s), 3000)
	awaitState(t, j, jobs.Blocked, "fills its quota of 64 KiB on disk; receive-job 1 makes room, remove-job 1 -force gives it up")
	if n := onDisk(s.options.Dir); n > 64<<10 || n < 48<<10 || n != s.Used() {
		t.Errorf("%d bytes are on disk, %d counted", n, s.Used())
	}
	expectLines(t, drain(t, j), 1, 3000)
	if j.State() != jobs.Completed || j.HasMoreData() || s.Used() != 0 {
		t.Errorf("the job is %v, has more data: %v, %d bytes are left", j.State(), j.HasMoreData(), s.Used())
	}
}

// One job fills what all may have; removing it is room for the other, and so is a quota
// that is set larger.
func TestShellQuota(t *testing.T) {
	s := newSpool(t, func(o *Options) { o.ShellQuota = 64 << 10 })
	table := tableOf(t, s)
	first := startWriter(t, table, 3000)
	awaitState(t, first, jobs.Blocked, "fills the shell's quota of 64 KiB on disk, of which this job has 6")
	second := startWriter(t, table, 100)
	awaitState(t, second, jobs.Blocked, "the shell's quota of 64 KiB")
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := table.Remove(first); err != nil {
		t.Fatal(err)
	}
	await(t, "the second job goes on", second.Done())
	third := startWriter(t, table, 1000)
	awaitState(t, third, jobs.Blocked, "")
	s.SetQuotas(0, 1<<30)
	await(t, "the third job goes on", third.Done())
	expectLines(t, drain(t, second), 1, 100)
	expectLines(t, drain(t, third), 1, 1000)
}

// meter is files that know how much they hold at most.
type meter struct {
	disk
	now, most atomic.Int64
}

func (m *meter) WriteAt(path string, off int64, data []byte) error {
	n := m.now.Add(int64(len(data)))
	for old := m.most.Load(); n > old && !m.most.CompareAndSwap(old, n); old = m.most.Load() {
	}
	return m.disk.WriteAt(path, off, data)
}

func (m *meter) Remove(path string) error {
	info, err := os.Lstat(path)
	if err == nil {
		m.now.Add(-info.Size())
	}
	return m.disk.Remove(path)
}

// However many write at once, no more is on disk than the quota says.
func TestQuotaIsNotOvershot(t *testing.T) {
	const quota = 200 << 10
	s, m := newSpool(t, func(o *Options) { o.ShellQuota = quota }), &meter{}
	s.files = m
	table := tableOf(t, s)
	var all sync.WaitGroup
	for range 20 {
		startWriter(t, table, 2000)
	}
	for _, j := range table.All() {
		awaitState(t, j, jobs.Blocked, "")
	}
	for _, j := range table.All() {
		all.Go(func() { expectLines(t, drain(t, j), 1, 2000) })
	}
	all.Wait()
	if n := m.most.Load(); n > quota || n < quota/2 {
		t.Errorf("at most %d bytes were on disk, the quota is %d", n, quota)
	}
}

// full is files of a disk that fails: it writes a part, and leaves it there.
type full struct {
	disk
	why atomic.Pointer[error] // nil is well
}

func (f *full) fail(err error) { f.why.Store(&err) }

func (f *full) WriteAt(path string, off int64, data []byte) error {
	why := f.why.Load()
	if why == nil {
		// A rest of a write that failed may be there: it is overwritten.
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = file.WriteAt(data, off)
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		file.WriteAt(data[:len(data)/2], off)
		file.Close()
	}
	return &os.PathError{Op: "write", Path: path, Err: *why}
}

// Each error of a disk is the state Blocked; the job goes on by itself when it is gone,
// and by receiving; no record is lost or doubled.
func TestDiskThatFails(t *testing.T) {
	for err, says := range map[error]string{
		syscall.ENOSPC: "is full (no space left on device); room on it is found within 30 seconds; receive-job 1 makes room",
		syscall.EDQUOT: "the user's quota on the disk of", syscall.EIO: "cannot be stored in", syscall.EROFS: "(read-only file system)",
		syscall.EMFILE: "too many open files", syscall.EFBIG: "file too large",
	} {
		t.Run(err.Error(), func(t *testing.T) {
			t.Parallel()
			s, f := newSpool(t, nil), &full{}
			s.files = f
			table := tableOf(t, s)
			f.fail(err)
			j := startWriter(t, table, 300)
			awaitState(t, j, jobs.Blocked, says)
			if s.Used() != 0 {
				t.Errorf("%d bytes are counted of what was not written", s.Used())
			}
			f.why.Store(nil)
			await(t, "the job goes on by itself", j.Done())
			if s.Used() == 0 {
				t.Error("nothing went to the disk")
			}
			expectLines(t, drain(t, j), 1, 300)
		})
		t.Run(err.Error()+" while one receives", func(t *testing.T) {
			t.Parallel()
			s, f := newSpool(t, nil), &full{}
			s.files = f
			f.fail(err)
			expectLines(t, drain(t, startWriter(t, tableOf(t, s), 300)), 1, 300)
		})
	}
}

// Where no directory can be made, all is kept in memory up to its limit; then the reason
// says both.
func TestNoDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := New(options(filepath.Join(file, "spool")))
	stream := jobs.NewStream(jobs.StreamOptions{Store: s.Stores(1, 1)[0], Memory: jobs.NewMemory(1)})
	long := strings.Repeat("x", 1<<20)
	for range 2 * jobs.DefaultStreamMemory >> 20 {
		if err := stream.Write(t.Context(), jobs.Out(long)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(takeAll(t, stream)); n != 2*jobs.DefaultStreamMemory>>20 {
		t.Errorf("%d records", n)
	}
	stream.Discard()
	j := startWriter(t, tableOf(t, s), 300)
	awaitState(t, j, jobs.Blocked, "fills its 2.0 KiB of memory (there is no spool on disk in ")
	expectLines(t, drain(t, j), 1, 300)
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
