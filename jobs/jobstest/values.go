package jobstest

import (
	"math"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
)

var valueTests = []test{
	{"ValuesComeBack", testRoundTrip},
	{"BytesComeBack", testBytes},
	{"ValuesInOrder", testOrder},
	{"SeveralStreams", testStreams},
	{"NothingWritten", testNothing},
}

// The values that must come back as they went. Lua has one type of number and one of
// string: a float64 without a fraction is not among them, nor an integer that no
// float64 holds, nor bytes.
func samples() map[string]jobs.Value {
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	return map[string]jobs.Value{
		"true": true, "false": false,
		"zero": int64(0), "integer": int64(42), "negative": int64(-7), "large": int64(1)<<53 - 1,
		"float": 1.5, "small float": 5e-324, "infinity": math.Inf(-1),
		"empty string": "", "string": "a line\nand\ttab", "japanese": "日本語、テスト", "emoji": "👍🏽",
		"not utf-8": "caf\xe9", "all bytes": string(binary), "nul": "a\x00b",
		"time": time.Date(2024, 2, 29, 23, 59, 59, 123456789, time.UTC), "old time": time.Date(1066, 10, 14, 9, 0, 0, 1, time.UTC),
		"huge string": strings.Repeat("0123456789abcdef", 4<<20/16),
		"list":        jobs.List{int64(1), "two", 3.5, true},
		"nested":      jobs.List{jobs.List{jobs.List{"deep"}}},
		"map":         jobs.NewMap("", "zulu", int64(1), "alpha", "2", "Mike", true),
		"typed map":   jobs.NewMap("FileInfo", "Name", "a.txt", "Length", int64(3), "Mode", "-rw-r--r--"),
		"map of all":  jobs.NewMap("LogEntry", "list", jobs.List{int64(1), int64(2)}, "map", jobs.NewMap("", "k", "v\xff"), "Key with spaces", 0.25),
	}
}

// Bytes may have become a string on the way through Lua; what they are must be the same.
func testBytes(t *testing.T, h jobs.Host) {
	for _, want := range []string{"", "text", "\x00\xff\x80"} {
		got := output(t, h, "return ...", []byte(want))
		if len(got) != 1 || jobs.Text(got[0]) != want {
			t.Errorf("%q came back as %s", want, abbreviated(got))
		}
	}
}

func testRoundTrip(t *testing.T, h jobs.Host) {
	for name, v := range samples() {
		t.Run(name, func(t *testing.T) {
			expect(t, output(t, h, "return ...", v), v)
			expect(t, output(t, h, "emit(...)", v), v)
		})
	}
	t.Run("several", func(t *testing.T) {
		expect(t, output(t, h, "emit(...)", "a", int64(1), false), "a", int64(1), false)
	})
}

func testOrder(t *testing.T, h jobs.Host) {
	const n = 20_000
	got := output(t, h, "for i = 1, (...) do emit(i) end", int64(n))
	if len(got) != n {
		t.Fatalf("got %d values, want %d", len(got), n)
	}
	for i, v := range got {
		if v != int64(i+1) {
			t.Fatalf("value %d is %v", i+1, v)
		}
	}
}

func testStreams(t *testing.T, h jobs.Host) {
	recs, err := run(t, h, jobs.Script{Text: "write-output one\nwrite-error two\nwrite-warning three\nwrite-output four"})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		stream jobs.StreamKind
		text   string
	}{{jobs.Output, "one"}, {jobs.ErrorStream, "two"}, {jobs.Warning, "three"}, {jobs.Output, "four"}}
	if len(recs) != len(want) {
		t.Fatalf("got %d records, want %d: %v", len(recs), len(want), recs)
	}
	for i, w := range want {
		if r := recs[i]; r.Stream != w.stream || !strings.Contains(jobs.Text(r.Value), w.text) {
			t.Errorf("record %d is %v on %v, want %q on %v", i+1, jobs.Text(r.Value), r.Stream, w.text, w.stream)
		}
	}
}

func testNothing(t *testing.T, h jobs.Host) {
	recs, err := run(t, h, jobs.Script{Text: "local x = 1"})
	if err != nil || len(recs) != 0 {
		t.Errorf("got %v, %v; want nothing", recs, err)
	}
}
