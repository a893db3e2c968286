package builtin

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Puts a program in front of the machine's own journalctl.
func fakeJournalctl(t *testing.T, script string) journal {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "journalctl"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return journal{env: os.Environ(), warn: func(string, ...any) error { return nil }}
}

func TestJournalIsReadUntilThereIsEnough(t *testing.T) {
	j := fakeJournalctl(t, `while :; do echo '{"__REALTIME_TIMESTAMP":"1000000","MESSAGE":"again"}'; done`)
	n := 0
	found, err := j.read(t.Context(), func(e logEntry) error {
		if n++; n == 1000 {
			return errEnough
		}
		return nil
	})
	if !found || !errors.Is(err, errEnough) || n != 1000 {
		t.Errorf("found %v, %v after %d entries", found, err, n)
	}
}

func TestJournalIsAskedForWhatIsWanted(t *testing.T) {
	j := fakeJournalctl(t, `case "$*" in *--lines=1*) m=any;; *--since=@100*--until=@201*_TRANSPORT=kernel*) exit;; esac
echo "{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"$m\"}"`)
	j.matches, j.after, j.before = journalMatches("kern"), time.Unix(100, 0), time.Unix(200, 0)
	found, err := j.read(t.Context(), func(e logEntry) error { t.Errorf("got %+v", e); return nil })
	if !found || err != nil {
		t.Errorf("a log with entries at other times: found %v, %v", found, err)
	}
}

func TestJournalThatIsEmpty(t *testing.T) {
	j := fakeJournalctl(t, `echo "No journal files were found." >&2; echo "-- No entries --"`)
	if found, err := j.read(t.Context(), func(logEntry) error { return nil }); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestJournalOfWhichPartIsHidden(t *testing.T) {
	j := fakeJournalctl(t, `echo "Hint: You are currently not seeing messages from other users and the system." >&2`)
	warned := false
	j.warn = func(string, ...any) error { warned = true; return nil }
	if _, err := j.read(t.Context(), func(logEntry) error { return nil }); err != nil || !warned {
		t.Errorf("warned %v, %v", warned, err)
	}
}

func TestJournalReadingIsCancelled(t *testing.T) {
	j := fakeJournalctl(t, `echo '{"__REALTIME_TIMESTAMP":"1","MESSAGE":"first"}'; exec sleep 600`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := j.read(ctx, func(logEntry) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}

// The machine's own journalctl takes the options, whether or not it has a journal.
func TestRealJournal(t *testing.T) {
	j := journal{matches: journalMatches("auth"), after: time.Now().Add(-time.Hour), env: os.Environ(), warn: func(string, ...any) error { return nil }}
	_, err := j.read(t.Context(), func(e logEntry) error {
		if e.time.IsZero() {
			t.Errorf("an entry has no time: %+v", e)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
