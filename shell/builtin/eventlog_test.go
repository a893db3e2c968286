package builtin

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

func gz(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGetEventlogFiles(t *testing.T) {
	w := newWorld(t)
	w.file("log/syslog", "2026-03-03T10:00:00Z web sshd[42]: third\n  at more\n2026-03-04T10:00:00Z web cron: fourth\n")
	w.file("log/syslog.1", "<11>2026-03-02T10:00:00Z web sshd[41]: second\n")
	w.file("log/syslog.2.gz", gz(t, "2026-03-01T10:00:00Z web kernel: first\n"))
	w.file("log/syslog.old", "2020-01-01T00:00:00Z web x: not one of them\n")
	w.file("log/secure", "2026-03-01T10:00:00Z web sshd: in\n")
	const all = "\"fourth\"\n\"third\\n  at more\"\n\"second\"\n\"first\"\n"
	for script, want := range map[string]string{
		`get-eventlog system`:                                        all,
		`get-eventlog system -newest 2`:                              "\"fourth\"\n\"third\\n  at more\"\n",
		`get-eventlog system -newest 0`:                              "",
		`get-eventlog system -newest 1 -source SSH*`:                 "\"third\\n  at more\"\n",
		`get-eventlog system -newest 1 -entrytype error`:             "\"second\"\n",
		`get-eventlog system -newest 1 -message *ir*`:                "\"third\\n  at more\"\n",
		`get-eventlog system -after 2026-03-02T10:00:00Z`:            "\"fourth\"\n\"third\\n  at more\"\n",
		`get-eventlog system -before 2026-03-02T10:00:00Z -newest 1`: "\"first\"\n",
	} {
		w.check(script+` | foreach-object Message`, want)
	}
	w.file("log/secure.1.gz", "no gzip")
	w.check(`get-eventlog auth`, `{"Time":"2026-03-01T10:00:00Z","Source":"sshd","Type":"","Message":"in","MachineName":"web"}`+"\n"+
		"error: get-eventlog: cannot read DIR/log/secure.1.gz: unexpected EOF\n")
	w.check(`get-eventlog kern`, "failed: get-eventlog: this machine has no log \"kern\": looked for DIR/log/kern.log\n")
	w.fails(`get-eventlog ../x`, jobs.KindUsage)
	w.fails(`get-eventlog system -newest -1`, jobs.KindUsage)
}

func TestGetEventlogDated(t *testing.T) {
	w := newWorld(t)
	w.file("log/messages-20260301", "2026-03-01T10:00:00Z web x: first\n")
	w.file("log/messages-20260308.gz", gz(t, "2026-03-08T10:00:00Z web x: second\n"))
	w.file("log/messages", "2026-03-09T10:00:00Z web x: third\n")
	w.check(`get-eventlog system | foreach-object Message`, "\"third\"\n\"second\"\n\"first\"\n")
}

func TestGetEventlogMarsh(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		e := shell.Event{Time: time.Unix(int64(i), 0).UTC(), Type: shell.EventWarning, ID: shell.SessionBroken, Source: "session", Message: fmt.Sprint("event ", i), Host: "Server01", User: "u", Pid: 7}
		if err := w.shell.Events.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	w.check(`get-eventlog marsh -newest 1`,
		`{"Time":"1970-01-01T00:00:02Z","Source":"session","Type":"Warning","Message":"event 2","MachineName":"Server01","ProcessId":7,"InstanceId":202,"UserName":"u","Shell":""}`+"\n")
	w.check(`get-eventlog "Windows PowerShell" | foreach-object Message`, "\"event 2\"\n\"event 1\"\n\"event 0\"\n\"the shell begins\"\n")
	w.check(`get-eventlog marsh -instanceid 100,101 | foreach-object Message`, "\"the shell begins\"\n")
	w.check(`get-eventlog marsh -instanceid 202 -newest 1 -entrytype warning -source s* -message *2 -before 1970-01-01T00:00:03Z | foreach-object Message`, "\"event 2\"\n")
	w.fails(`get-eventlog marsh -entrytype strange`, jobs.KindUsage)
}

// The log says who did what to which job and how it ended, and nothing of what the job
// was given or has written.
func TestEventsOfAJob(t *testing.T) {
	w := newWorld(t)
	w.check(`$pw = "SECRET1"
$j = start-job -name nightly { write-output $using:pw "$input"; error("SECRET4: " .. (...), 0) } -args SECRET2 -inputobject SECRET3 | wait-job
receive-job $j | out-null
stop-job $j
$k = start-job { exit 3 } | wait-job
$e = start-job { start-sleep 600 }
stop-job $e
remove-job $j, $k, $e`, "error: SECRET4: SECRET2\n")
	w.check(`  start-job { "SECRET5" } | wait-job | receive-job | out-null`, "")
	w.check(`get-eventlog marsh -source job | foreach-object { write-output "$(it.InstanceId) $(it.Job.Id) $(it.Type) $(it.Job.State) $(it.Job.Reason) $(it.Job.ExitStatus) $(it.Job.Records) $(it.Job.Command)" }`, `
"303 4 Information Completed  0 1 "
"301 4 Information Completed  0 0 "
"300 4 Information Running   0 "
"304 3 Information Stopped Stopped  0 "
"304 2 Information Failed ExitStatus 3 0 "
"304 1 Information Failed Script  0 "
"301 3 Information Stopped Stopped  0 "
"302 3 Information Running   0 "
"300 3 Information Running   0 start-sleep 600"
"301 2 Error Failed ExitStatus 3 0 "
"300 2 Information Running   0 exit 3"
"303 1 Information Failed Script  2 "
"301 1 Error Failed Script  0 "
"300 1 Information Running   0 write-output $using:pw \"$input\"; error(\"SECRET4: \" .. (...), 0)"
`)
	text, err := os.ReadFile(w.shell.Events.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"SECRET1", "SECRET2", "SECRET3", "SECRET5"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the log has %s:\n%s", secret, text)
		}
	}
}
