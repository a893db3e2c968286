package jobstest

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"marsh/jobs"
)

// Patience bounds each wait of the suite, and of other tests. It only passes when
// something hangs, however slow the machine is; it is below the ten minutes that go test
// gives a package, so that what hangs is named.
const Patience = 5 * time.Minute

// TestHost runs the contract suite. Each subtest calls open for a host of its own, which
// nobody else uses and whose variables are its own; open registers its clean-up with t.
func TestHost(t *testing.T, open func(t *testing.T) jobs.Host) {
	for _, group := range [][]test{valueTests, errorTests, variableTests, cancelTests, flowTests, programTests} {
		for _, test := range group {
			t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
		}
	}
}

type test struct {
	name string
	run  func(t *testing.T, h jobs.Host)
}

// Runs s on h with patience, and returns what it wrote.
func run(t *testing.T, h jobs.Host, s jobs.Script) ([]jobs.Record, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	var out Recorder
	err := h.Run(ctx, s, &out)
	if ctx.Err() != nil {
		t.Fatalf("%s: did not end within %v", s.Text, Patience)
	}
	return out.Records(), err
}

// Runs text on h, which must succeed, and returns the values of its output stream.
func output(t *testing.T, h jobs.Host, text string, args ...jobs.Value) jobs.List {
	t.Helper()
	return outputOf(t, h, jobs.Script{Text: text, Args: args})
}

func outputOf(t *testing.T, h jobs.Host, s jobs.Script) jobs.List {
	t.Helper()
	recs, err := run(t, h, s)
	if err != nil {
		t.Fatalf("%s: %v", s.Text, err)
	}
	return values(recs, jobs.Output)
}

func values(recs []jobs.Record, stream jobs.StreamKind) jobs.List {
	var out jobs.List
	for _, r := range recs {
		if r.Stream == stream {
			out = append(out, r.Value)
		}
	}
	return out
}

func expect(t *testing.T, got jobs.List, want ...jobs.Value) {
	t.Helper()
	if !jobs.Equal(got, jobs.List(want)) {
		t.Errorf("got %s, want %s", abbreviated(got), abbreviated(want))
	}
}

func abbreviated(l jobs.List) string {
	s := jobs.Text(l)
	if len(s) > 500 {
		s = s[:500] + "…"
	}
	return strconv.Quote(s)
}

// Checks that err is of a kind, and returns it.
func expectKind(t *testing.T, err error, kind jobs.Kind) *jobs.Error {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v (%T), want an error of kind %v", err, err, kind)
	}
	e, ok := errors.AsType[*jobs.Error](err)
	if !ok {
		t.Fatalf("got a %T, want a *jobs.Error", err)
	}
	return e
}
