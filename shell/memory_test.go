package shell_test

import (
	"context"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/builtin"
)

// sampleHeap passes values on, and looks at the heap after every so many.
type sampleHeap struct {
	Every int `param:"pos=0,required"`
}

// Run passes the values on.
func (s *sampleHeap) Run(c *shell.Call) error {
	n := 0
	for r, ok := c.Next(); ok; r, ok = c.Next() {
		if n++; n%s.Every == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			if err := c.Write(jobs.Record{Stream: jobs.Verbose, Value: int64(m.HeapAlloc)}); err != nil {
				return err
			}
		}
		if err := c.Write(r); err != nil {
			return err
		}
	}
	return nil
}

// A file of any size goes through a pipeline in constant memory: 102 MB here, of which
// no more than 24 are ever held.
func TestPipelineInConstantMemory(t *testing.T) {
	w := &world{t: t, dir: t.TempDir()}
	commands := append(builtin.Commands(), shell.Define[sampleHeap](shell.Doc{Name: "sample-heap"}))
	w.shell = shell.New(shell.Options{Commands: shell.NewCommandSet(commands), Dir: w.dir})
	t.Cleanup(func() { w.shell.Close(context.Background()) })
	if err := syscall.Mkfifo(w.path("big.log"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.program("writer", `yes "$(head -c 32000 /dev/zero | tr '\0' x) ERROR" | head -n 3200 > big.log`)
	b := w.start(`$j = start-job { ./writer }
write-output begin | sample-heap 1 | out-null
get-content big.log | sample-heap 200 | where { it:match "ERROR" } | measure-object
receive-job $j -wait`)
	if err := b.wait(); err != nil {
		t.Fatal(err)
	}
	var heap []int64
	for _, r := range b.out.Records() {
		switch v := r.Value.(type) {
		case int64:
			heap = append(heap, v)
		case *jobs.Map:
			if v.Int("Count") != 3200 {
				t.Errorf("counted %s", jobs.Text(v))
			}
		}
	}
	if len(heap) != 17 {
		t.Fatalf("%d samples, want 17", len(heap))
	}
	const most = 24 << 20
	if grown := slices.Max(heap) - heap[0]; grown > most {
		t.Errorf("the heap grew by %d bytes, want at most %d", grown, most)
	} else {
		t.Logf("the heap grew by %d bytes at most", grown)
	}
}

// The programs before a command that has had enough are gone when the line returns.
func TestEnoughEndsTheProgram(t *testing.T) {
	w := newWorld(t)
	for _, script := range []string{"!yes | select-object -first 3", "yes | cat | select-object -first 3", "yes | foreach { it } | cat | select-object -first 3"} {
		if got := w.run(script); got != "\"y\"\n\"y\"\n\"y\"\n" {
			t.Errorf("%s: %s", script, got)
		}
		w.nothingRuns()
	}
}
