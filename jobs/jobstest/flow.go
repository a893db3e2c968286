package jobstest

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"marsh/jobs"
)

var flowTests = []test{
	{"StalledReaderStallsNobodyElse", testStalled},
	{"SinkThatRefuses", testRefusal},
	{"MuchOutput", testMuch},
}

// Enough lines of 1,000 bytes to fill every buffer on the way.
const flood = "local line = string.rep('x', 1000)\nfor i = 1, 20000 do emit(line) end"

func testStalled(t *testing.T, h jobs.Host) {
	open, reached := make(chan struct{}), make(chan struct{}, 1)
	var n atomic.Int64
	sink := func(ctx context.Context, _ jobs.Record) error {
		n.Add(1)
		select {
		case reached <- struct{}{}:
		default:
		}
		select {
		case <-open:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r := &running{}
	r.begin(t, h, jobs.Script{Text: flood}, jobs.SinkFunc(sink))
	select {
	case <-reached:
	case err := <-r.done:
		t.Fatalf("ended before a record came: %v", err)
	}
	for range 3 {
		expect(t, outputOf(t, h, jobs.Script{Text: "return ...", Args: jobs.List{"ok"}, Beside: true}), "ok")
	}
	close(open)
	if err := r.await(t); err != nil || n.Load() != 20_000 {
		t.Errorf("got %d records, and %v; want 20000", n.Load(), err)
	}
}

func testRefusal(t *testing.T, h jobs.Host) {
	var n atomic.Int64
	sink := func(context.Context, jobs.Record) error {
		if n.Add(1) > 10 {
			return jobs.ErrClosed
		}
		return nil
	}
	r := &running{}
	r.begin(t, h, jobs.Script{Text: "while true do emit('more') end"}, jobs.SinkFunc(sink))
	expectKind(t, r.await(t), jobs.KindClosed)
	expect(t, output(t, h, "return 1"), int64(1))
}

func testMuch(t *testing.T, h jobs.Host) {
	got := output(t, h, flood)
	if len(got) != 20_000 {
		t.Fatalf("got %d values, want 20000", len(got))
	}
	want := strings.Repeat("x", 1000)
	for i, v := range got {
		if v != want {
			t.Fatalf("value %d is %s", i+1, abbreviated(jobs.List{v}))
		}
	}
}
