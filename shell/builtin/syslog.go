package builtin

import (
	"strconv"
	"strings"
	"time"
)

// Parses a line of a log file: RFC 5424's format, the traditional one of RFC 3164,
// or that with an ISO 8601 time, which rsyslog and syslog-ng write; each with its
// priority in front or, as files mostly are, without. A time that has no year is
// the latest such time up to a day after near; one that has no zone is local.
func parseSyslog(line string, near time.Time) (logEntry, bool) {
	var e logEntry
	rest := line
	if pri, after, ok := priority(line); ok {
		e.typ, rest = priorityType(strconv.Itoa(pri%8)), after
		if body, ok := strings.CutPrefix(rest, "1 "); ok {
			return parse5424(e, body)
		}
	}
	var ok bool
	if e.time, rest, ok = syslogTime(rest, near); !ok {
		return logEntry{}, false
	}
	e.machine, rest, _ = strings.Cut(rest, " ")
	e.source, e.pid, e.message = tag(rest)
	return e, e.machine != ""
}

// Cuts the priority "<N>" off a line.
func priority(line string) (pri int, rest string, ok bool) {
	digits, rest, ok := strings.Cut(strings.TrimPrefix(line, "<"), ">")
	if !ok || !strings.HasPrefix(line, "<") || len(digits) > 3 {
		return 0, line, false
	}
	pri, err := strconv.Atoi(digits)
	return pri, rest, err == nil && pri >= 0 && pri <= 191
}

// Cuts the time off a line.
func syslogTime(line string, near time.Time) (t time.Time, rest string, ok bool) {
	if word, after, found := strings.Cut(line, " "); found {
		if t, ok := isoTime(word); ok {
			return t, after, true
		}
	}
	const layout = "Jan _2 15:04:05"
	if len(line) <= len(layout) || line[len(layout)] != ' ' {
		return t, line, false
	}
	t, err := time.Parse(layout, line[:len(layout)])
	if err != nil {
		return t, line, false
	}
	t, ok = withYear(t, near)
	return t, line[len(layout)+1:], ok
}

func isoTime(word string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999"} {
		if t, err := time.ParseInLocation(layout, word, time.Local); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Gives t the latest year in which it is not later than a day after near. The 29th
// of February is looked for in leap years, which are at most eight years apart.
func withYear(t, near time.Time) (time.Time, bool) {
	near = near.Local()
	for year := near.Year() + 1; year > near.Year()-9; year-- {
		c := time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
		if c.Day() == t.Day() && !c.After(near.Add(24*time.Hour)) {
			return c, true
		}
	}
	return t, false
}

// Cuts "program[pid]: " off a message. A message without it is one all the same.
func tag(s string) (source string, pid int64, message string) {
	end := strings.IndexAny(s, ":[ ")
	if end <= 0 || s[end] == ' ' {
		return "", 0, s
	}
	source, rest := s[:end], s[end:]
	if number, after, ok := strings.Cut(rest[1:], "]"); rest[0] == '[' && ok {
		pid, _ = strconv.ParseInt(number, 10, 64)
		rest = after
	}
	rest, ok := strings.CutPrefix(rest, ":")
	if !ok {
		return "", 0, s
	}
	return source, pid, strings.TrimPrefix(rest, " ")
}

// Parses what follows the priority and version of RFC 5424: time, host, program,
// process, message id, structured data, message; "-" is what is not known.
func parse5424(e logEntry, rest string) (logEntry, bool) {
	var fields [5]string
	for i := range fields {
		word, after, ok := strings.Cut(rest, " ")
		if !ok {
			return logEntry{}, false
		}
		if word != "-" {
			fields[i] = word
		}
		rest = after
	}
	var ok bool
	if e.time, ok = isoTime(fields[0]); !ok {
		return logEntry{}, false
	}
	e.machine, e.source = fields[1], fields[2]
	e.pid, _ = strconv.ParseInt(fields[3], 10, 64)
	rest, ok = skipStructured(rest)
	e.message = strings.TrimPrefix(strings.TrimPrefix(rest, " "), "\ufeff")
	return e, ok
}

// Skips "-" or a run of elements in brackets, in whose quoted values a backslash
// keeps the next character from having a meaning.
func skipStructured(s string) (rest string, ok bool) {
	if after, ok := strings.CutPrefix(s, "-"); ok {
		return after, after == "" || after[0] == ' '
	}
	for strings.HasPrefix(s, "[") {
		n := elementEnd(s)
		if n < 0 {
			return "", false
		}
		s, ok = s[n:], true
	}
	return s, ok
}

// Returns the length of the element that s begins with, -1 when it does not end.
func elementEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted:
			return i + 1
		}
	}
	return -1
}
