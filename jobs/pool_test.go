package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func poolOf(t *testing.T, table *Table, name string, limit int) *Pool {
	t.Helper()
	p, err := table.Pool(name, limit)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Starts a job of one task in a pool.
func startIn(t *testing.T, table *Table, p *Pool, h fakeHost) *Job {
	t.Helper()
	j, err := table.Start(Spec{Type: BackgroundJob, Pool: p, Tasks: []TaskSpec{on("a", h)}})
	if err != nil {
		t.Error(err) // also from other goroutines
	}
	return j
}

// Waits as a job does that waits for another one.
func waitWithin(ctx context.Context, j *Job) error {
	defer GiveWay(ctx)()
	return j.Wait(ctx)
}

// So many run, in the order in which they were started, and the rest is NotStarted.
func TestPool(t *testing.T) {
	table := newTable(t)
	p := poolOf(t, table, "P", 2)
	gate, order := make(chan struct{}), make(chan int, 6)
	var all []*Job
	for i := range 6 {
		all = append(all, startIn(t, table, p, func(context.Context, Script, Sink) error { order <- i; <-gate; return nil }))
	}
	for i, j := range all {
		if want := []State{Running, NotStarted}[min(i/2, 1)]; j.State() != want {
			t.Errorf("job %d is %v, want %v", j.ID, j.State(), want)
		}
	}
	running := map[int]bool{<-order: true, <-order: true}
	if !running[0] || !running[1] {
		t.Errorf("those that run: %v", running)
	}
	for want := 2; want < 6; want++ {
		gate <- struct{}{}
		if got := <-order; got != want {
			t.Errorf("job %d began, want %d", got, want)
		}
	}
	close(gate)
	for _, j := range all {
		await(t, "the end", j.Done())
	}
	if v, _ := all[0].Value().Get("Pool"); v != "P" || p.used != 0 {
		t.Errorf("pool %v, %d places are taken", v, p.used)
	}
}

// Never more than the limit run, however many wait for others of the pool within.
func TestPoolOfNestedJobs(t *testing.T) {
	for limit := 1; limit <= 3; limit++ {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			table := newTable(t)
			p := poolOf(t, table, "p", limit)
			var running, most, ended atomic.Int64
			enter := func() {
				n := running.Add(1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
			}
			var nested func(depth int) fakeHost
			nested = func(depth int) fakeHost {
				return func(ctx context.Context, _ Script, _ Sink) error {
					enter()
					defer ended.Add(1)
					defer running.Add(-1)
					for range 2 {
						if depth == 0 {
							continue
						}
						j := startIn(t, table, p, nested(depth-1))
						running.Add(-1)
						err := waitWithin(ctx, j)
						enter()
						if err != nil {
							return err
						}
					}
					return nil
				}
			}
			var tops []*Job
			for range 5 {
				tops = append(tops, startIn(t, table, p, nested(3)))
			}
			for _, j := range tops {
				await(t, "the end", j.Done())
			}
			if ended.Load() != 5*15 || most.Load() > int64(limit) || p.used != 0 {
				t.Errorf("%d ended, %d ran at once, %d places are taken", ended.Load(), most.Load(), p.used)
			}
		})
	}
}

// A job in one pool waits for one in another, which waits for one in the first.
func TestPoolsThatWaitForOneAnother(t *testing.T) {
	table := newTable(t)
	a, b := poolOf(t, table, "a", 1), poolOf(t, table, "b", 1)
	inner := startsIn(t, table, a, nothing)
	j := startIn(t, table, a, startsIn(t, table, b, inner))
	await(t, "the end", j.Done())
	if j.State() != Completed {
		t.Errorf("%v: %v", j.State(), j.Tasks()[0].Reason())
	}
}

// Returns a host that starts a job in the pool, and waits for it.
func startsIn(t *testing.T, table *Table, p *Pool, h fakeHost) fakeHost {
	return func(ctx context.Context, _ Script, _ Sink) error { return waitWithin(ctx, startIn(t, table, p, h)) }
}

// Several wait on behalf of one job: it has its place again when the last is done.
func TestPoolSeveralWaitsOfOneJob(t *testing.T) {
	table := newTable(t)
	p := poolOf(t, table, "p", 1)
	j := startIn(t, table, p, func(ctx context.Context, _ Script, _ Sink) error {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					if err := waitWithin(ctx, startIn(t, table, p, nothing)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.used != 1 {
			t.Errorf("%d places are taken", p.used)
		}
		return nil
	})
	await(t, "the end", j.Done())
}

// Stopping a job that waits for its place, the first or one given away, ends it.
func TestStopInAPool(t *testing.T) {
	table, begun, back := newTable(t), make(chan struct{}, 3), make(chan struct{})
	p := poolOf(t, table, "p", 1)
	away := startIn(t, table, p, func(ctx context.Context, _ Script, _ Sink) error {
		again := GiveWay(ctx)
		<-back
		again()
		return context.Cause(ctx)
	})
	holder := startIn(t, table, p, endless(begun))
	<-begun
	queued := startIn(t, table, p, endless(begun))
	close(back)
	stopAndCheck(t, queued, Stopped, KindNeverStarted)
	stopAndCheck(t, away, Stopped, KindStopped)
	stopAndCheck(t, holder, Stopped, KindStopped)
	await(t, "the end of the next", startIn(t, table, p, nothing).Done())
}

// A larger limit lets more run at once; names are the same in any letter case.
func TestPoolLimit(t *testing.T) {
	table, begun := newTable(t), make(chan struct{}, 3)
	p := poolOf(t, table, "Pool", 1)
	for range 3 {
		startIn(t, table, p, endless(begun))
	}
	<-begun
	if q := poolOf(t, table, "pOOL", 3); q != p || p.Limit() != 3 {
		t.Errorf("another pool, or a limit of %d", p.Limit())
	}
	<-begun
	<-begun
	if poolOf(t, table, "pool", 0); p.Limit() != 3 || poolOf(t, table, "new", 0).Limit() != DefaultPool {
		t.Error("0 changed the limit, or is not the default of a new pool")
	}
	for i := 2; i < MaxPools; i++ {
		poolOf(t, table, fmt.Sprint(i), 1)
	}
	if _, err := table.Pool("one more", 1); !errors.Is(err, KindLimit) {
		t.Errorf("got %v", err)
	}
}

// What waits and is no job of a pool has nothing to give away.
func TestGiveWayOfOthers(t *testing.T) {
	GiveWay(t.Context())()
	table := newTable(t)
	j := startJob(t, table, on("a", func(ctx context.Context, _ Script, _ Sink) error {
		GiveWay(ctx)()
		return nil
	}))
	await(t, "the end", j.Done())
}
