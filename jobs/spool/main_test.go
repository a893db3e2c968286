package spool

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/remote/wire"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
	}
	goleak.VerifyTestMain(m)
}

// patience bounds each wait of the tests. It only passes when something hangs.
const patience = jobstest.Patience

func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("not within %v: %s", patience, what)
	}
}

func options(dir string) Options {
	return Options{Dir: dir, Encode: wire.AppendRecord, Decode: wire.DecodeRecord}
}

// newSpool makes a spool in a directory of its own, and checks at the end that nothing is
// left in it.
func newSpool(t testing.TB, change func(*Options)) *Spool {
	t.Helper()
	o := options(filepath.Join(t.TempDir(), "spool"))
	if change != nil {
		change(&o)
	}
	s := New(o)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		if left := filesIn(o.Dir); len(left) > 0 {
			t.Errorf("a closed spool leaves %v", left)
		}
	})
	return s
}

// filesIn returns the files and directories below a directory.
func filesIn(dir string) []string {
	var found []string
	filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && path != dir {
			found = append(found, path)
		}
		return nil
	})
	return found
}

// onDisk returns how many bytes the segments below a directory have.
func onDisk(dir string) int64 {
	var n int64
	for _, path := range filesIn(dir) {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
	}
	return n
}

func newStream(t testing.TB, s *Spool, limit int64) *jobs.Stream {
	t.Helper()
	stream := jobs.NewStream(jobs.StreamOptions{Limit: limit, Store: s.Stores(1, 1)[0]})
	t.Cleanup(stream.Discard)
	return stream
}

// line is the i-th of the records that tests write: of different lengths, and known.
func line(i int) string { return fmt.Sprintf("%d:%s", i, strings.Repeat("x", i*7%200)) }

// writeLines writes the records from first to last.
func writeLines(t testing.TB, s *jobs.Stream, first, last int) {
	t.Helper()
	for i := first; i <= last; i++ {
		if err := s.Write(t.Context(), jobs.Out(line(i))); err != nil {
			t.Fatal(err)
		}
	}
}

// takeAll takes what there is, a few records at a time.
func takeAll(t testing.TB, s *jobs.Stream) []jobs.Record {
	t.Helper()
	var all []jobs.Record
	for {
		records, err := s.Take(100)
		if err != nil {
			t.Fatal(err)
		}
		if len(records) == 0 {
			return all
		}
		all = append(all, records...)
	}
}

// expectLines checks that records are those from first to last, each once and in order.
func expectLines(t testing.TB, records []jobs.Record, first, last int) {
	t.Helper()
	if len(records) != last-first+1 {
		t.Fatalf("%d records, want %d", len(records), last-first+1)
	}
	for i, r := range records {
		if n := first + i; r.Seq != uint64(n) || r.Value != line(n) || r.Stream != jobs.Output {
			t.Fatalf("record %d is %+v", n, r)
		}
	}
}
