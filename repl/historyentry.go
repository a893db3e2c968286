package repl

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
)

// Entry is one statement of the history.
type Entry struct {
	ID       int       // its number, from 1 on; given by the History
	Text     string    // as typed, newlines and all
	Start    time.Time // when it began to run; the zero time where that is not known
	Duration time.Duration
	Status   string // Completed, Failed, Stopped, or Running where it went on as a job; "" where that is not known
	Host     string // the machine it ran on; "" is this one
}

// The file has one entry a line, oldest first. In an entry a newline is written \n
// and a backslash \\; a line that another program has put there is taken as it is.
// An entry may have a line before it that begins with a blank, as no entry does: when
// it began, how many seconds it took, how it ended, and the machine where that is
// another one:
//
//	 2026-11-22T18:48:26.120Z 1.250 Completed Server01
//	get-job -state Running

var escapeEntry, unescapeEntry = strings.NewReplacer(`\`, `\\`, "\n", `\n`), strings.NewReplacer(`\\`, `\`, `\n`, "\n")

// timeLayout is how the file shows times, which are in UTC.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Writes an entry as lines.
func (e Entry) encode() string {
	text := escapeEntry.Replace(e.Text) + "\n"
	if e.Start.IsZero() {
		return text
	}
	fields := []string{"", e.Start.UTC().Format(timeLayout), strconv.FormatFloat(e.Duration.Seconds(), 'f', 3, 64), e.Status}
	if e.Host != "" {
		fields = append(fields, escapeEntry.Replace(e.Host))
	}
	return strings.Join(fields, " ") + "\n" + text
}

// Reads a line as the text of an entry; an escape that is none stands for itself.
func decodeText(line string) string {
	if !strings.Contains(line, `\`) {
		return line
	}
	return unescapeEntry.Replace(line)
}

// Reads the line before an entry; reports false when it is none.
func decodeAbout(line string) (e Entry, ok bool) {
	rest, ok := strings.CutPrefix(line, " ")
	if !ok {
		return e, false
	}
	fields := strings.SplitN(rest, " ", 4)
	if len(fields) < 3 {
		return e, false
	}
	start, timeErr := time.Parse(timeLayout, fields[0])
	seconds, err := strconv.ParseFloat(fields[1], 64)
	if timeErr != nil || err != nil || !(seconds >= 0 && seconds < maxSeconds) {
		return e, false
	}
	e = Entry{Start: start, Duration: time.Duration(seconds * float64(time.Second)), Status: fields[2]}
	if len(fields) == 4 {
		e.Host = decodeText(fields[3])
	}
	return e, true
}

// maxSeconds is longer than any statement took, in seconds.
const maxSeconds = 1e9

// Returns the entries in a file's text.
func parseHistory(data []byte) []Entry {
	var entries []Entry
	var about Entry
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if a, ok := decodeAbout(line); ok {
			about = a
			continue
		}
		if about.Text = decodeText(line); about.Text != "" && len(about.Text) <= maxEntry {
			entries = append(entries, about)
		}
		about = Entry{}
	}
	return entries
}

// Value returns the entry as a Map of type HistoryEntry.
func (e Entry) value() *jobs.Map {
	m := jobs.NewMap("HistoryEntry", "Id", int64(e.ID), "CommandLine", e.Text, "Status", e.Status,
		"StartTime", nil, "EndTime", nil, "Duration", nil, "ComputerName", e.Host)
	if !e.Start.IsZero() {
		m.Set("StartTime", e.Start)
		m.Set("EndTime", e.Start.Add(e.Duration))
		m.Set("Duration", e.Duration.Round(time.Millisecond).Seconds())
	}
	return m
}

// secretName is a name that has something secret for its value.
const secretName = `[\w-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[\w-]*`

// secrets is what a text looks like that has a secret in it: such a name gets a value
// that is written out, behind = or : or as a parameter's; an Authorization header; a
// password in a URL.
var secrets = regexp.MustCompile(`(?i)` +
	secretName + `["']?\s*[=:]\s*(?:["'][^"'$\s]|[\w./+@%-]+(?:[^\w./+@%(\[-]|$))` +
	`|(?:^|\s)--?` + secretName + `\s+["']?[\w./+@%]` +
	`|\bauthorization:\s*\w` +
	`|\bbearer\s+[\w.~+/-]{8}` +
	`|\w://[^\s/:@$]*:[^\s/@$]+@`)

// HoldsSecret reports whether a statement seems to have a secret in it, written out. It
// knows one by the name before it: password, passphrase, secret, token, api key, access
// key, private key or credential, as in $env:API_TOKEN = "…", --password … or
// PASSWORD=…, by an Authorization header or bearer token, and by a URL with a password.
// A value that comes from a variable or an expression is none.
func HoldsSecret(text string) bool { return secrets.MatchString(text) }
