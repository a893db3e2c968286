package remote_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/remote"
	"marsh/remote/wire"
)

// A sink that says when the first record came.
type notice struct {
	collector
	once  sync.Once
	first chan struct{}
}

func newNotice() *notice { return &notice{first: make(chan struct{})} }

func (n *notice) Write(ctx context.Context, r jobs.Record) error {
	defer n.once.Do(func() { close(n.first) })
	return n.collector.Write(ctx, r)
}

func TestManyAtOnce(t *testing.T) {
	s := connect(t, farHost)
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() {
			var c collector
			err := s.Run(t.Context(), jobs.Script{Text: fmt.Sprintf("count %d", 100*i)}, &c)
			if err != nil || len(c.records()) != 100*i {
				t.Errorf("run %d: %d records, %v", i, len(c.records()), err)
			}
			for j, r := range c.records() {
				if r.Seq != uint64(j+1) || r.Value != int64(j+1) {
					t.Errorf("run %d: record %d is %v", i, j+1, r)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestHugeRecords(t *testing.T) {
	s := connect(t, farHost)
	var wait sync.WaitGroup
	for i := range 4 { // several at once, there and back
		wait.Go(func() {
			v := strings.Repeat(fmt.Sprint(i), 3<<20)
			recs, err := run(t, s, jobs.Script{Text: "echo", Args: jobs.List{v, "small", v}})
			if err != nil || len(recs) != 3 || recs[0].Value != v || recs[1].Value != "small" || recs[2].Value != v {
				t.Errorf("run %d: %d records, %v", i, len(recs), err)
			}
		})
	}
	wait.Wait()
}

// More huge records than the session has places for, and no reader takes one at first: some
// wait, and in the end all arrive.
func TestManyHugeRecords(t *testing.T) {
	const places, runs = 16, 40
	big := strings.Repeat("x", 600<<10)
	s := connect(t, hostFunc(func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
		return out.Write(ctx, jobs.Out(big))
	}))
	open, reached := make(chan struct{}), make(chan struct{}, runs)
	var wait sync.WaitGroup
	for range runs {
		wait.Go(func() {
			n := 0
			err := s.Run(t.Context(), jobs.Script{}, jobs.SinkFunc(func(_ context.Context, r jobs.Record) error {
				reached <- struct{}{}
				<-open
				if n++; r.Value != big {
					t.Error("a huge record was damaged")
				}
				return nil
			}))
			if err != nil || n != 1 {
				t.Errorf("%d records, %v", n, err)
			}
		})
	}
	for range places {
		<-reached
	}
	close(open)
	wait.Wait()
}

// A reader that goes away gives back the place of its huge record.
func TestHugeRecordAbandoned(t *testing.T) {
	big := jobs.List{strings.Repeat("x", 600<<10)}
	s := connect(t, farHost)
	for range 40 {
		err := s.Run(t.Context(), jobs.Script{Text: "echo", Args: big}, jobs.SinkFunc(func(context.Context, jobs.Record) error {
			return jobs.ErrClosed
		}))
		expectKind(t, err, jobs.KindClosed)
	}
	if recs, err := run(t, s, jobs.Script{Text: "echo", Args: big}); err != nil || len(recs) != 1 {
		t.Errorf("%d records, %v", len(recs), err)
	}
}

func TestTooLarge(t *testing.T) {
	s := connect(t, hostFunc(func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
		return out.Write(ctx, jobs.Out(strings.Repeat("x", wire.MaxMessage)))
	}))
	_, err := run(t, s, jobs.Script{})
	expectKind(t, err, jobs.KindLimit, "in parts")
	_, err = run(t, s, jobs.Script{Text: strings.Repeat("x", wire.MaxMessage)})
	expectKind(t, err, jobs.KindLimit, "larger")
}

func TestCancel(t *testing.T) {
	ended := make(chan error, 1)
	s := connect(t, hostFunc(func(ctx context.Context, sc jobs.Script, out jobs.Sink) error {
		err := farHost(ctx, sc, out)
		ended <- ctx.Err()
		return err
	}))
	for _, text := range []string{"sleep", "flood"} {
		ctx, cancel := context.WithCancel(t.Context())
		out := newNotice()
		done := goRun(ctx, s, jobs.Script{Text: text}, out)
		<-out.first
		cancel()
		expectKind(t, <-done, jobs.KindStopped)
		if err := <-ended; err == nil {
			t.Errorf("%s: the far run ended by itself", text)
		}
	}
	if _, err := run(t, s, jobs.Script{Text: "echo"}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// What a run wrote before it was cancelled is handed over.
func TestCancelKeepsOutput(t *testing.T) {
	wrote := make(chan struct{})
	s := connect(t, hostFunc(func(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
		for i := range 1000 {
			out.Write(ctx, jobs.Out(int64(i)))
		}
		close(wrote)
		<-ctx.Done()
		out.Write(context.WithoutCancel(ctx), jobs.Out("last words"))
		return context.Cause(ctx)
	}))
	ctx, cancel := context.WithCancel(t.Context())
	var c collector
	done := goRun(ctx, s, jobs.Script{}, &c)
	<-wrote
	cancel()
	expectKind(t, <-done, jobs.KindStopped)
	if recs := c.records(); len(recs) != 1001 || recs[1000].Value != "last words" {
		t.Errorf("%d records were handed over, want 1001", len(recs))
	}
}

// A stop with a grace of its own has it at the other end, too.
func TestCancelWithGrace(t *testing.T) {
	begun, got := make(chan struct{}), make(chan time.Duration, 1)
	s := connect(t, hostFunc(func(ctx context.Context, _ jobs.Script, _ jobs.Sink) error {
		close(begun)
		<-ctx.Done()
		got <- jobs.Grace(ctx, -1)
		return context.Cause(ctx)
	}))
	ctx, cancel := context.WithCancelCause(t.Context())
	done := goRun(ctx, s, jobs.Script{}, discard{})
	<-begun
	cancel(jobs.StoppedWithin(1250 * time.Millisecond))
	expectKind(t, <-done, jobs.KindStopped)
	if g := <-got; g != 1250*time.Millisecond {
		t.Errorf("the grace there is %v", g)
	}
}

// What could not be ended at the other end is said.
func TestCancelThatLeavesSomething(t *testing.T) {
	begun := make(chan struct{})
	s := connect(t, hostFunc(func(ctx context.Context, _ jobs.Script, _ jobs.Sink) error {
		close(begun)
		<-ctx.Done()
		return jobs.Errorf(jobs.KindState, "still running: 7 (dd)")
	}))
	ctx, cancel := context.WithCancel(t.Context())
	done := goRun(ctx, s, jobs.Script{}, discard{})
	<-begun
	cancel()
	expectKind(t, <-done, jobs.KindState, "7 (dd)")
}

// Run returns although the far side does not answer its Cancel.
func TestCancelOfSilentAgent(t *testing.T) {
	opt := options()
	opt.Grace = 20 * time.Millisecond
	s, agent := session(t, opt)
	ctx, cancel := context.WithCancel(t.Context())
	done := goRun(ctx, s, jobs.Script{Text: "x"}, discard{})
	f := agent.await(t, wire.Run)
	cancel()
	for _, want := range []bool{false, true} { // asked, then told that nobody waits
		c := agent.await(t, wire.Cancel)
		if got, err := wire.DecodeBool(c.Payload); got != want || err != nil || c.Run != f.Run {
			t.Errorf("got Cancel(%v) of run %d, %v", got, c.Run, err)
		}
	}
	expectKind(t, <-done, jobs.KindStopped, "Server01", "confirm")
	if s.State() != remote.Opened || s.Busy() {
		t.Errorf("state %v, busy %v", s.State(), s.Busy())
	}
}

func TestDeadline(t *testing.T) {
	s := connect(t, farHost)
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, jobs.Errorf(jobs.KindTimeout, "took too long"))
	defer cancel()
	expectKind(t, s.Run(ctx, jobs.Script{Text: "sleep"}, discard{}), jobs.KindTimeout, "took too long")
}

func TestSinkRefuses(t *testing.T) {
	ended := make(chan struct{})
	s := connect(t, hostFunc(func(ctx context.Context, sc jobs.Script, out jobs.Sink) error {
		defer close(ended)
		return farHost(ctx, sc, out)
	}))
	refused := errors.New("enough")
	n := 0
	sink := jobs.SinkFunc(func(context.Context, jobs.Record) error {
		if n++; n > 5 {
			return refused
		}
		return nil
	})
	if err := s.Run(t.Context(), jobs.Script{Text: "flood"}, sink); err != refused {
		t.Errorf("got %v, want the sink's error", err)
	}
	<-ended
}

// A reader that takes nothing holds up its own run only, and the far side waits for it.
func TestStalledReader(t *testing.T) {
	s := connect(t, farHost)
	open, reached := make(chan struct{}), make(chan struct{})
	var once sync.Once
	ctx, cancel := context.WithCancel(t.Context())
	stalled := goRun(ctx, s, jobs.Script{Text: "flood"}, jobs.SinkFunc(func(context.Context, jobs.Record) error {
		once.Do(func() { close(reached) })
		<-open
		return nil
	}))
	<-reached
	for range 20 {
		if recs, err := run(t, s, jobs.Script{Text: "count 20000", Beside: true}); err != nil || len(recs) != 20_000 {
			t.Fatalf("%d records, %v", len(recs), err)
		}
	}
	cancel()
	close(open)
	expectKind(t, <-stalled, jobs.KindStopped)
}

// The far side is not more than a window and two batches ahead of a stalled reader.
func TestBackPressure(t *testing.T) {
	const size = 1000
	s, blocked := connectBlocking(t, size)
	open, reached := make(chan struct{}), make(chan struct{})
	var once sync.Once
	done := goRun(t.Context(), s, jobs.Script{}, jobs.SinkFunc(func(context.Context, jobs.Record) error {
		once.Do(func() { close(reached) })
		<-open
		return nil
	}))
	<-reached
	written := <-blocked
	if limit := 512<<10 + 4*wire.MaxPayload; written*size > limit {
		t.Errorf("the far side is %d bytes ahead, more than %d", written*size, limit)
	}
	close(open)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A session to a host that writes until it would have to wait, and says how many records
// that were.
func connectBlocking(t *testing.T, size int) (*pair, <-chan int) {
	blocked := make(chan int, 1)
	line := jobs.Out(strings.Repeat("x", size))
	return connect(t, hostFunc(func(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
		for n := 0; ; n++ {
			short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			err := out.Write(short, line)
			cancel()
			if err != nil {
				blocked <- n
				return nil
			}
			if n > 1<<20 {
				return errors.New("a gigabyte was written to a reader that takes nothing")
			}
		}
	})), blocked
}

func TestBusy(t *testing.T) {
	s := connect(t, farHost)
	ctx, cancel := context.WithCancel(t.Context())
	beside, turn := newNotice(), newNotice()
	first := goRun(ctx, s, jobs.Script{Text: "sleep", Beside: true}, beside)
	<-beside.first
	if s.Busy() || s.Availability() != "Available" {
		t.Errorf("a run beside makes the session %s", s.Availability())
	}
	second := goRun(ctx, s, jobs.Script{Text: "sleep"}, turn)
	<-turn.first
	if !s.Busy() || s.Availability() != "Busy" {
		t.Errorf("a run leaves the session %s", s.Availability())
	}
	cancel()
	<-first
	<-second
	if s.Busy() {
		t.Error("the session stays busy")
	}
}

func TestTooManyRuns(t *testing.T) {
	s := connect(t, farHost)
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for range 1024 {
		out := newNotice()
		wait.Go(func() { s.Run(ctx, jobs.Script{Text: "sleep"}, out) })
		<-out.first
	}
	_, err := run(t, s, jobs.Script{Text: "echo"})
	expectKind(t, err, jobs.KindLimit, "Server01", "1024")
	cancel()
	wait.Wait()
}
