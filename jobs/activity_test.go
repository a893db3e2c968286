package jobs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func progress(name string, id int64, pairs ...any) Record {
	m := NewMap(TypeProgress, "Activity", name, "Id", id)
	for i := 0; i < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1])
	}
	return Record{Stream: Progress, Value: m}
}

// What is told of an activity last is kept until it is over, and no record of it.
func TestStreamKeepsActivities(t *testing.T) {
	s := NewStream(StreamOptions{})
	write := func(r Record) {
		t.Helper()
		if err := s.Write(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want string) {
		t.Helper()
		var got []string
		for _, a := range s.Activities() {
			got = append(got, fmt.Sprintf("%s%d:%s %d%%", a.Host, a.ID, a.Name, a.Percent))
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("the activities are %q, want %q", text, want)
		}
	}
	check("")
	write(progress("a", 0))
	write(Out("value"))
	write(progress("b", 1, "PercentComplete", int64(10)))
	write(progress("a2", 0, "PercentComplete", 50.0))
	far := progress("far", 1)
	far.Host = "web"
	write(far)
	check("0:a2 50%, 1:b 10%, web1:far -1%")
	write(progress("", 1, "Completed", true))
	write(progress("never begun", 9, "Completed", true))
	check("0:a2 50%, web1:far -1%")
	if n := s.Unread(); n != 1 {
		t.Errorf("%d records are unread, want the value alone", n)
	}
	if s.Last() != 1 {
		t.Errorf("the last record is number %d: progress was counted", s.Last())
	}
	s.Close()
	check("0:a2 50%, web1:far -1%")
	if err := s.Write(t.Context(), progress("late", 0)); !errors.Is(err, KindClosed) {
		t.Errorf("progress of a closed stream is %v", err)
	}
	s.Discard()
	check("")
}

// However many there are, a bounded number is kept, of bounded size, and nobody waits.
func TestActivitiesAreBounded(t *testing.T) {
	s := NewStream(StreamOptions{Limit: 1})
	long := strings.Repeat("x", 100_000)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range int64(20 * MaxActivities) {
		if err := s.Write(ctx, progress(long, i, "Status", long, "CurrentOperation", List{long})); err != nil {
			t.Fatal(err)
		}
	}
	kept := s.Activities()
	if len(kept) != MaxActivities || kept[MaxActivities-1].ID != 20*MaxActivities-1 {
		t.Fatalf("%d activities are kept, to number %d", len(kept), kept[len(kept)-1].ID)
	}
	for _, a := range kept {
		if len(a.Name) > maxProgressText || len(a.Status) > maxProgressText || a.Operation != "" {
			t.Fatalf("an activity of %d, %d and %d bytes is kept", len(a.Name), len(a.Status), len(a.Operation))
		}
	}
}

// Whatever a record of the progress stream holds is read within bounds, and what was read
// reads the same again.
func FuzzActivityOf(f *testing.F) {
	f.Add("copying", "half", 50.0, int64(3), "3.1", "web", true)
	f.Add("\xff", strings.Repeat("é", 400), math.NaN(), int64(math.MinInt64), "", "", false)
	f.Add("", "", math.Inf(1), int64(-1), "", "", false)
	f.Fuzz(func(t *testing.T, name, status string, number float64, id int64, source, host string, done bool) {
		r := progress(name, id, "Status", status, "PercentComplete", number, "SecondsRemaining", number, "ParentId", id, "Source", source, "Completed", done)
		r.Host = host
		a := ActivityOf(r)
		if len(a.Name) > maxProgressText || len(a.Status) > maxProgressText || len(a.Source) > maxProgressText {
			t.Errorf("%+v is too long", a)
		}
		if a.Percent < Unknown || a.Percent > 100 || a.Seconds < Unknown || a.Seconds > maxSeconds || a.Parent < Unknown {
			t.Errorf("%+v is out of bounds", a)
		}
		if len(name) > maxProgressText && utf8.ValidString(name) && !strings.HasPrefix(name, a.Name) {
			t.Errorf("%q was cut to %q", name, a.Name)
		}
		if again := ActivityOf(a.Record()); again != a {
			t.Errorf("%+v reads as %+v", a, again)
		}
	})
}

// Progress of no known form is the name of an activity.
func TestActivityOfAnything(t *testing.T) {
	for _, v := range []Value{nil, "text", int64(5), List{"a"}, (*Map)(nil), NewMap("")} {
		a := ActivityOf(Record{Stream: Progress, Value: v})
		if a.Percent != Unknown || a.Seconds != Unknown || a.Parent != Unknown || a.Completed {
			t.Errorf("%v is %+v", v, a)
		}
	}
	if a := ActivityOf(Record{Stream: Progress, Value: "text"}); a.Name != "text" {
		t.Errorf("a text is %+v", a)
	}
}
