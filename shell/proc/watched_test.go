package proc

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestReadWatched(t *testing.T) {
	for text, want := range map[string]map[string][]int{
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
		got, release := readWatched(strings.NewReader(text))
		release()
		if !maps.EqualFunc(got.tags, want, func(k *kept, pids []int) bool { return slices.Equal(k.pids, pids) }) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		again, release := readWatched(strings.NewReader(string(got.announce())))
		release()
		if again.root != got.root || !maps.EqualFunc(again.tags, got.tags, sameKept) {
			t.Errorf("%q: %v when it is told again, was %v", text, again, got)
		}
	}
}

func sameKept(a, b *kept) bool {
	return slices.Equal(a.pids, b.pids) && slices.Equal(a.cells, b.cells)
}

// Control groups are known by the directory that they are in, and their numbers.
func TestReadWatchedCells(t *testing.T) {
	got, release := readWatched(strings.NewReader("=\"/nosuchdirectory\"\n+\"a\" @1\n+\"a\" @1\n+\"a\" 12\n+\"a\" @30\n+\"b\" @2\n+\"b\" @0\n+\"b\" @-1\n+\"b\" @\n-\"a\" @1\n"))
	defer release()
	want := map[string]*kept{"a": {[]int{12}, []int{1, 30}}, "b": {nil, []int{2}}}
	if got.root != "/nosuchdirectory" || !maps.EqualFunc(got.tags, want, sameKept) {
		t.Errorf("%v", got)
	}
	if again, _ := readWatched(strings.NewReader(string(got.announce()))); again.root != got.root || !maps.EqualFunc(again.tags, want, sameKept) {
		t.Errorf("%v when it is told again", again)
	}
}

// Those that are gone are forgotten.
func TestPrune(t *testing.T) {
	w := newWatched()
	w.note(message{sign: '=', tag: t.TempDir()})
	if err := os.Mkdir(cellDir(w.root, 7), 0o700); err != nil {
		t.Fatal(err)
	}
	for n := range 10 * pruneAt {
		w.note(message{sign: '+', tag: "a", cell: n + 1})
	}
	if got := w.tags["a"].cells; len(got) > pruneAt || !slices.Contains(got, 7) {
		t.Errorf("%d are kept", len(got))
	}
}

// A line that is longer than any message is skipped, and nothing else.
func TestOverlongMessage(t *testing.T) {
	text := "+\"a\"\n+\"" + strings.Repeat("x", 3*maxMessage) + "\"\n+\"b\"\n"
	got, _ := readWatched(strings.NewReader(text))
	if got.tags["a"] == nil || got.tags["b"] == nil || len(got.tags) != 2 {
		t.Errorf("%d are watched over", len(got.tags))
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
	f.Add("+\"a\" @12\n", "=", 1)
	f.Add("=\"/a\"\n", "/", 1)
	f.Add("-\"a\"\n", "\"", 0)
	f.Fuzz(func(t *testing.T, line, tag string, pid int) {
		if m, ok := parseMessage([]byte(line)); ok {
			if again, ok := parseMessage(m.append(nil)); !ok || again != m || m.tag == "" || m.pid < 0 || m.pid == 1 || m.cell < 0 {
				t.Fatalf("%q: %+v, then %+v", line, m, again)
			}
		}
		n := 2 + int(uint32(pid)>>2)
		for _, m := range []message{{sign: '+', tag: "t" + tag, pid: n}, {sign: '+', tag: "t" + tag, cell: n}, {sign: '=', tag: "/" + tag}, {sign: '-', tag: "t" + tag}} {
			if got, ok := parseMessage(m.append(nil)); !ok || got != m {
				t.Fatalf("%+v became %+v", m, got)
			}
		}
	})
}
