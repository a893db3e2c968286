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

	"github.com/google/go-cmp/cmp"

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
		if err := h.Add(t.Context(), Entry{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	kept := []string{"one", "for {\n  x\\n\n}", "one"}
	if got := h.Texts(); !slices.Equal(got, kept) {
		t.Errorf("entries %q", got)
	}
	if got := openHistory(t, path).Texts(); !slices.Equal(got, kept) {
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
				if err := h.Add(t.Context(), Entry{Text: fmt.Sprintf("shell %d\nentry %d", i, n)}); err != nil {
					t.Error(err)
				}
				if n == each/2 { // another one starts, and rewrites the file if it must
					openHistory(t, path)
				}
			}
		})
	}
	wg.Wait()
	got := openHistory(t, path).Texts()
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
	if got := h.Texts(); len(got) != MaxHistory || got[0] != "entry 50" {
		t.Fatalf("%d entries from %q", len(got), got[0])
	}
	before := h.Texts()
	for _, h := range []*History{h, other} {
		if err := h.Add(t.Context(), Entry{Text: "after the rewriting"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.Texts(); len(got) != MaxHistory || got[0] != "entry 51" || before[0] != "entry 50" {
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
	if err := h.Add(ctx, Entry{Text: "x"}); !errors.Is(err, jobs.KindTimeout) {
		t.Errorf("Add = %v, want KindTimeout", err)
	}
}

func TestHistoryWithoutAHome(t *testing.T) {
	h, err := OpenHistory(t.Context(), "")
	if !errors.Is(err, jobs.KindNotFound) {
		t.Errorf("OpenHistory = %v, want KindNotFound", err)
	}
	if err := h.Add(t.Context(), Entry{Text: "x"}); err != nil || !slices.Equal(h.Texts(), []string{"x"}) {
		t.Errorf("Add = %v, entries %q", err, h.Texts())
	}
}

func TestHistoryPath(t *testing.T) {
	tests := []struct{ state, home, want string }{
		{"/state", "/home/u", "/state/marsh/history"},
		{"relative", "/home/u", "/home/u/.local/state/marsh/history"},
		{"", "relative", ""},
	}
	for _, test := range tests {
		t.Setenv("XDG_STATE_HOME", test.state)
		if got := HistoryPath(test.home); got != test.want {
			t.Errorf("%+v: got %s", test, got)
		}
	}
}

// What the file keeps of an entry; its times are of milliseconds.
func TestHistoryFileRemembers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h := openHistory(t, path)
	start := time.Date(2026, 11, 22, 18, 48, 26, 120e6, time.UTC)
	all := []Entry{
		{Text: "get-job", Start: start, Duration: 1250 * time.Millisecond, Status: "Completed"},
		{Text: "for {\n}", Start: start, Status: "Stopped", Host: "bob@Server 01"},
		{Text: "no time"},
	}
	for _, e := range all {
		if err := h.Add(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	const file = " 2026-11-22T18:48:26.120Z 1.250 Completed\nget-job\n" +
		" 2026-11-22T18:48:26.120Z 0.000 Stopped bob@Server 01\nfor {\\n}\nno time\n"
	if data, err := os.ReadFile(path); string(data) != file || err != nil {
		t.Errorf("the file is %q, %v", data, err)
	}
	for i := range all {
		all[i].ID = i + 1
	}
	if diff := cmp.Diff(all, openHistory(t, path).Entries()); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
}

// Files of before times were written, and files that others wrote.
func TestHistoryFileOfOld(t *testing.T) {
	const file = "one\n 2026-11-22T18:48:26.120Z 1 Completed\n\n not about anything\n 2026-11-22T18:48:26.120Z x y\ntwo"
	var texts []string
	for _, e := range parseHistory([]byte(file)) {
		texts = append(texts, e.Text)
		if !e.Start.IsZero() {
			t.Errorf("%q began at %v", e.Text, e.Start)
		}
	}
	if want := []string{"one", " not about anything", " 2026-11-22T18:48:26.120Z x y", "two"}; !slices.Equal(texts, want) {
		t.Errorf("read %q", texts)
	}
}

func TestHistoryRepetition(t *testing.T) {
	h := openHistory(t, filepath.Join(t.TempDir(), "history"))
	for _, e := range []Entry{{Text: "x", Status: "Failed"}, {Text: "x", Status: "Completed"}} {
		if err := h.Add(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.Entries(); len(got) != 1 || got[0].Status != "Completed" || got[0].ID != 1 {
		t.Errorf("entries %+v", got)
	}
}

func TestHistoryRemove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h, other := openHistory(t, path), openHistory(t, path)
	for _, text := range []string{"a", "oops", "b", "oops", "c"} {
		if err := h.Add(t.Context(), Entry{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Add(t.Context(), Entry{Text: "of another shell"}); err != nil {
		t.Fatal(err)
	}
	if err := h.Remove(t.Context(), 2, 77); err != nil {
		t.Fatal(err)
	}
	if got := h.Texts(); !slices.Equal(got, []string{"a", "b", "oops", "c"}) {
		t.Errorf("entries %q", got)
	}
	if got := openHistory(t, path).Texts(); !slices.Equal(got, []string{"a", "b", "c", "of another shell"}) {
		t.Errorf("the file has %q", got)
	}
	if err := h.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := openHistory(t, path).Texts(); len(got)+len(h.Texts()) != 0 {
		t.Errorf("after everything was removed: %q, the file has %q", h.Texts(), got)
	}
	if err := h.Add(t.Context(), Entry{Text: "d"}); err != nil || h.Entries()[0].ID != 6 {
		t.Errorf("Add = %v, entries %+v", err, h.Entries())
	}
}

func TestSecretsAreNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h := openHistory(t, path)
	secret := []string{
		`$env:API_TOKEN = "abc"`, `mysql --password=hunter2`, `mysql --password hunter2`, `PGPASSWORD=x psql`, `$secret = 'x'`,
		`!curl -H "Authorization: Basic Zm9v" https://h`, `curl -H "authorization: bearer abcdefghij" h`, `git clone https://me:pw@host/r`,
		`x = {password = "p"}`, `restart-web east -wait -apikey AKIA`, `$TOKEN=ghp_x`, `set-thing -Passphrase hello`, `curl -d '{"password": "x"}' h`,
	}
	plain := []string{
		"get-job", "mysql --password=$p", "$p = read_password()", "get-content ~/.secrets/token | wc", "passwd", "man passwd", "!passwd bob; ls",
		"ssh me@host", "git clone https://host/r", "vault-token -x", "$token", "x = {password = p()}", "sort-object token", "https://$u:$p@h", "mysql --password $p", "grep password",
	}
	for _, text := range slices.Concat(secret, plain) {
		if err := h.Add(t.Context(), Entry{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.Texts(); len(got) != len(secret)+len(plain) {
		t.Errorf("%d entries can be recalled, want %d", len(got), len(secret)+len(plain))
	}
	written := openHistory(t, path).Texts()
	for _, text := range secret {
		if slices.Contains(written, text) {
			t.Errorf("%s was written", text)
		}
	}
	for _, text := range plain {
		if !slices.Contains(written, text) {
			t.Errorf("%s was not written", text)
		}
	}
}

func FuzzHistoryEntry(f *testing.F) {
	f.Add("for {\n  x\n}", int64(5), int64(1e9), "Server01")
	f.Add(`\n\\n\`, int64(0), int64(0), "")
	f.Add("a\r", int64(1700000000), int64(3), "a b")
	f.Fuzz(func(t *testing.T, text string, start, took int64, host string) {
		parseHistory([]byte(text)) // a file that another program has written
		e := Entry{Text: text, Start: time.UnixMilli(start % 1e14).UTC(), Duration: time.Duration(uint64(took)%1e12) * time.Millisecond, Status: "Failed", Host: host}
		if _, about := decodeAbout(escapeEntry.Replace(text)); about || text == "" || len(text) > maxEntry {
			return
		}
		e.Duration = e.Duration.Truncate(time.Second)
		if diff := cmp.Diff([]Entry{e}, parseHistory([]byte(e.encode()))); diff != "" && e.Start.Year() >= 0 && e.Start.Year() < 10000 {
			t.Fatal(diff)
		}
	})
}
