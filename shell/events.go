package shell

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"marsh/jobs"
)

// Bounds of the event log.
const (
	maxEventFile  = 8 << 20 // bytes of a file, past which it becomes the old one
	maxEventText  = 4 << 10 // bytes of an event's message; more is cut
	maxEventTries = 100     // how often a file that is exchanged under one's hands is opened again
)

// eventHead is how the line of an event begins.
const eventHead = `{"time":`

// EventLog is the shell's own log: JSON Lines in a file that only its user reads,
// with one older file kept beside it. Any number of shells may append to it at
// once, and none waits for another: events are whole lines, in one write to a file that is
// open for appending, and who finds that the file was dropped meanwhile writes them again.
// Only the exchange of a full file is done under a lock. A goroutine writes, at once when it
// has nothing else to write: of a shell that is killed the events of its last milliseconds
// may be missing.
type EventLog struct {
	writer eventWriter

	dir  string        // never changes
	user func() string // the name of the user, looked up once
	full int64         // bytes of a file past which it becomes the old one; never changes
}

// NewEventLog returns the log in the given directory, which is made, with mode
// 0700, when the first event is appended.
func NewEventLog(dir string) *EventLog {
	return &EventLog{dir: dir, user: sync.OnceValue(loginName), full: maxEventFile}
}

// loginName returns the name of the user, or the number where it has none.
func loginName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}

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

// Append adds an event to the log; a time, user and pid that are not given become now,
// the user and this process. It waits for the disk only where that is slower than the
// events come. Its errors are of kind KindIO, and may be those of an event before. A nil
// log takes everything and keeps nothing.
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
	if e.User == "" {
		e.User = l.user()
	}
	e.Message = cutText(e.Message, maxEventText)
	line, err := json.Marshal(e)
	if err == nil {
		err = l.writer.add(append(line, '\n'), l.append)
	}
	return unwritten(err)
}

// Writes whole lines. Where the file was dropped before they were in it, because others
// filled the next one as well, they are written again.
func (l *EventLog) append(lines []byte) error {
	for range maxEventTries {
		size, kept, err := l.write(lines)
		switch {
		case err != nil:
			return err
		case !kept:
			continue
		case size >= l.full:
			return l.rotate()
		}
		return nil
	}
	return errors.New("it is exchanged all the time")
}

// Writes lines to the file, and reports how large that is and whether it is still
// there.
func (l *EventLog) write(lines []byte) (size int64, kept bool, err error) {
	f, err := l.open()
	if err != nil {
		return 0, false, err
	}
	_, err = f.Write(lines)
	var stat syscall.Stat_t
	serr := syscall.Fstat(int(f.Fd()), &stat)
	return stat.Size, stat.Nlink > 0, errors.Join(err, serr, f.Close())
}

// Opens the file for appending, and makes it, and its directory, where they are not there.
// One that could not be exchanged when it was full is not made larger for ever.
func (l *EventLog) open() (*os.File, error) {
	const flags = os.O_WRONLY | os.O_APPEND | os.O_CREATE
	f, err := os.OpenFile(l.Path(), flags, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(l.dir, 0o700); err == nil {
			f, err = os.OpenFile(l.Path(), flags, 0o600)
		}
	}
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.Size() >= 2*l.full {
		f.Close()
		return nil, fmt.Errorf("%s is full, and a shell that stands still holds events.lock", l.Path())
	}
	return f, nil
}

// Makes the full file the old one, unless another shell is doing that.
func (l *EventLog) rotate() error {
	lock, err := os.OpenFile(filepath.Join(l.dir, "events.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() // which also unlocks
	if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return nil
	}
	info, err := os.Stat(l.Path())
	if err != nil || info.Size() < l.full { // it was done meanwhile
		return nil
	}
	return os.Rename(l.Path(), l.oldPath())
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
	for range maxEventTries {
		files, same, err := l.files()
		if err != nil {
			return nil, jobs.Errorf(jobs.KindIO, "the event log could not be read: %w", err)
		}
		if same {
			return readEvents(files)
		}
		closeFiles(files)
	}
	return nil, jobs.Errorf(jobs.KindIO, "the event log could not be read: it is exchanged all the time; try again")
}

// Opens what there is, older first. The newer file is opened first: where the two are
// one, it became the old one in between, and same is false.
func (l *EventLog) files() (files []*os.File, same bool, err error) {
	for _, name := range []string{l.Path(), l.oldPath()} {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			closeFiles(files)
			return nil, false, err
		}
		files = append(files, f)
	}
	slices.Reverse(files)
	return files, len(files) < 2 || !sameFile(files[0], files[1]), nil
}

// Reports whether two open files are one.
func sameFile(a, b *os.File) bool {
	x, xerr := a.Stat()
	y, yerr := b.Stat()
	return xerr == nil && yerr == nil && os.SameFile(x, y)
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// Reads the events of files, to a bound: one that grew far past its own is not read to
// its end.
func readEvents(files []*os.File) ([]Event, error) {
	defer closeFiles(files)
	var all []Event
	for _, f := range files {
		data, err := io.ReadAll(io.LimitReader(f, 3*maxEventFile))
		if err != nil {
			return nil, jobs.Errorf(jobs.KindIO, "the event log could not be read: %w", err)
		}
		all = append(all, parseEvents(data)...)
	}
	return all, nil
}

// Returns the events of lines. Behind a line that was cut off, because the disk was full,
// the next one is in the same: what begins as events do, which no text in an event can.
func parseEvents(data []byte) []Event {
	var out []Event
	for line := range bytes.Lines(data) {
		var e Event
		for json.Unmarshal(line, &e) != nil {
			next := bytes.Index(line[min(1, len(line)):], []byte(eventHead))
			if next < 0 {
				e = Event{}
				break
			}
			line, e = line[next+1:], Event{}
		}
		if !e.Time.IsZero() {
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
