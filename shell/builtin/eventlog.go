package builtin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

var eventlogCommands = []*shell.Command{
	shell.Define[getEventlog](shell.Doc{
		Name: "get-eventlog", Synopsis: "read a machine's log, newest entries first", Output: "LogEntry values, with Time, Source, Type and Message",
		Help: "system, auth, kern, cron, daemon, mail, user or the name of a program or service: from the journal where there is " +
			"one, else from the files under /var/log, rotated and compressed (.gz) ones too. marsh, or \"Windows PowerShell\", is " +
			"the shell's own log: who began a shell, opened, entered or lost a session, and started, stopped, received or removed " +
			"which job, where, and how it ended. It has the text of a job's block, as the history has it, but not what is typed behind a blank; it " +
			"never has arguments (-ArgumentList), the values of $using:, input, output, or the text of an error. So give secrets these ways.\n\n" +
			"The entries of that log have more: InstanceId, the number of what happened (100 and on: shells, 200: sessions, 300: jobs; 301 is the end of a job), " +
			"UserName, Shell, and Job with Id, Name, InstanceId, Command, State, Reason, ExitStatus, Seconds and Records. Shells that run side by side keep one log.\n\n" +
			"A log that is a file may not say of what type its entries are; -EntryType leaves those out.",
		Examples: []shell.Example{
			{Line: "get-eventlog system -newest 20 -entrytype Error", Says: "the latest errors", Skip: "needs a system log"},
			{Line: "start-job -name nightly { error(\"x\") } | wait-job | out-null\nget-eventlog marsh -instanceid 301 -newest 1 | foreach-object { return it.Job.Name, it.Job.Reason }", Says: "which job ended last, and how", Want: "nightly\nScript"},
			{Line: "get-eventlog auth -after 2h -source sshd", Says: "what sshd wrote in the last two hours", Skip: "needs a system log"},
		},
	}),
}

// The types of entries, as far as a log says.
const (
	typeError       = shell.EventError
	typeWarning     = shell.EventWarning
	typeInformation = shell.EventInformation
)

// systemLogs is where a machine's log files are, and a test's are not: only there
// the journal is asked too.
const systemLogs = "/var/log"

type getEventlog struct {
	LogName    string    `param:"pos=0,required" help:"which log"`
	Newest     *int      `param:"min=0" help:"only the latest N entries"`
	After      time.Time `help:"only entries later than this time, or than so long ago: 2h"`
	Before     time.Time `help:"only entries earlier than this time"`
	Source     []string  `help:"only entries of these programs, * and ? allowed"`
	EntryType  []string  `param:"values=Error|Warning|Information" help:"only entries of these types"`
	InstanceID []int     `param:"name=InstanceId" help:"only entries with these numbers of what happened; those of the shell's own log have them"`
	Message    string    `help:"only entries whose text is like this, * and ? allowed"`

	written int
}

// logEntry is an entry of any log.
type logEntry struct {
	time    time.Time
	typ     string // "" where the log does not say
	source  string // the program
	message string
	machine string
	pid     int64        // 0 where the log does not say
	event   *shell.Event // the shell's own; nil in other logs
}

// logReader reads a log, newest entry first, until take fails. It reports false
// when there is no such log.
type logReader func(ctx context.Context, take func(logEntry) error) (found bool, err error)

// Run writes a LogEntry for each entry that was asked for.
func (g *getEventlog) Run(c *shell.Call) error {
	if g.Newest != nil && *g.Newest == 0 {
		return nil
	}
	readers, looked, err := g.readers(c)
	if err != nil {
		return err
	}
	take := func(e logEntry) error { return g.take(c, e) }
	for _, read := range readers {
		found, err := read(c.Ctx, take)
		if errors.Is(err, errEnough) {
			return nil
		}
		if found || err != nil {
			return err
		}
	}
	return jobs.Errorf(jobs.KindNotFound, "this machine has no log %q: looked for %s", g.LogName, looked)
}

// Returns where the log may be, and how to say so.
func (g *getEventlog) readers(c *shell.Call) (all []logReader, looked string, err error) {
	name := strings.ToLower(g.LogName)
	if name == "marsh" || name == "windows powershell" {
		return []logReader{eventReader(c.Engine.Shell.Events)}, "", nil
	}
	if !plainName(name) {
		return nil, "", jobs.Errorf(jobs.KindUsage, "%q is not the name of a log; try system, auth, kern or marsh", g.LogName)
	}
	files := logFiles{root: c.Engine.Shell.LogRoot, names: logFileNames(g.LogName), problem: c.Error}
	looked = files.paths()
	if files.root == systemLogs {
		all = append(all, journal{matches: journalMatches(g.LogName), after: g.After, before: g.Before, env: c.Engine.Environ(), warn: c.Warn}.read)
		looked = "it in the journal (journalctl), " + looked
	}
	return append(all, files.read), looked, nil
}

// Reports whether name can be part of a path or of a journalctl match.
func plainName(name string) bool {
	bad := func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_.@-", r) }
	return name != "" && !strings.ContainsAny(name[:1], ".-") && !strings.ContainsFunc(name, bad)
}

// Writes e if it was asked for. It returns errEnough when no later one will be.
func (g *getEventlog) take(c *shell.Call, e logEntry) error {
	if !g.After.IsZero() && e.time.Before(g.After.Add(-time.Hour)) { // entries are in order, but for small corrections of the clock
		return errEnough
	}
	if !g.wants(e) {
		return nil
	}
	if err := c.Out(e.value()); err != nil {
		return err
	}
	g.written++
	if g.Newest != nil && g.written >= *g.Newest {
		return errEnough
	}
	return nil
}

func (g *getEventlog) wants(e logEntry) bool {
	switch {
	case !g.After.IsZero() && !e.time.After(g.After), !g.Before.IsZero() && !e.time.Before(g.Before):
		return false
	case !likeAny(g.Source, e.source), !likeAny(g.EntryType, e.typ):
		return false
	case g.InstanceID != nil && (e.event == nil || !slices.Contains(g.InstanceID, int(e.event.ID))):
		return false
	}
	return g.Message == "" || like(g.Message, e.message)
}

func (e logEntry) value() *jobs.Map {
	m := jobs.NewMap("LogEntry", "Time", e.time, "Source", e.source, "Type", e.typ, "Message", e.message, "MachineName", e.machine)
	if e.pid != 0 {
		m.Set("ProcessId", e.pid)
	}
	if e.event != nil {
		ownEntry(m, e.event)
	}
	return m
}

// Adds what the shell's own log has more.
func ownEntry(m *jobs.Map, e *shell.Event) {
	m.Set("InstanceId", int64(e.ID))
	m.Set("UserName", e.User)
	m.Set("Shell", e.Shell)
	d := e.Job
	if d == nil {
		return
	}
	job := jobs.NewMap("", "Id", int64(d.ID), "Name", d.Name, "InstanceId", d.InstanceID, "Command", d.Command, "State", d.State, "Reason", d.Reason)
	if d.ExitStatus != nil {
		job.Set("ExitStatus", *d.ExitStatus)
	}
	job.Set("Seconds", d.Seconds)
	job.Set("Records", int64(d.Records))
	m.Set("Job", job)
}

// Reads the shell's own log.
func eventReader(log *shell.EventLog) logReader {
	return func(ctx context.Context, take func(logEntry) error) (bool, error) {
		events, err := log.Read(ctx)
		if err != nil {
			return false, err
		}
		for _, e := range slices.Backward(events) {
			if err := take(logEntry{e.Time, e.Type, e.Source, e.Message, e.Host, int64(e.Pid), &e}); err != nil {
				return true, err
			}
		}
		return true, nil
	}
}
