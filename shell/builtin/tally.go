package builtin

import (
	"fmt"
	"strconv"
	"strings"

	"marsh/jobs"
)

// The numbers of activities that are the shell's own accounts: of what it waits for, and
// of the machines that a command works on.
const (
	accountID = -1
	fanOutID  = -2
)

// tally is how many of several things that one waits for are in which state.
type tally struct{ all, done, failed, stopped, blocked, disconnected int }

// add adds a thing in a state.
func (t *tally) add(s jobs.State) {
	t.all++
	t.note(s)
}

// note notes that one of all is in a state.
func (t *tally) note(s jobs.State) {
	if s.Ended() {
		t.done++
	}
	switch s {
	case jobs.Failed:
		t.failed++
	case jobs.Stopped:
		t.stopped++
	case jobs.Blocked:
		t.blocked++
	case jobs.Disconnected:
		t.disconnected++
	}
}

// status says it in words: "3 of 20 hosts done, 1 failed, 2 blocked".
func (t *tally) status(noun string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d %s done", t.done, t.all, noun)
	for _, part := range []struct {
		n    int
		what string
	}{{t.failed, "failed"}, {t.stopped, "stopped"}, {t.blocked, "blocked"}, {t.disconnected, "disconnected"}} {
		if part.n > 0 {
			fmt.Fprintf(&b, ", %d %s", part.n, part.what)
		}
	}
	return b.String()
}

// activity returns it as an activity of the given name, whose source tells it from others.
func (t *tally) activity(name, noun, source string) jobs.Activity {
	return jobs.Activity{Name: name, Status: t.status(noun), Percent: 100 * t.done / max(t.all, 1), Seconds: jobs.Unknown, Parent: jobs.Unknown,
		ActivityID: jobs.ActivityID{Source: source, ID: accountID}}
}

// overall returns how many of several jobs, or tasks, have ended.
func overall(found []selected) jobs.Activity {
	var t tally
	noun := "tasks"
	for _, s := range found {
		t.add(s.state())
		if s.task == nil {
			noun = "jobs"
		}
	}
	return t.activity("waiting", noun, "")
}

// jobProgress returns how many of a job's tasks have ended.
func jobProgress(j *jobs.Job) jobs.Activity {
	var t tally
	for _, task := range j.Tasks() {
		t.add(task.State())
	}
	noun := "tasks"
	if j.Type == jobs.RemoteJob {
		noun = "hosts"
	}
	return t.activity(j.Name, noun, strconv.Itoa(j.ID))
}

// stateOf returns the state of what tells nothing of itself.
func stateOf(s selected) jobs.Activity {
	name, id := s.job.Name, strconv.Itoa(s.job.ID)
	if s.task != nil {
		name, id = s.task.Name(), s.task.ID()
	}
	return jobs.Activity{Name: name, Status: strings.ToLower(s.state().String()), Percent: jobs.Unknown, Seconds: jobs.Unknown, Parent: jobs.Unknown,
		ActivityID: jobs.ActivityID{Source: id, ID: accountID}}
}
