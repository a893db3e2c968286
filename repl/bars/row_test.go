package bars

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"marsh/jobs"
	"marsh/shell/format"
)

// told is a record of the progress stream.
func told(name string, id int64, pairs ...any) jobs.Record {
	m := jobs.NewMap(jobs.TypeProgress, "Activity", name, "Id", id)
	for i := 0; i < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1])
	}
	return jobs.Record{Stream: jobs.Progress, Value: m}
}

func from(host string, r jobs.Record) jobs.Record {
	r.Host = host
	return r
}

func boardOf(at time.Time, records ...jobs.Record) board {
	var b board
	for _, r := range records {
		b.set(r, at)
	}
	return b
}

func texts(rows []row) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.text)
	}
	return strings.Join(all, "\n")
}

func TestRows(t *testing.T) {
	half := "PercentComplete"
	for _, c := range []struct {
		name          string
		width, height int
		records       []jobs.Record
		want          []string
	}{
		{"a bar", 61, 24, []jobs.Record{told("copying", 0, "Status", "file 1", half, int64(50))}, []string{"copying: file 1                    [========>         ]  50%"}},
		{"begun and done", 41, 24, []jobs.Record{told("a", 0, half, int64(0)), told("b", 1, half, int64(100))}, []string{
			"a                     [           ]   0%",
			"b                     [===========] 100%"}},
		{"40 columns", 40, 24, []jobs.Record{told("a rather long activity", 0, "Status", "and a status", half, int64(7))}, []string{"a rather …: and a s… [>          ]   7%"}},
		{"wide", 40, 24, []jobs.Record{told("データベースのバックアップ", 0, half, int64(70))}, []string{"データベースのバッ…  [=======>   ]  70%"}},
		{"no room for a bar", 20, 24, []jobs.Record{told("copying files", 0, "Status", "x", half, int64(7))}, []string{"copying fi…: x   7%"}},
		{"no room for anything", 5, 24, []jobs.Record{told("copying", 0, half, int64(7))}, []string{"cop…"}},
		{"nothing known", 40, 24, []jobs.Record{told("copying", 0, "CurrentOperation", "file 2")}, []string{"copying: file 2, 1:01:05"}},
		{"time left", 40, 24, []jobs.Record{told("copying", 0, "SecondsRemaining", int64(65))}, []string{"copying: 1:05 left"}},
		{"of a machine", 40, 24, []jobs.Record{from("web1", told("copying", 0, "SecondsRemaining", int64(1))), from("web2", told("copying", 0, "SecondsRemaining", int64(2)))},
			[]string{"[web1] copying: 0:01 left", "[web2] copying: 0:02 left"}},
		{"parts", 40, 24, []jobs.Record{told("all", 0, "SecondsRemaining", int64(1)), told("next", 7, "SecondsRemaining", int64(1)), told("part", 1, "ParentId", int64(0), "SecondsRemaining", int64(1))},
			[]string{"all: 0:01 left", "  part: 0:01 left", "next: 0:01 left"}},
		{"parts of one another", 40, 24, []jobs.Record{told("a", 1, "ParentId", int64(2), "SecondsRemaining", int64(1)), told("b", 2, "ParentId", int64(1), "SecondsRemaining", int64(1)), told("c", 3, "ParentId", int64(3), "SecondsRemaining", int64(1))},
			[]string{"c: 0:01 left", "a: 0:01 left", "  b: 0:01 left"}},
		{"hostile", 80, 24, []jobs.Record{told("a\x1b[2J\nb\tc\u202e", 0, "Status", "\x9b\r", "SecondsRemaining", int64(1))}, []string{`a^[[2J b c\u202e: \x9b, 0:01 left`}},
		{"too many", 40, 3, []jobs.Record{told("a", 0), told("b", 1), told("c", 2)}, []string{"a: 1:01:05", "… and 2 more"}},
		{"a terminal of one row", 40, 1, []jobs.Record{told("a", 0), told("b", 1)}, []string{"… and 2 more"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			begin := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
			got := texts(newPainter(false).rows(boardOf(begin, c.records...), c.width, c.height, begin.Add(3665*time.Second)))
			if want := strings.Join(c.want, "\n"); got != want {
				t.Errorf("the rows are\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestRowsAreBounded(t *testing.T) {
	var b board
	for i := range int64(10 * maxKept) {
		b.set(told(fmt.Sprint(i), i), time.Time{})
	}
	if len(b) != maxKept {
		t.Errorf("%d activities are kept", len(b))
	}
	if n := len(newPainter(true).rows(b, 80, 1000, time.Time{})); n != MaxRows {
		t.Errorf("%d rows are shown", n)
	}
	for i := range int64(10 * maxKept) {
		b.set(told("", i, "Completed", true), time.Time{})
	}
	if len(b) != 0 {
		t.Errorf("%d activities are left", len(b))
	}
}

// Whatever is told, no row is as wide as the terminal, there are fewer than it has, and
// nothing in them drives it.
func FuzzRows(f *testing.F) {
	f.Add("copying", "half", "web", int64(50), int64(1), 40, 10)
	f.Add("\x1b[2J", "データ\n\t\r", "\x1b]0;x\a", int64(-1), int64(0), 1, 1)
	f.Add("e\u0301\u200d👩\u200d👩", "\xff\xfe", "", int64(100), int64(2), 33, 2)
	f.Fuzz(func(t *testing.T, name, status, host string, done, parent int64, width, height int) {
		width, height = 1+(width&0xff), 1+(height&0x3f)
		b := boardOf(time.Time{}, from(host, told(name, 1, "Status", status, "PercentComplete", done, "ParentId", parent)),
			told(status, 2, "ParentId", done), from(host, told(host, parent, "CurrentOperation", name)))
		rows := newPainter(false).rows(b, width, height, time.Time{}.Add(time.Hour))
		if len(rows) == 0 || height > 1 && len(rows) >= height {
			t.Errorf("%d rows on a terminal of %d", len(rows), height)
		}
		for _, r := range rows {
			if w := format.Width(r.text); w != r.width || w >= max(width, 2) {
				t.Errorf("%q takes %d columns, said %d, of %d", r.text, w, r.width, width)
			}
			if strings.ContainsFunc(r.text, unicode.IsControl) {
				t.Errorf("%q has control characters", r.text)
			}
		}
	})
}
