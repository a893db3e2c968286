package builtin

import (
	"testing"
	"time"
)

var near = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestParseSyslog(t *testing.T) {
	time.Local = time.UTC
	for line, want := range map[string]logEntry{
		"Mar  1 10:00:00 web sshd[42]: Accepted publickey": {at("2026-03-01T10:00:00Z"), "", "sshd", "Accepted publickey", "web", 42, nil},
		"Dec 31 23:59:59 web kernel: [    1.0] panic: x":   {at("2025-12-31T23:59:59Z"), "", "kernel", "[    1.0] panic: x", "web", 0, nil},
		"Mar  2 10:00:00 web CRON[7]: later the same day":  {at("2026-03-02T10:00:00Z"), "", "CRON", "later the same day", "web", 7, nil},
		"Mar  4 10:00:00 web x: two days ahead":            {at("2025-03-04T10:00:00Z"), "", "x", "two days ahead", "web", 0, nil},
		"Feb 29 10:00:00 web x: leap":                      {at("2024-02-29T10:00:00Z"), "", "x", "leap", "web", 0, nil},
		"Mar  1 10:00:00 web -- MARK --":                   {at("2026-03-01T10:00:00Z"), "", "", "-- MARK --", "web", 0, nil},
		"Mar  1 10:00:00 web last message: repeated":       {at("2026-03-01T10:00:00Z"), "", "", "last message: repeated", "web", 0, nil},
		"<11>Mar  1 10:00:00 web app[x: y]: z":             {at("2026-03-01T10:00:00Z"), typeError, "app", "z", "web", 0, nil},
		"2026-03-01T10:00:00.5+02:00 web systemd[1]: Started": {
			at("2026-03-01T08:00:00.5Z"), "", "systemd", "Started", "web", 1, nil},
		"2026-03-01T10:00:00+0200 web a.b/c[1]:x": {at("2026-03-01T08:00:00Z"), "", "a.b/c", "x", "web", 1, nil},
		"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"Ap \\\"]p\"][b] \ufeffAn entry": {
			at("2003-10-11T22:14:15.003Z"), typeInformation, "evntslog", "An entry", "mymachine.example.com", 0, nil},
		"<12>1 2003-10-11T22:14:15.003Z - - 99 - - ": {at("2003-10-11T22:14:15.003Z"), typeWarning, "", "", "", 99, nil},
	} {
		got, ok := parseSyslog(line, near)
		if !ok || !got.time.Equal(want.time) {
			t.Errorf("%q: time %v, %v; want %v", line, got.time, ok, want.time)
		}
		if got.time = want.time; got != want {
			t.Errorf("%q:\n got %+v\nwant %+v", line, got, want)
		}
	}
}

func TestParseSyslogRefuses(t *testing.T) {
	for _, line := range []string{"", "x", "  at foo.Bar(Baz.java:1)", "Mar  1 10:00:00", "Mar 99 10:00:00 web x: y", "<999>x", "<13>1 yesterday a b c d - m",
		"<13>1 2003-10-11T22:14:15.003Z a b c d [unclosed", "2026-03-01T10:00:00Z"} {
		if e, ok := parseSyslog(line, near); ok {
			t.Errorf("%q was read as %+v", line, e)
		}
	}
}

func FuzzParseSyslog(f *testing.F) {
	f.Add("<165>1 2003-10-11T22:14:15.003Z h app 1 ID [a b=\"\\\"]\"][c] m")
	f.Add("Feb 29 10:00:00 web sshd[42]: x")
	f.Add("2026-03-01T10:00:00+0200 web a[: x")
	f.Fuzz(func(t *testing.T, line string) {
		e, ok := parseSyslog(line, near)
		if !ok {
			return
		}
		if e.time.IsZero() && line[0] != '0' && line[0] != '<' {
			t.Errorf("%q has no time: %+v", line, e)
		}
		if len(e.source)+len(e.message)+len(e.machine) > len(line) {
			t.Errorf("%q became longer: %+v", line, e)
		}
	})
}

func TestParseJournal(t *testing.T) {
	for line, want := range map[string]logEntry{
		`{"__REALTIME_TIMESTAMP":"1000001","PRIORITY":"3","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"no","_HOSTNAME":"web","_PID":"42"}`: {
			time.UnixMicro(1000001), typeError, "sshd", "no", "web", 42, nil},
		`{"__REALTIME_TIMESTAMP":"1","_COMM":"x","MESSAGE":[104,105,255]}`:                     {time.UnixMicro(1), "", "x", "hi\xff", "", 0, nil},
		`{"__REALTIME_TIMESTAMP":"1","PRIORITY":"4","MESSAGE":null}`:                           {time.UnixMicro(1), typeWarning, "", "", "", 0, nil},
		`{"__REALTIME_TIMESTAMP":"1","PRIORITY":"9","MESSAGE":["a","b"],"SYSLOG_PID":["7",8]}`: {time.UnixMicro(1), "", "", "a", "", 7, nil},
	} {
		if got, ok := parseJournal([]byte(line)); !ok || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", line, got, ok, want)
		}
	}
	for _, line := range []string{"", "-- No entries --", "{", `{"MESSAGE":"x"}`, `{"__REALTIME_TIMESTAMP":"soon"}`, "[]"} {
		if e, ok := parseJournal([]byte(line)); ok {
			t.Errorf("%q was read as %+v", line, e)
		}
	}
}

func FuzzParseJournal(f *testing.F) {
	f.Add([]byte(`{"__REALTIME_TIMESTAMP":"1","MESSAGE":[[[104,105]]],"PRIORITY":["3"]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if e, ok := parseJournal(line); ok && e.time.IsZero() {
			t.Errorf("%q has no time", line)
		}
	})
}
