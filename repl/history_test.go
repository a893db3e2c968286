package repl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"marsh/jobs"
)

func openHistory(t *testing.T, path string) *History {
	t.Helper()
	h, err := OpenHistory(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHistoryIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "marsh", "history")
	h := openHistory(t, path)
	for _, text := range []string{"one", "for {\n  x\\n\n}", " secret", "\tsecret", "", "one  ", "one", strings.Repeat("x", maxEntry+1)} {
		if err := h.Add(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	kept := []string{"one", "for {\n  x\\n\n}", "one"}
	if got := h.Entries(); !slices.Equal(got, kept) {
		t.Errorf("entries %q", got)
	}
	if got := openHistory(t, path).Entries(); !slices.Equal(got, kept) {
		t.Errorf("entries read again %q", got)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700} {
		if fi, err := os.Stat(name); err != nil || fi.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v, want mode %v", name, fi.Mode(), err, mode)
		}
	}
}

func TestHistoryOfTwoShells(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	const each = 200
	var wg sync.WaitGroup
	for i := range 4 {
		h := openHistory(t, path)
		wg.Go(func() {
			for n := range each {
				if err := h.Add(t.Context(), fmt.Sprintf("shell %d\nentry %d", i, n)); err != nil {
					t.Error(err)
				}
				if n == each/2 { // another one starts, and rewrites the file if it must
					openHistory(t, path)
				}
			}
		})
	}
	wg.Wait()
	got := openHistory(t, path).Entries()
	if len(got) != 4*each {
		t.Fatalf("%d entries, want %d", len(got), 4*each)
	}
	slices.Sort(got)
	if n := len(slices.Compact(got)); n != 4*each {
		t.Errorf("%d different entries, want %d", n, 4*each)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var b strings.Builder
	for i := range MaxHistory + 50 {
		fmt.Fprintf(&b, "entry %d\n", i)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	other := openHistory(t, filepath.Join(t.TempDir(), "other"))
	other.path = path // a shell that has been running since before
	h := openHistory(t, path)
	if got := h.Entries(); len(got) != MaxHistory || got[0] != "entry 50" {
		t.Fatalf("%d entries from %q", len(got), got[0])
	}
	before := h.Entries()
	for _, h := range []*History{h, other} {
		if err := h.Add(t.Context(), "after the rewriting"); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.Entries(); len(got) != MaxHistory || got[0] != "entry 51" || before[0] != "entry 50" {
		t.Errorf("%d entries from %q; those before from %q", len(got), got[0], before[0])
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(data), "entry 50\n") || strings.Count(string(data), "after") != 2 {
		t.Errorf("the file begins %.20q and ends %q, %v", data, data[len(data)-60:], err)
	}
}

func TestHistoryTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(path, []byte("first\nsecond\nthird\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, cut, err := readTail(path, 9); string(data) != "third\n" || !cut || err != nil {
		t.Errorf("readTail = %q, %v, %v", data, cut, err)
	}
}

func TestHistoryLockedByAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h := openHistory(t, path)
	lock, err := os.Open(path + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := h.Add(ctx, "x"); !errors.Is(err, jobs.KindTimeout) {
		t.Errorf("Add = %v, want KindTimeout", err)
	}
}

func TestHistoryWithoutAHome(t *testing.T) {
	h, err := OpenHistory(t.Context(), "")
	if !errors.Is(err, jobs.KindNotFound) {
		t.Errorf("OpenHistory = %v, want KindNotFound", err)
	}
	if err := h.Add(t.Context(), "x"); err != nil || !slices.Equal(h.Entries(), []string{"x"}) {
		t.Errorf("Add = %v, entries %q", err, h.Entries())
	}
}

func TestHistoryPath(t *testing.T) {
	t.Setenv("HOME", "/home/u")
	t.Setenv("XDG_STATE_HOME", "/state")
	if got := HistoryPath(); got != "/state/marsh/history" {
		t.Error(got)
	}
	t.Setenv("XDG_STATE_HOME", "relative")
	if got := HistoryPath(); got != "/home/u/.local/state/marsh/history" {
		t.Error(got)
	}
}

func FuzzHistoryEntry(f *testing.F) {
	f.Add("for {\n  x\n}")
	f.Add(`\n\\n\`)
	f.Add("a\r")
	f.Fuzz(func(t *testing.T, text string) {
		line := encodeEntry(text)
		if strings.Contains(line, "\n") {
			t.Fatalf("%q has a newline", line)
		}
		if got := decodeEntry(line); got != text {
			t.Fatalf("%q was read as %q", text, got)
		}
		parseHistory([]byte(text)) // a file that another program has written
	})
}
