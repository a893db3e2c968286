package builtin

import (
	"slices"
	"testing"
	"time"

	"marsh/jobs"
)

func TestCompareOrdersAllTypes(t *testing.T) {
	order := jobs.List{
		nil, false, true, int64(-1), 0.5, int64(1), int64(1<<62) + 1, int64(1<<62) + 2, time.Unix(1, 0), time.Unix(2, 0),
		"", "A", "a", "B", "b", jobs.List{int64(1)}, jobs.List{int64(1), "x"}, jobs.List{int64(2)}, jobs.NewMap("", "a", "1"), jobs.NewMap("", "b", "1"),
	}
	for i, a := range order {
		for j, b := range order {
			if got, want := compare(a, b), sign(i-j); got != want {
				t.Errorf("compare(%v, %v) = %d, want %d", a, b, got, want)
			}
		}
	}
	mixed := slices.Clone(order)
	slices.Reverse(mixed)
	slices.SortStableFunc(mixed, compare)
	if !jobs.Equal(mixed, order) {
		t.Errorf("sorted: %v", mixed)
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestEqual(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		a, b jobs.Value
		want bool
	}{
		{"Failed", "failed", true}, {"1", int64(1), true}, {int64(1), "1", true}, {int64(1), "one", false}, {1.0, int64(1), true},
		{true, "true", true}, {false, "$false", true}, {true, "yes", false}, {noon, "2026-03-01T12:00:00Z", true}, {noon, "noon", false},
		{nil, "", false}, {nil, nil, true}, {"", nil, false}, {[]byte("a"), []byte("a"), true}, {[]byte("a"), []byte("A"), false},
	} {
		if got := equal(c.a, c.b); got != c.want {
			t.Errorf("equal(%v, %v) = %v", c.a, c.b, got)
		}
	}
}

func TestPropertyOfARecord(t *testing.T) {
	r := jobs.Record{Value: jobs.NewMap("Job", "State", "Failed"), Host: "Server01"}
	for name, want := range map[string]jobs.Value{"state": "Failed", "pscomputername": "Server01", "none": nil} {
		if got := property(r, name); got != want {
			t.Errorf("property(%s) = %v, want %v", name, got, want)
		}
	}
	if got := property(jobs.Out("text"), "PSComputerName"); got != nil {
		t.Errorf("a value of this machine has PSComputerName %v", got)
	}
}
