package spool

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"marsh/jobs"
)

// What is written comes back as it was, in order, from memory, disk and memory again.
func TestThroughTheDisk(t *testing.T) {
	s := newSpool(t, nil)
	stream := newStream(t, s, 1000)
	when := time.Date(2026, 11, 22, 16, 0, 0, 5, time.UTC)
	want := []jobs.Record{
		{Stream: jobs.Output, Value: "text", Time: when}, {Stream: jobs.ErrorStream, Value: jobs.NewMap("Error", "Message", "m"), Host: "Server01"},
		{Stream: jobs.Warning, Value: nil, HideHost: true, Host: "h"}, {Stream: jobs.Output, Value: jobs.List{int64(1), 2.5, true, []byte("b"), "caf\xe9", when}},
		{Stream: jobs.Information, Value: strings.Repeat("long", maxSegment)}, {Stream: jobs.Output, Value: ""},
	}
	for range 3 {
		for _, r := range want {
			if err := stream.Write(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s.Used() == 0 {
		t.Fatal("nothing went to the disk")
	}
	for i, got := range takeAll(t, stream) {
		r := want[i%len(want)]
		if got.Seq != uint64(i+1) || got.Stream != r.Stream || !jobs.Equal(got.Value, r.Value) || !got.Time.Equal(r.Time) || got.Host != r.Host || got.HideHost != r.HideHost {
			t.Errorf("record %d came back as %v %v %q", i+1, got.Seq, got.Stream, got.Host)
		}
	}
	if n := s.Used(); n != 0 || stream.Unread() != 0 {
		t.Errorf("%d bytes and %d records are left", n, stream.Unread())
	}
}

// model is what a stream has to be: a slice.
type model struct {
	t      *testing.T
	stream *jobs.Stream
	unread []int
	last   int
}

func (m *model) write(n int) {
	writeLines(m.t, m.stream, m.last+1, m.last+n)
	for range n {
		m.last++
		m.unread = append(m.unread, m.last)
	}
}

// take takes up to n records and puts the last of them back.
func (m *model) take(n, back int) {
	records, err := m.stream.Take(n)
	if err != nil || len(records) > n || len(records) == 0 && len(m.unread) > 0 {
		m.t.Fatalf("took %d of %d records, %v", len(records), n, err)
	}
	m.same(records, m.unread[:len(records)])
	keep := max(0, len(records)-back)
	m.stream.Untake(records[keep:])
	m.unread = m.unread[keep:]
}

// peek looks at all records behind some, n at a time.
func (m *model) peek(after uint64, n int) {
	i, _ := slices.BinarySearch(m.unread, int(after)+1)
	for want := m.unread[i:]; ; {
		records, err := m.stream.Peek(after, n)
		if err != nil || len(records) > n || len(records) == 0 && len(want) > 0 {
			m.t.Fatalf("looked at %d of %d records, %v", len(records), n, err)
		}
		if len(records) == 0 {
			return
		}
		m.same(records, want[:len(records)])
		after, want = records[len(records)-1].Seq, want[len(records):]
	}
}

func (m *model) same(records []jobs.Record, want []int) {
	m.t.Helper()
	for i, r := range records {
		if r.Seq != uint64(want[i]) || r.Value != line(want[i]) {
			m.t.Fatalf("got record %d, %.40q, want %d", r.Seq, r.Value, want[i])
		}
	}
}

// Random writes, takes, puttings back and looks, against a plain slice.
func TestAgainstAModel(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0))
			s := newSpool(t, func(o *Options) { o.JobQuota = 16 << (12 + rng.IntN(4)); o.ShellQuota = 1 << 30 })
			m := &model{t: t, stream: newStream(t, s, 1+rng.Int64N(20_000))}
			for range 300 {
				switch rng.IntN(6) {
				case 0, 1:
					if s.Used() < jobQuota(s)/2 {
						m.write(rng.IntN(100))
					}
				case 2, 3:
					n := 1 + rng.IntN(80)
					m.take(n, rng.IntN(n+1)*rng.IntN(2))
				case 4:
					m.peek(0, 20+rng.IntN(60))
				case 5:
					m.peek(uint64(rng.IntN(m.last+1)), 30+rng.IntN(600))
				}
				if got := m.stream.Unread(); got != len(m.unread) {
					t.Fatalf("%d records are unread, want %d", got, len(m.unread))
				}
			}
			for len(m.unread) > 0 {
				m.take(1000, 0)
			}
			if s.Used() != 0 {
				t.Errorf("%d bytes are left on disk", s.Used())
			}
		})
	}
}

// jobQuota returns the quota of a job.
func jobQuota(s *Spool) int64 {
	job, _ := s.Quotas()
	return job
}

// Several writers that are blocked now and then, takers that put back, and one who looks:
// each record comes once, and those who look see them in order.
func TestManyAtOnce(t *testing.T) {
	const writers, each, takers = 4, 3000, 2
	s := newSpool(t, func(o *Options) { o.JobQuota = 64 << 10 })
	stream := newStream(t, s, 3000)
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				if err := stream.Write(t.Context(), jobs.Out(jobs.List{int64(w), int64(i), line(i)})); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var mu sync.Mutex
	seen := map[string]int{}
	for k := range takers {
		reading.Go(func() { takeSome(t, stream, k, func(r jobs.Record) { count(&mu, seen, r) }) })
	}
	reading.Go(func() { lookOn(t, stream) })
	writing.Wait()
	stream.Close()
	reading.Wait()
	if len(seen) != writers*each {
		t.Errorf("%d different records came of %d", len(seen), writers*each)
	}
	for key, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", key, n)
		}
	}
}

func count(mu *sync.Mutex, seen map[string]int, r jobs.Record) {
	mu.Lock()
	defer mu.Unlock()
	l := r.Value.(jobs.List)
	seen[fmt.Sprint(l[0], "/", l[1])]++
}

// takeSome takes records to the end, and puts some of each batch back.
func takeSome(t *testing.T, stream *jobs.Stream, seed int, took func(jobs.Record)) {
	rng := rand.New(rand.NewPCG(uint64(seed), 1))
	for stream.More() {
		changed := stream.Changed()
		records, err := stream.Take(1 + rng.IntN(50))
		if err != nil {
			t.Error(err)
			return
		}
		keep := len(records) - rng.IntN(len(records)+1)*rng.IntN(2)
		stream.Untake(records[keep:])
		for _, r := range records[:keep] {
			took(r)
		}
		if len(records) == 0 && stream.More() {
			<-changed
		}
	}
}

// lookOn looks at records again and again, until there are no more.
func lookOn(t *testing.T, stream *jobs.Stream) {
	for stream.More() {
		seq := uint64(0)
		for {
			records, err := stream.Peek(seq, 64)
			if err != nil {
				t.Error(err)
				return
			}
			if len(records) == 0 {
				break
			}
			for _, r := range records {
				if r.Seq <= seq {
					t.Errorf("after record %d comes %d", seq, r.Seq)
				}
				seq = r.Seq
			}
		}
	}
}

// Modes of what is on disk, and what a removed task leaves.
func TestFilesArePrivate(t *testing.T) {
	s := newSpool(t, nil)
	stream := newStream(t, s, 1000)
	writeLines(t, stream, 1, 100)
	paths := append(filesIn(s.options.Dir), s.options.Dir)
	if len(paths) != 5 { // root, shell, lock, task, segment
		t.Errorf("there are %v", paths)
	}
	for _, path := range paths {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]os.FileMode{true: 0o700, false: 0o600}[info.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
	stream.Discard()
	if n := s.Used(); n != 0 || onDisk(s.options.Dir) != 0 {
		t.Errorf("a removed task leaves %d bytes in %v", n, filesIn(s.options.Dir))
	}
	if dirs, _ := filepath.Glob(filepath.Join(s.options.Dir, "*", "1.1")); len(dirs) != 0 {
		t.Errorf("it leaves %v", dirs)
	}
}
