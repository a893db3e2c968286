package spool

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"marsh/jobs"
)

var soak = flag.Bool("soak", false, "run TestUnreadOfMany with 1,000 jobs of 10 MB, on 16 GB of disk")

// noise writes lines of random length and content, size bytes in all, and their checksum
// to sum.
type noise struct {
	text []byte // what lines are parts of
	seed uint64
	size int
	sum  hash.Hash
}

func (*noise) Name() string { return "localhost" }
func (n *noise) Run(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
	rng := rand.New(rand.NewPCG(n.seed, 0))
	for left := n.size; left > 0; {
		begin := rng.IntN(len(n.text) - 200)
		line := string(n.text[begin : begin+min(left, 1+rng.IntN(200))])
		io.WriteString(n.sum, line)
		if err := out.Write(ctx, jobs.Out(line)); err != nil {
			return err
		}
		left -= len(line)
	}
	return nil
}

// Many jobs write much that nobody reads: little of it is in memory, and every byte can
// be received afterwards.
func TestUnreadOfMany(t *testing.T) {
	count, size, budget := 100, 300_000, int64(1<<20)
	if *soak {
		count, size, budget = 1000, 10_000_000, jobs.DefaultMemory
	}
	s := newSpool(t, func(o *Options) { o.ShellQuota = 32 << 30 })
	memory := jobs.NewMemory(budget)
	table := jobs.NewTable(nil, jobs.Keep{Memory: memory, Spool: s})
	text := make([]byte, 64<<10)
	rand.NewChaCha8([32]byte{}).Read(text)
	begin := time.Now()
	noises := make([]*noise, count)
	for i := range noises {
		noises[i] = &noise{text: text, seed: uint64(i), size: size, sum: sha256.New()}
		_, err := table.Start(jobs.Spec{Tasks: []jobs.TaskSpec{{Open: func(context.Context) (jobs.Host, func(), error) { return noises[i], nil, nil }}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, j := range table.All() {
		<-j.Done()
	}
	written := time.Since(begin)
	if used := memory.Used(); used > budget {
		t.Errorf("%d bytes are in memory, %d are allowed", used, budget)
	}
	if used := s.Used(); used < int64(count*size)-budget-int64(count)*jobs.MinStreamMemory {
		t.Errorf("only %d bytes went to disk", used)
	}
	disk := s.Used()
	begin = time.Now()
	for i, j := range table.All() {
		receiveNoise(t, j, noises[i])
	}
	t.Logf("%d jobs of %d bytes: written in %v, received in %v; %d MB on disk, peak memory of the process %s",
		count, size, written.Round(time.Millisecond), time.Since(begin).Round(time.Millisecond), disk/1e6, peak())
	if *soak && peakBytes() > 300e6 {
		t.Errorf("the process had %s of memory", peak())
	}
	if err := table.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// receiveNoise receives what a job wrote, and compares the checksums.
func receiveNoise(t *testing.T, j *jobs.Job, n *noise) {
	if j.State() != jobs.Completed {
		t.Errorf("job %d is %v, %v", j.ID, j.State(), j.Tasks()[0].Reason())
	}
	sum, next, size := sha256.New(), uint64(1), 0
	for _, r := range takeAll(t, j.Tasks()[0].Stream()) {
		if r.Seq != next {
			t.Fatalf("job %d: record %d comes for %d", j.ID, r.Seq, next)
		}
		next++
		io.WriteString(sum, r.Value.(string))
		size += len(r.Value.(string))
	}
	if string(sum.Sum(nil)) != string(n.sum.Sum(nil)) {
		t.Errorf("job %d: what was received is not what was written: %d bytes of %d", j.ID, size, n.size)
	}
}

// peakBytes returns how much memory this process had resident at most.
func peakBytes() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if runtime.GOOS != "linux" || m == nil {
		return 0
	}
	kib, _ := strconv.ParseFloat(string(m[1]), 64)
	return kib * 1024
}

func peak() string { return fmt.Sprintf("%.0f MB", peakBytes()/1e6) }
