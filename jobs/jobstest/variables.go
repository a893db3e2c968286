package jobstest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"marsh/jobs"
)

var variableTests = []test{
	{"VariablesAreShared", testShared},
	{"UsingCarriesValues", testUsing},
	{"BesideHasACopy", testBeside},
	{"RunsTakeTurns", testTurns},
	{"RunsBesideAtOnce", testManyBeside},
}

func testShared(t *testing.T, h jobs.Host) {
	expect(t, output(t, h, "x = 41"))
	expect(t, output(t, h, "return x + 1"), int64(42))
}

func testUsing(t *testing.T, h jobs.Host) {
	got := outputOf(t, h, jobs.Script{Text: "return $using:name", Using: jobs.NewMap("", "name", "Server\x80")})
	expect(t, got, "Server\x80")
}

func testBeside(t *testing.T, h jobs.Host) {
	output(t, h, "x = 1; t = {1}")
	got := outputOf(t, h, jobs.Script{Text: "local before = x; x = 2; t[1] = 2; emit(before, x, t[1])", Beside: true})
	expect(t, got, int64(1), int64(2), int64(2))
	expect(t, output(t, h, "emit(x, t[1])"), int64(1), int64(1))
}

func testTurns(t *testing.T, h jobs.Host) {
	const n = 40
	output(t, h, "n = 0")
	atOnce(t, n, func(int) error {
		return h.Run(t.Context(), jobs.Script{Text: "local before = n; for i = 1, 1000 do end; n = before + 1"}, new(Recorder))
	})
	expect(t, output(t, h, "return n"), int64(n))
}

func testManyBeside(t *testing.T, h jobs.Host) {
	atOnce(t, 32, func(i int) error {
		var out Recorder
		err := h.Run(t.Context(), jobs.Script{Text: "for i = 1, 100 do emit(...) end", Args: jobs.List{int64(i)}, Beside: true}, &out)
		return errors.Join(err, allAre(out.Records(), 100, int64(i)))
	})
}

func allAre(recs []jobs.Record, n int, want jobs.Value) error {
	if len(recs) != n {
		return fmt.Errorf("got %d records, want %d", len(recs), n)
	}
	for _, r := range recs {
		if r.Value != want {
			return fmt.Errorf("got %v in the run of %v", r.Value, want)
		}
	}
	return nil
}

// Calls f in n goroutines, and reports their errors.
func atOnce(t *testing.T, n int, f func(i int) error) {
	t.Helper()
	var wait sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wait.Go(func() { errs[i] = f(i) })
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}
