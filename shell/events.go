package shell

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"marsh/jobs"
)

// Bounds of the event log.
const (
	maxEventFile = 8 << 20 // bytes of a file, past which it becomes the old one
	maxEventText = 4 << 10 // bytes of an event's message; more is cut
)

// The types of events.
const (
	EventInformation = "Information"
	EventWarning     = "Warning"
	EventError       = "Error"
)

// Event is an entry of the shell's own log: a session opened or lost, a job
// started, ended or stopped.
type Event struct {
	Time    time.Time `json:"time"`
	Type    string    `json:"type"`           // EventInformation, EventWarning or EventError
	Source  string    `json:"source"`         // what it is about: "job", "session"
	Message string    `json:"message"`        // what happened, on one line
	Host    string    `json:"host,omitempty"` // where it happened; "" for this machine
	User    string    `json:"user,omitempty"` // who did it
	Pid     int       `json:"pid,omitempty"`  // the shell that wrote it
}

// EventLog is the shell's own log: JSON Lines in a file that only its user reads,
// with one older file kept beside it. Any number of shells may append to it at
// once: events are whole lines, in one write to a file that is open for appending, and
// only the exchange of a full file is done under a lock. They are written by a goroutine,
// at once when it has nothing else to write: of a shell that is killed the events of its
// last milliseconds may be missing.
type EventLog struct {
	dir    string // never changes
	writer eventWriter
}

// NewEventLog returns the log in the given directory, which is made, with mode
// 0700, when the first event is appended.
func NewEventLog(dir string) *EventLog { return &EventLog{dir: dir} }

// EventDir returns where the user's event log is: the directory marsh under
// $XDG_STATE_HOME, which is ~/.local/state where it is not set (XDG Base Directory
// Specification 0.8).
func EventDir(getenv func(string) string, home string) string {
	state := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // a relative one is to be ignored
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "marsh")
}

// Path returns the name of the file that events are appended to.
func (l *EventLog) Path() string { return filepath.Join(l.dir, "events.jsonl") }

func (l *EventLog) oldPath() string { return filepath.Join(l.dir, "events.1.jsonl") }

// Append adds an event to the log; a zero time and pid become now and this
// process. It waits for the disk only where that is slower than the events come. Its
// errors are of kind KindIO, and may be those of an event before. A nil log takes
// everything and keeps nothing.
func (l *EventLog) Append(e Event) error {
	if l == nil {
		return nil
	}
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	if e.Pid == 0 {
		e.Pid = os.Getpid()
	}
	e.Message = cutText(e.Message, maxEventText)
	line, err := json.Marshal(e)
	if err == nil {
		err = l.writer.add(append(line, '\n'), l.write)
	}
	return unwritten(err)
}

// Read returns the events that are kept, oldest first, with all that were appended by
// now. A log that was never written to, or is nil, is empty; lines that are no events are
// left out.
func (l *EventLog) Read(ctx context.Context) ([]Event, error) {
	if l == nil {
		return nil, nil
	}
	if err := l.Flush(ctx); err != nil {
		return nil, err
	}
	var all []Event
	for _, name := range []string{l.oldPath(), l.Path()} {
		data, err := readBounded(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, jobs.Errorf(jobs.KindIO, "the event log could not be read: %w", err)
		}
		all = append(all, parseEvents(data)...)
	}
	return all, nil
}

// Reads a file of the log; one that grew far past its bound is not read to its end.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 2*maxEventFile))
}

func parseEvents(data []byte) []Event {
	var out []Event
	for line := range bytes.Lines(data) {
		var e Event
		if json.Unmarshal(line, &e) == nil && !e.Time.IsZero() {
			out = append(out, e)
		}
	}
	return out
}

// Returns s, or its beginning up to a whole character, of at most n bytes.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
