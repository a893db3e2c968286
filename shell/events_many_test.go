package shell

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What several processes do to one log, for several logs in turn.
const (
	eventWriters = 4
	eventLogs    = 12
	eventsEach   = 200
)

// roundLog is a log that is exchanged once, or twice at the most, while all write to it:
// about in the middle.
func roundLog(dir string, round int) *EventLog {
	l := NewEventLog(filepath.Join(dir, strconv.Itoa(round)))
	l.full = eventWriters * eventsEach * 100
	return l
}

// now appends an event, and waits until it is written.
func now(t *testing.T, l *EventLog, e Event) error {
	t.Helper()
	return errors.Join(l.Append(e), l.Flush(t.Context()))
}

// TestEventWriter is one of the processes of the tests below, and is nothing by itself.
func TestEventWriter(t *testing.T) {
	dir, who, ok := strings.Cut(os.Getenv("MARSH_TEST_EVENTS"), "|")
	if !ok {
		return
	}
	for round := range eventLogs {
		l := roundLog(dir, round)
		for i := range eventsEach {
			if err := now(t, l, Event{Type: EventInformation, Source: "job", User: "u", Message: fmt.Sprintf("%s.%03d %s", who, i, strings.Repeat("x", 40))}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Processes that append while the file is exchanged lose nothing and tear nothing, and
// the one that reads meanwhile sees what was written before.
func TestEventLogOfManyProcesses(t *testing.T) {
	dir := t.TempDir()
	var all []*exec.Cmd
	for who := range eventWriters {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestEventWriter$")
		cmd.Env = append(os.Environ(), fmt.Sprintf("MARSH_TEST_EVENTS=%s|%d", dir, who))
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, cmd := range all {
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		}
	}()
	readWhile(t, dir, done)
	for round := range eventLogs {
		checkRound(t, roundLog(dir, round))
	}
}

// readWhile reads the logs until done: what is in a log stays in it.
func readWhile(t *testing.T, dir string, done <-chan struct{}) {
	seen := make([]int, eventLogs)
	for {
		select {
		case <-done:
			return
		default:
		}
		for round := range eventLogs {
			events, err := roundLog(dir, round).Read(t.Context())
			if err != nil {
				t.Error(err)
			}
			if len(events) < seen[round] {
				t.Errorf("log %d had %d events and has %d", round, seen[round], len(events))
			}
			seen[round] = len(events)
		}
	}
}

// checkRound looks for each event, once, and for bytes that are none.
func checkRound(t *testing.T, l *EventLog) {
	t.Helper()
	events, err := l.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	times := make(map[string]int)
	for _, e := range events {
		id, _, _ := strings.Cut(e.Message, " ")
		times[id]++
	}
	for who := range eventWriters {
		for i := range eventsEach {
			if id := fmt.Sprintf("%d.%03d", who, i); times[id] != 1 {
				t.Fatalf("%s: %s is there %d times; %d events", l.dir, id, times[id], len(events))
			}
		}
	}
	if _, err := os.Stat(l.oldPath()); err != nil {
		t.Errorf("the file was not exchanged: %v", err)
	}
}

// A line that was cut off, because the disk was full, takes no other along.
func TestTornEvents(t *testing.T) {
	l := NewEventLog(t.TempDir())
	if err := now(t, l, Event{Message: `he said {"time": 1}`}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(l.Path())
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		torn := append(append(append([]byte(nil), whole...), whole[:cut]...), whole...)
		if n := len(parseEvents(torn)); n != 2 && cut != len(whole)-1 {
			t.Errorf("cut at %d: %d events of\n%s", cut, n, torn)
		}
	}
}

// A file that cannot be exchanged, because the shell that does so stands still, does not
// grow for ever.
func TestFullEventLog(t *testing.T) {
	l := NewEventLog(t.TempDir())
	if err := os.WriteFile(l.Path(), make([]byte, 2*maxEventFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := now(t, l, Event{Message: "x"}); err == nil || !strings.Contains(err.Error(), "is full") {
		t.Errorf("got %v", err)
	}
}

func FuzzParseEvents(f *testing.F) {
	f.Add([]byte(`{"time":"2026-03-01T10:00:00Z","type":"Information","source":"job","message":"x"}` + "\n"))
	f.Add([]byte(`{"time":{"time":{"time":"2026-03-01T10:00:00Z","job":{"id":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, e := range parseEvents(data) {
			if e.Time.IsZero() {
				t.Errorf("%q has an event without a time", data)
			}
		}
	})
}
