package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestEventLogKeepsWhatManyShellsAppend(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "marsh")
	var shells sync.WaitGroup
	for shell := range 4 {
		shells.Go(func() {
			log := NewEventLog(dir)
			for i := range 100 {
				if err := log.Append(Event{Type: EventInformation, Source: "job", Message: fmt.Sprint(shell, ".", i)}); err != nil {
					t.Error(err)
				}
			}
			if err := log.Flush(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	shells.Wait()
	events, err := NewEventLog(dir).Read(t.Context())
	if err != nil || len(events) != 400 {
		t.Fatalf("%d events, %v; want 400", len(events), err)
	}
	if e := events[0]; e.Time.IsZero() || e.Pid != os.Getpid() || e.Source != "job" {
		t.Errorf("got %+v", e)
	}
	for name, want := range map[string]os.FileMode{dir: 0o700, NewEventLog(dir).Path(): 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v; want %v", name, info.Mode().Perm(), err, want)
		}
	}
}

func TestEventLogRotates(t *testing.T) {
	log := NewEventLog(t.TempDir())
	full := strings.Repeat("not an event\n", maxEventFile/13)
	if err := os.WriteFile(log.Path(), []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{"last of the old", "first of the new"} {
		if err := log.Append(Event{Message: m, Time: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
		if err := log.Flush(t.Context()); err != nil { // else both are one write
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile(log.oldPath()); err != nil || !strings.Contains(string(old), "last of the old") {
		t.Errorf("the full file was not kept: %v", err)
	}
	if info, err := os.Stat(log.Path()); err != nil || info.Size() > maxEventText {
		t.Errorf("no new file was begun: %v %v", info, err)
	}
	events, err := log.Read(t.Context())
	if err != nil || len(events) != 2 || events[1].Message != "first of the new" {
		t.Errorf("Read: %v, %v", events, err)
	}
}

func TestEventLogCutsLongMessages(t *testing.T) {
	log := NewEventLog(t.TempDir())
	if err := log.Append(Event{Message: strings.Repeat("é", maxEventText)}); err != nil {
		t.Fatal(err)
	}
	events, err := log.Read(t.Context())
	if err != nil || len(events) != 1 || events[0].Message != strings.Repeat("é", maxEventText/2) {
		t.Errorf("Read: %d events, %v", len(events), err)
	}
}

func TestEventLogEmpty(t *testing.T) {
	if events, err := NewEventLog(filepath.Join(t.TempDir(), "none")).Read(t.Context()); err != nil || len(events) != 0 {
		t.Errorf("Read: %v, %v", events, err)
	}
}

func TestNoEventLog(t *testing.T) {
	var none *EventLog
	if err := none.Append(Event{Message: "x"}); err != nil {
		t.Error(err)
	}
	if events, err := none.Read(t.Context()); err != nil || len(events) != 0 {
		t.Errorf("Read: %v, %v", events, err)
	}
}

func TestEventDir(t *testing.T) {
	for state, want := range map[string]string{"": "/home/u/.local/state/marsh", "rel": "/home/u/.local/state/marsh", "/s": "/s/marsh"} {
		if got := EventDir(func(string) string { return state }, "/home/u"); got != want {
			t.Errorf("XDG_STATE_HOME=%q gives %s, want %s", state, got, want)
		}
	}
}
