package builtin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
)

// facilities are syslog's, by the names that syslog.conf(5) gives them.
var facilities = map[string][]int{
	"user": {1}, "mail": {2}, "daemon": {3}, "auth": {4, 10}, "security": {4, 10}, "authpriv": {10}, "syslog": {5}, "lpr": {6},
	"news": {7}, "uucp": {8}, "cron": {9}, "ftp": {11}, "local0": {16}, "local1": {17}, "local2": {18}, "local3": {19},
	"local4": {20}, "local5": {21}, "local6": {22}, "local7": {23},
}

// Returns the matches of journalctl(1) for the entries of a log.
func journalMatches(name string) []string {
	lower := strings.ToLower(name)
	switch lower {
	case "system":
		return nil
	case "kern", "kernel":
		return []string{"_TRANSPORT=kernel"}
	}
	var out []string
	for _, f := range facilities[lower] {
		out = append(out, fmt.Sprintf("SYSLOG_FACILITY=%d", f))
	}
	if out == nil {
		out = []string{"SYSLOG_IDENTIFIER=" + name, "+", "_SYSTEMD_UNIT=" + name + ".service"}
	}
	return out
}

// journal reads systemd's journal through journalctl.
type journal struct {
	matches       []string
	after, before time.Time
	env           []string
	warn          func(format string, args ...any) error
}

// journalEnd is how long journalctl may take to end once it was told to.
const journalEnd = 2 * time.Second

// Reads the entries, newest first. It reports false where there is no journalctl,
// or the journal has no entry at all of this log.
func (j journal) read(ctx context.Context, take func(logEntry) error) (bool, error) {
	if _, err := exec.LookPath("journalctl"); err != nil {
		return false, nil
	}
	seen, err := j.run(ctx, j.span(), take)
	if seen || err != nil || j.after.IsZero() && j.before.IsZero() {
		return seen, err
	}
	any := func(logEntry) error { return errEnough }
	seen, err = j.run(ctx, []string{"--lines=1"}, any)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return seen, err
}

// Returns the options for the time asked for, in whole seconds around it.
func (j journal) span() []string {
	var out []string
	if !j.after.IsZero() {
		out = append(out, fmt.Sprintf("--since=@%d", j.after.Unix()))
	}
	if !j.before.IsZero() {
		out = append(out, fmt.Sprintf("--until=@%d", j.before.Unix()+1))
	}
	return out
}

// Runs journalctl, and ends it when take fails.
func (j journal) run(ctx context.Context, options []string, take func(logEntry) error) (seen bool, err error) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	args := slices.Concat([]string{"--system", "--output=json", "--all", "--reverse", "--no-pager"}, options, j.matches)
	cmd := exec.CommandContext(running, "journalctl", args...)
	cmd.Env = append(slices.Clip(j.env), "LC_ALL=C")
	cmd.WaitDelay = journalEnd
	complaints := &bounded{max: 4 << 10}
	cmd.Stderr = complaints
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return false, jobs.Errorf(jobs.KindIO, "journalctl cannot be run: %w", err)
	}
	seen, err = readJournal(out, take)
	cancel()
	cmd.Wait() // its status says nothing that its output does not
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && strings.Contains(complaints.String(), "not seeing messages") {
		err = j.warn("you may not read all of the journal; members of the group systemd-journal may")
	}
	return seen, err
}

// Hands the entries of journalctl's output to take.
func readJournal(r io.Reader, take func(logEntry) error) (seen bool, err error) {
	lines := newLineReader(r)
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return seen, nil
		}
		if err != nil {
			return seen, jobs.Errorf(jobs.KindIO, "the journal cannot be read: %w", err)
		}
		e, ok := parseJournal([]byte(line))
		if !ok {
			continue
		}
		seen = true
		if err := take(e); err != nil {
			return seen, err
		}
	}
}

// Parses an entry of the journal in its JSON format (systemd's "Journal JSON
// Format"), in which a field is text, the bytes of what is no text, null, or a list
// of these where the field is there more than once.
func parseJournal(line []byte) (logEntry, bool) {
	var raw map[string]json.RawMessage
	if !bytes.HasPrefix(line, []byte("{")) || json.Unmarshal(line, &raw) != nil {
		return logEntry{}, false
	}
	get := func(names ...string) string {
		for _, n := range names {
			if s := journalField(raw[n]); s != "" {
				return s
			}
		}
		return ""
	}
	micros, err := strconv.ParseInt(get("__REALTIME_TIMESTAMP"), 10, 64)
	if err != nil {
		return logEntry{}, false
	}
	pid, _ := strconv.ParseInt(get("_PID", "SYSLOG_PID"), 10, 64)
	return logEntry{
		time: time.UnixMicro(micros), typ: priorityType(get("PRIORITY")), source: get("SYSLOG_IDENTIFIER", "_COMM"),
		message: get("MESSAGE"), machine: get("_HOSTNAME"), pid: pid,
	}, true
}

func journalField(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var codes []uint8Number
	if json.Unmarshal(raw, &codes) == nil {
		out := make([]byte, len(codes))
		for i, c := range codes {
			out[i] = byte(c)
		}
		return string(out)
	}
	var several []json.RawMessage
	if json.Unmarshal(raw, &several) == nil && len(several) > 0 && raw[0] == '[' {
		return journalField(several[0])
	}
	return ""
}

// uint8Number is a byte that is written as a number; a []byte would be read as
// base64.
type uint8Number uint8

// Returns the type of an entry of the given syslog severity (RFC 5424, 6.2.1).
func priorityType(priority string) string {
	n, err := strconv.Atoi(priority)
	switch {
	case err != nil || n < 0 || n > 7:
		return ""
	case n <= 3:
		return typeError
	case n == 4:
		return typeWarning
	}
	return typeInformation
}

// bounded keeps the beginning of what is written to it.
type bounded struct {
	bytes.Buffer
	max int
}

// Write keeps what still fits.
func (b *bounded) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), max(0, b.max-b.Len()))])
	return len(p), nil
}
