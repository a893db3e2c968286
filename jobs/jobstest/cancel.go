package jobstest

import (
	"context"
	"testing"
	"time"

	"marsh/jobs"
)

var cancelTests = []test{
	{"CancelBeforeRun", testCancelBefore},
	{"CancelLoop", func(t *testing.T, h jobs.Host) { testCancel(t, h, "while true do end") }},
	{"CancelSleep", func(t *testing.T, h jobs.Host) { testCancel(t, h, "start-sleep 600") }},
	{"CancelProgram", func(t *testing.T, h jobs.Host) { testCancel(t, h, "!sleep 600") }},
	{"CancelOutput", func(t *testing.T, h jobs.Host) { testCancel(t, h, "while true do emit('more') end") }},
	{"CancelWhileWaitingForTheTurn", testCancelWaiting},
}

func testCancelBefore(t *testing.T, h jobs.Host) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	expectKind(t, h.Run(ctx, jobs.Script{Text: "cancelled = true"}, new(Recorder)), jobs.KindStopped)
	expect(t, output(t, h, "return cancelled == nil"), true)
}

// Cancels a run that has begun. What it wrote is kept, and the host can be used again.
func testCancel(t *testing.T, h jobs.Host, text string) {
	r := start(t, h, jobs.Script{Text: "emit('begun')\n" + text})
	r.awaitRecord(t)
	r.cancel()
	expectKind(t, r.await(t), jobs.KindStopped)
	if recs := r.out.Records(); recs[0].Value != "begun" {
		t.Errorf("the first record is %v", recs[0].Value)
	}
	expect(t, output(t, h, "return 1"), int64(1))
}

func testCancelWaiting(t *testing.T, h jobs.Host) {
	first := start(t, h, jobs.Script{Text: "emit('begun')\nstart-sleep 600"})
	first.awaitRecord(t)
	second := start(t, h, jobs.Script{Text: "ran = true"})
	second.cancel()
	expectKind(t, second.await(t), jobs.KindStopped)
	first.cancel()
	expectKind(t, first.await(t), jobs.KindStopped)
	expect(t, output(t, h, "return ran == nil"), true)
}

// A running is a Run in a goroutine of its own.
type running struct {
	out    Recorder
	cancel context.CancelFunc
	done   chan error
}

// Starts s on h. It is cancelled and waited for at the end of the test, at the latest.
func start(t *testing.T, h jobs.Host, s jobs.Script) *running {
	r := &running{}
	r.begin(t, h, s, &r.out)
	return r
}

func (r *running) begin(t *testing.T, h jobs.Host, s jobs.Script, out jobs.Sink) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	r.cancel, r.done = cancel, make(chan error, 1)
	go func() {
		defer close(ended)
		r.done <- h.Run(ctx, s, out)
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(Patience):
			t.Errorf("%s: was cancelled and did not end within %v", s.Text, Patience)
		}
	})
}

func (r *running) awaitRecord(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	if !r.out.Wait(ctx, 1) {
		t.Fatalf("nothing was written within %v", Patience)
	}
}

func (r *running) await(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.done:
		return err
	case <-time.After(Patience):
		t.Fatalf("did not end within %v", Patience)
		return nil
	}
}
