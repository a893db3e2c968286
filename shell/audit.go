package shell

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"marsh/jobs"
)

// maxEventCommand is how many bytes of a job's command the event log keeps.
const maxEventCommand = 1 << 10

// logEvent adds an event to the log.
func (s *Shell) logEvent(e Event) {
	e.Shell = s.instance
	s.tellUnlogged(s.Events.Append(e))
}

// tellUnlogged tells the operator, once, that the event log cannot be written.
func (s *Shell) tellUnlogged(err error) {
	if err != nil {
		s.unlogged.Do(func() { s.notify(err.Error()) })
	}
}

// logLife logs that the shell begins or has ended. An error is not told: where nothing
// else is logged it would only be in the way.
func (s *Shell) logLife(id EventID) {
	e := Event{Type: EventInformation, ID: id, Source: "shell", Message: "the shell begins", Shell: s.instance}
	if id == ShellEnded {
		e.Message = "the shell has ended"
	}
	if s.Agent {
		e.Source = "session"
		e.Message = strings.Replace(e.Message, "the shell", "a session to this machine", 1)
	}
	_ = s.Events.Append(e)
}

// jobVerbs is what events say of a job.
var jobVerbs = map[EventID]string{
	JobStarted: "job started", JobEnded: "job ended", JobStopAsked: "job asked to stop", JobReceived: "job received", JobRemoved: "job removed",
}

// startEvent is the entry for a job that was started. told says whether it may say what
// the job runs: what is typed behind a blank is kept nowhere.
func startEvent(j *jobs.Job, told bool) Event {
	e := jobEvent(JobStarted, j, j.Started())
	if !told {
		return e
	}
	e.Job.Command = cutText(strings.TrimSpace(j.Command), maxEventCommand)
	if e.Job.Command != "" {
		e.Message += ": " + strings.Join(strings.Fields(e.Job.Command), " ")
	}
	return e
}

// jobEvent is the entry for something that happened to a job, which was as v says.
func jobEvent(id EventID, j *jobs.Job, v *jobs.Map) Event {
	d := jobDetail(j, v)
	e := Event{Type: EventInformation, ID: id, Source: "job", Job: d}
	e.Message = fmt.Sprintf("%s: %d %s on %s: %s", jobVerbs[id], j.ID, j.Name, j.Location(), d.State)
	if j.Location() != "localhost" {
		e.Host = j.Location()
	}
	if id != JobEnded {
		return e
	}
	if d.State == jobs.Failed.String() {
		e.Type = EventError
	}
	if d.Reason != "" {
		e.Message += " (" + d.Reason
		if d.ExitStatus != nil {
			e.Message += " " + strconv.FormatInt(*d.ExitStatus, 10)
		}
		e.Message += ")"
	}
	e.Message += fmt.Sprintf(" after %.3g s", d.Seconds)
	return e
}

// jobDetail says of a job, which was as v says, what may be said.
func jobDetail(j *jobs.Job, v *jobs.Map) *JobDetail {
	d := &JobDetail{ID: j.ID, Name: j.Name, InstanceID: j.InstanceID, State: v.String("State")}
	if r, ok := v.Get("Reason"); ok {
		if m, ok := r.(*jobs.Map); ok {
			d.Reason = m.String("Kind")
		}
	}
	if n, ok := v.Get("ExitStatus"); ok {
		if status, ok := n.(int64); ok {
			d.ExitStatus = &status
		}
	}
	begin, _ := v.Get("PSBeginTime")
	end, _ := v.Get("PSEndTime")
	if b, ok := begin.(time.Time); ok {
		if e, ok := end.(time.Time); ok {
			d.Seconds = e.Sub(b).Round(time.Microsecond).Seconds()
		}
	}
	return d
}

// JobEvent logs what somebody did to a job. Records is how many were received, where that
// was done.
func (s *Shell) JobEvent(id EventID, j *jobs.Job, records int) {
	e := jobEvent(id, j, j.Value())
	if id == JobReceived {
		e.Job.Records = records
		e.Message += ", " + strconv.Itoa(records) + " records"
	}
	s.logEvent(e)
}

// sessionVerbs is what events say of a session.
var sessionVerbs = map[EventID]string{
	SessionOpened: "session opened", SessionClosed: "session closed", SessionBroken: "session broken", SessionEntered: "session entered",
	SessionLeft: "session left", ConnectionOpened: "connected", ConnectionClosed: "disconnected",
}

// SessionEvent logs something that happened to a session.
func (s *Shell) SessionEvent(id EventID, session Session) {
	e := Event{Type: EventInformation, ID: id, Source: "session", Message: sessionVerbs[id] + ": " + session.Name(), Host: session.Name()}
	if id == SessionBroken {
		e.Type = EventError
		if err := session.Err(); err != nil {
			e.Message += ": " + err.Error()
		}
	}
	s.logEvent(e)
}

// SessionOpened logs that a session is open, as one of those events, and later that it
// broke, if it does before the shell ends.
func (s *Shell) SessionOpened(id EventID, session Session) {
	s.SessionEvent(id, session)
	s.watched.add(session, func() { s.SessionEvent(SessionBroken, session) })
}

// watched is the sessions whose end is waited for.
type watched struct {
	over chan struct{} // closed by close

	mu     sync.Mutex
	closed bool           // guarded by mu
	wg     sync.WaitGroup // a goroutine for each
}

// add calls broken when the session breaks, unless nobody watches any more.
func (w *watched) add(session Session, broken func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.wg.Go(func() {
		select {
		case <-w.over:
		case <-session.Done():
			if session.State() == "Broken" {
				broken()
			}
		}
	})
}

// close ends the watching, and waits for that.
func (w *watched) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.over)
	}
	w.mu.Unlock()
	w.wg.Wait()
}
