package proc

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestReadWatched(t *testing.T) {
	for text, want := range map[string]watched{
		"":                                     {},
		"+\"a\"\n":                             {"a": nil},
		"+\"a\"\n+\"a\" 12\n+\"a\" 13\n":       {"a": {12, 13}},
		"+\"a\"\n+\"a/1\" 12\n-\"a\"\n":        {"a/1": {12}},
		"+\"a\" 12\n-\"a/\"\n":                 {"a": {12}},
		"+\"a\"\n+\"a\" 123":                   {"a": nil}, // killed while it wrote
		"+\"a\"\n+\"b\"":                       {"a": nil},
		"+\"a\\n\\\"\\xff\"\n":                 {"a\n\"\xff": nil},
		"+\"a\" 0\n+\"a\" 1\n+\"a\" -5\n":      {}, // 0, 1 and below are other things to kill(2)
		"-\"a\" 5\n+\"\"\n+`a`\n+'a'\n+\"a\"5": {},
		"\n+\n*\"a\"\n+\"a\n":                  {},
		"+\"a\" 99999999999\n":                 {},
	} {
		got := readWatched(strings.NewReader(text))
		if !maps.EqualFunc(got, want, slices.Equal[[]int]) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		if again := readWatched(strings.NewReader(string(got.announce()))); !maps.EqualFunc(again, got, slices.Equal[[]int]) {
			t.Errorf("%q: %v when it is told again, was %v", text, again, got)
		}
	}
}

// A line that is longer than any message is skipped, and nothing else.
func TestOverlongMessage(t *testing.T) {
	text := "+\"a\"\n+\"" + strings.Repeat("x", 3*maxMessage) + "\"\n+\"b\"\n"
	got := readWatched(strings.NewReader(text))
	if want := (watched{"a": nil, "b": nil}); !maps.EqualFunc(got, want, slices.Equal[[]int]) {
		t.Errorf("%d are watched over", len(got))
	}
}

// Nothing that this process was not told leads to a signal.
func TestWatchdogStartedByHand(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if err := RunWatchdog(t.Context(), null); err == nil {
		t.Error("it began")
	}
}

func FuzzMessage(f *testing.F) {
	f.Add("+\"a\" 12\n", "a/b\n\xff", 12)
	f.Add("-\"a\"\n", "\"", 0)
	f.Fuzz(func(t *testing.T, line, tag string, pid int) {
		if m, ok := parseMessage([]byte(line)); ok {
			if again, ok := parseMessage(m.append(nil)); !ok || again != m || m.tag == "" || m.pid < 0 || m.pid == 1 {
				t.Fatalf("%q: %+v, then %+v", line, m, again)
			}
		}
		m := message{watch: true, tag: "t" + tag, pid: 2 + int(uint32(pid)>>2)}
		if got, ok := parseMessage(m.append(nil)); !ok || got != m {
			t.Fatalf("%+v became %+v", m, got)
		}
	})
}
