package shell

import "time"

// The types of events.
const (
	EventInformation = "Information"
	EventWarning     = "Warning"
	EventError       = "Error"
)

// EventID says what happened. The numbers are in files and never change.
type EventID int

// What happens.
const (
	ShellBegan         EventID = 100
	ShellEnded         EventID = 101
	WatchdogFailed     EventID = 102
	SessionOpened      EventID = 200
	SessionClosed      EventID = 201
	SessionBroken      EventID = 202
	SessionEntered     EventID = 203
	SessionLeft        EventID = 204
	ConnectionOpened   EventID = 205 // for one command
	ConnectionClosed   EventID = 206
	JobStarted         EventID = 300
	JobEnded           EventID = 301
	JobStopAsked       EventID = 302
	JobReceived        EventID = 303
	JobRemoved         EventID = 304
	JobLeftSomeRunning EventID = 305
)

// Event is an entry of the shell's own log.
type Event struct {
	Time    time.Time  `json:"time"` // the first, see eventHead
	Type    string     `json:"type"` // EventInformation, EventWarning or EventError
	ID      EventID    `json:"id,omitempty"`
	Source  string     `json:"source"`          // what it is about: "job", "session", "shell"
	Message string     `json:"message"`         // what happened, on one line
	Host    string     `json:"host,omitempty"`  // where it happened; "" for this machine
	User    string     `json:"user,omitempty"`  // who did it
	Pid     int        `json:"pid,omitempty"`   // the shell that wrote it
	Shell   string     `json:"shell,omitempty"` // the InstanceID of that shell
	Job     *JobDetail `json:"job,omitempty"`   // the job that it is about
}

// JobDetail is what an event says of a job. None of it is what a job was given or has
// written: no arguments, no values of $using:, no input, no output, and of the reason
// why it failed no more than the kind.
type JobDetail struct {
	ID         int     `json:"id"`
	Name       string  `json:"name"`
	InstanceID string  `json:"instance"`
	Command    string  `json:"command,omitempty"` // as typed, up to maxEventCommand bytes
	State      string  `json:"state"`
	Reason     string  `json:"reason,omitempty"` // the kind of error that ended it
	ExitStatus *int64  `json:"status,omitempty"`
	Seconds    float64 `json:"seconds,omitempty"` // how long it ran
	Records    int     `json:"records,omitempty"` // how many were received
}
