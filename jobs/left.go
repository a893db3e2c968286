package jobs

import (
	"context"
	"fmt"
	"strings"
)

// Left returns the error, of kind [KindState], that names the processes of a stopped task
// that could not be ended, and why; nil where there are none.
func (t *Task) Left() *Error {
	r := t.Reason()
	if r == nil || t.State() != Stopped || r.Kind != KindState {
		return nil
	}
	return r
}

// LeftOf returns one error, of kind [KindState], that says of each of the tasks whose
// processes could not all be ended which job that is, which processes, and why; nil where
// there are none. Tasks that are there twice count once.
func LeftOf(tasks []*Task) error {
	var parts []string
	seen := make(map[*Task]bool)
	for _, t := range tasks {
		if left := t.Left(); left != nil && !seen[t] {
			parts = append(parts, t.label()+": "+left.Error())
			seen[t] = true
		}
	}
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return Errorf(KindState, "%s", parts[0])
	}
	return Errorf(KindState, "of %d not all processes were stopped: %s", len(parts), strings.Join(parts, "; "))
}

// label names the task for an error: its job, or the child where the job has several, and
// the machine unless it is this one.
func (t *Task) label() string {
	text := fmt.Sprintf("job %d (%s)", t.job.ID, t.job.Name)
	if len(t.job.tasks) > 1 {
		text = fmt.Sprintf("job %s (%s)", t.ID(), t.Name())
	}
	if t.Location() != "localhost" {
		text += " on " + t.Location()
	}
	return text
}

// active returns those tasks that have not ended.
func active(all []*Job) (found []*Task) {
	for _, j := range all {
		for _, t := range j.tasks {
			if !t.State().Ended() {
				found = append(found, t)
			}
		}
	}
	return found
}

// notEnded returns why the end of tasks was not waited for any longer, with the names of
// those that have not ended.
func notEnded(ctx context.Context, tasks []*Task) error {
	cause := AsError(context.Cause(ctx))
	var names []string
	for _, t := range tasks {
		if !t.State().Ended() {
			names = append(names, t.label())
		}
	}
	if err := LeftOf(tasks); err != nil {
		cause = Errorf(cause.Kind, "%s; %w", err.Error(), cause)
	}
	if len(names) == 0 {
		return cause
	}
	return Errorf(cause.Kind, "%w before all jobs had ended; not yet: %s", cause, strings.Join(names, ", "))
}
