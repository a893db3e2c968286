package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func nothing(context.Context, Script, Sink) error { return nil }

func TestTableNumbers(t *testing.T) {
	table := newTable(t)
	a, b := startJob(t, table, on("a", nothing)), startJob(t, table, on("a", nothing))
	for _, j := range []*Job{a, b} {
		await(t, "the end", j.Done())
	}
	if a.ID != 1 || a.Name != "Job1" || b.ID != 2 || a.InstanceID == b.InstanceID {
		t.Errorf("jobs %d %s, %d %s", a.ID, a.Name, b.ID, b.Name)
	}
	if err := table.Remove(b); err != nil {
		t.Fatal(err)
	}
	if c := startJob(t, table, on("a", nothing)); c.ID != 3 {
		t.Errorf("a number was used again: %d", c.ID)
	}
	if table.Find(2) != nil || table.FindInstance(b.InstanceID) != nil || table.Find(1) != a || table.FindInstance(a.InstanceID) != a || table.Find(99) != nil {
		t.Error("finds what is not there, or not what is")
	}
	if got := fmt.Sprint(ids(table)); got != "[1 3]" {
		t.Errorf("the jobs are %s", got)
	}
}

func ids(table *Table) (ids []int) {
	for _, j := range table.All() {
		ids = append(ids, j.ID)
	}
	return ids
}

func TestRemove(t *testing.T) {
	table, begun := newTable(t), make(chan struct{}, 1)
	j := startJob(t, table, on("a", endless(begun)))
	<-begun
	if err := table.Remove(j); !errors.Is(err, KindState) {
		t.Errorf("removing a running job: %v", err)
	}
	if got := table.Active(); len(got) != 1 || table.Find(1) != j {
		t.Errorf("active: %v", got)
	}
	stopAndCheck(t, j, Stopped, KindStopped)
	if len(table.Active()) != 0 {
		t.Error("a stopped job is active")
	}
	for range 2 { // twice is no harm
		if err := table.Remove(j); err != nil {
			t.Fatal(err)
		}
	}
}

// Removing frees what nobody has received.
func TestRemoveFrees(t *testing.T) {
	table := newTable(t)
	j := startJob(t, table, on("a", func(ctx context.Context, _ Script, out Sink) error { return out.Write(ctx, Out("x")) }))
	await(t, "the end", j.Done())
	if !j.HasMoreData() {
		t.Error("there is nothing to free")
	}
	if err := table.Remove(j); err != nil || j.HasMoreData() || len(taken(t, j.Tasks()[0].Stream(), 0)) > 0 {
		t.Errorf("it is still there (%v)", err)
	}
}

func TestTableClose(t *testing.T) {
	var ended atomic.Int64
	table := NewTable(func(j *Job) {
		if !j.State().Ended() {
			t.Errorf("told of a job that is %v", j.State())
		}
		ended.Add(1)
	}, Keep{})
	begun := make(chan struct{}, 10)
	for range 10 {
		startJob(t, table, on("a", endless(begun)))
	}
	if err := table.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ended.Load() != 10 || len(table.Active()) != 0 {
		t.Errorf("%d jobs ended, %d are active", ended.Load(), len(table.Active()))
	}
	if _, err := table.Start(Spec{Tasks: []TaskSpec{on("a", nothing)}}); !errors.Is(err, KindClosed) {
		t.Errorf("a closed table started a job: %v", err)
	}
}

func TestTableCloseCanBeGivenUp(t *testing.T) {
	table, gate, begun := NewTable(nil, Keep{}), make(chan struct{}), make(chan struct{})
	startJob(t, table, on("a", func(context.Context, Script, Sink) error { close(begun); <-gate; return nil }))
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := table.Close(ctx); !errors.Is(err, KindStopped) {
		t.Errorf("got %v", err)
	}
	close(gate)
	if err := table.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// Jobs are started, looked at, stopped and removed from many sides at once.
func TestTableOfMany(t *testing.T) {
	table := newTable(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				j, err := table.Start(Spec{Throttle: 1, Tasks: []TaskSpec{on("a", nothing), on("b", func(ctx context.Context, _ Script, out Sink) error {
					return out.Write(ctx, Out("x"))
				})}})
				if err != nil {
					t.Error(err)
					return
				}
				for _, k := range table.All() {
					k.Value()
				}
				if err := j.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				if err := table.Remove(j); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if left := ids(table); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// An ended job holds on to nothing of its host.
func TestEndedTaskLetsTheHostGo(t *testing.T) {
	j := startJob(t, newTable(t), on("a", nothing))
	await(t, "the end", j.Done())
	if j.Tasks()[0].spec.Open != nil {
		t.Error("the opener is kept")
	}
}

// 10,000 jobs of one task that writes one record, from start to removal.
func BenchmarkJobs10000(b *testing.B) {
	run := fakeHost(func(ctx context.Context, _ Script, out Sink) error { return out.Write(ctx, Out(int64(1))) })
	for b.Loop() {
		table := NewTable(nil, Keep{})
		for range 10_000 {
			if _, err := table.Start(Spec{Tasks: []TaskSpec{on("a", run)}}); err != nil {
				b.Fatal(err)
			}
		}
		for _, j := range table.All() {
			if err := j.Wait(b.Context()); err != nil {
				b.Fatal(err)
			}
			if err := table.Remove(j); err != nil {
				b.Fatal(err)
			}
		}
	}
}
