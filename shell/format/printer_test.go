package format

import (
	"bytes"
	"context"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"marsh/jobs"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func job(id int64, name, state, where, command string) *jobs.Map {
	return jobs.NewMap(jobs.TypeJob, "Id", id, "Name", name, "Type", "RemoteJob", "State", state,
		"HasMoreData", true, "Location", where, "Command", command, "InstanceId", "5c1f")
}

func from(host string, v jobs.Value) jobs.Record {
	r := jobs.Out(v)
	r.Host = host
	return r
}

func on(s jobs.StreamKind, v jobs.Value) jobs.Record { return jobs.Record{Stream: s, Value: v} }

func anError() *jobs.Error {
	return &jobs.Error{Kind: jobs.KindScript, Op: "set-content", Msg: "a.txt: \x1b[2Jread-only", Detail: "  set-content a.txt\n  ^"}
}

var hostile = "a\x1b[31mred\x1b[0m \x1b]0;title\x07 \u202egnp.exe \x9b2J\u009b\tTab\r\nnext\rover"

// The records of each golden file, in the modes that its options name.
var goldens = []struct {
	name    string
	options []Options
	records []jobs.Record
}{
	{"jobs", []Options{{Width: 100}, {Width: 60}, {Width: 20}, {}, {Mode: List, Width: 80}, {Columns: []string{"name", "state"}}}, []jobs.Record{
		jobs.Out("before"),
		jobs.Out(job(1, "Job1", "Running", "Server01", "get-eventlog system | where-object { it.Type == 'Error' }\n| select-object -first 3")),
		jobs.Out(job(12, "a longer name than most", "Completed", "localhost", "uptime")),
		jobs.Out("after"),
		jobs.Out(jobs.List{job(13, "Job13", "Failed", "Server01,Server02", "x"), job(14, "Job14", "Failed", "web01,web02,web03,web04,web05,web06", "y")}),
	}},
	{"hosts", []Options{{Width: 80}, {}, {Mode: JSON}}, []jobs.Record{
		from("Server01", "one\ntwo"),
		from("Server02", int64(7)),
		from("Server01", jobs.NewMap("", "n", int64(1), "name", "日本語テキスト")),
		from("Server02", jobs.NewMap("", "n", int64(222), "name", "e\u0301clair")),
		{Stream: jobs.Output, Host: "Server01", HideHost: true, Value: "alone"},
		{Stream: jobs.ErrorStream, Host: "Server02", Value: jobs.ErrorValue(anError())},
		{Stream: jobs.ErrorStream, Host: "Server02", Value: "from a program"},
	}},
	{"streams", []Options{{Width: 80}, {Width: 80, Color: true}, {}, {RawErrors: true}, {Mode: JSON}}, []jobs.Record{
		jobs.Out(hostile),
		on(jobs.ErrorStream, jobs.ErrorValue(anError())),
		on(jobs.ErrorStream, hostile),
		on(jobs.Warning, "the job stops when the connection closes"),
		on(jobs.Verbose, "v"), on(jobs.Debug, "d"), on(jobs.Information, "i"), on(jobs.Progress, "50 %"),
	}},
	{"values", []Options{{Width: 80}, {}, {Mode: JSON}, {Mode: Table, Width: 80}}, []jobs.Record{
		jobs.Out(nil), jobs.Out(true), jobs.Out(1.5), jobs.Out(math.Inf(1)), jobs.Out(1e300), jobs.Out([]byte("by\xfftes")),
		jobs.Out(time.Date(2026, 3, 1, 10, 0, 0, 5e6, time.UTC)),
		jobs.Out(jobs.List{"a", jobs.List{int64(1), "b"}, nil}),
		jobs.Out(jobs.NewMap("")),
		jobs.Out(jobs.NewMap("", "a", int64(1), "b", jobs.List{int64(1), int64(2)}, "c", "x\ny", "d", nil, "e", 2.5, "f\x1b", "bad \xff")),
		jobs.Out(jobs.NewMap("", "PSComputerName", "old", "q", `"\`)),
	}},
	{"changes", []Options{{Width: 40}, {}}, []jobs.Record{
		jobs.Out(jobs.NewMap("", "a", int64(1))), jobs.Out(jobs.NewMap("", "a", "x")), jobs.Out(jobs.NewMap("", "b", int64(1))),
		jobs.Out(jobs.NewMap("LogEntry", "Time", time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), "Source", "sshd", "Type", "Information", "Message", strings.Repeat("long ", 20))),
	}},
}

func TestGolden(t *testing.T) {
	t.Setenv("TZ", "UTC")
	time.Local = time.UTC
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			var got strings.Builder
			for _, o := range g.options {
				got.WriteString(show(t, o, g.records))
			}
			golden(t, g.name, got.String())
		})
	}
}

// Shows the records in one statement, as the text of a golden file in which the
// ends of lines and raw bytes can be seen.
func show(t *testing.T, o Options, records []jobs.Record) string {
	t.Helper()
	var out, err bytes.Buffer
	p := NewPrinter(&out, &err, o)
	for _, r := range records {
		if e := p.Write(context.Background(), r); e != nil {
			t.Fatal(e)
		}
	}
	if e := p.Flush(); e != nil {
		t.Fatal(e)
	}
	return "=== " + describe(o) + "\n" + quoted(out.String()) + "--- errors\n" + quoted(err.String())
}

func describe(o Options) string {
	s := o.Mode.String()
	if o.Width > 0 {
		s += " terminal " + jobs.Text(int64(o.Width))
	}
	if o.Color {
		s += " color"
	}
	if o.RawErrors {
		s += " raw errors"
	}
	return s + " " + strings.Join(o.Columns, ",")
}

func quoted(s string) string {
	var b strings.Builder
	for _, l := range strings.SplitAfter(s, "\n") {
		body, ended := strings.CutSuffix(l, "\n")
		for _, r := range []string{"\x1b", "\r", "\x07", "\x9b", "\u009b", "\u202e", "\xff"} {
			body = strings.ReplaceAll(body, r, "«"+strings.Trim(jsonish(r), `"`)+"»")
		}
		b.WriteString(body)
		if ended {
			b.WriteString("|\n")
		}
	}
	return b.String()
}

func jsonish(s string) string {
	if !strings.ContainsRune(s, '\ufffd') && s != "\xff" && s != "\x9b" {
		return string(AppendJSON(nil, s, ""))
	}
	return "raw"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

func TestRowsAreNotHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := NewPrinter(&out, &out, Options{Width: 80})
		ctx := context.Background()
		must(t, p.Write(ctx, jobs.Out(job(1, "Job1", "Running", "localhost", "x"))))
		p.mu.Lock() // guards out too, while the timer may write
		if out.Len() != 0 {
			t.Fatalf("shown before the look-ahead ended: %q", out.String())
		}
		p.mu.Unlock()
		time.Sleep(holdBack + time.Millisecond)
		synctest.Wait()
		p.mu.Lock()
		if got := strings.Count(out.String(), "Job1"); got != 1 {
			t.Fatalf("row shown %d times after the look-ahead: %q", got, out.String())
		}
		p.mu.Unlock()
		must(t, p.Write(ctx, jobs.Out(job(2, "Job2", "Running", "localhost", "y"))))
		if !strings.Contains(out.String(), "Job2") {
			t.Fatalf("a row of an open table was held back: %q", out.String())
		}
		must(t, p.Flush())
		if got := strings.Count(out.String(), "HasMoreData"); got != 1 {
			t.Errorf("%d headers, want 1: %q", got, out.String())
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLookAheadIsBounded(t *testing.T) {
	var out bytes.Buffer
	p := NewPrinter(&out, &out, Options{})
	for i := range lookAhead {
		must(t, p.Write(context.Background(), jobs.Out(jobs.NewMap("", "i", int64(i)))))
	}
	p.mu.Lock()
	waiting := len(p.table.waiting)
	p.mu.Unlock()
	if waiting != 0 {
		t.Errorf("%d rows are kept", waiting)
	}
	must(t, p.Flush())
}
