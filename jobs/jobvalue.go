package jobs

import (
	"strconv"
	"time"
)

// jobKeys are the fields of a Map of type TypeJob, which all such Maps share.
var jobKeys = [...]string{"Id", "Name", "Type", "State", "HasMoreData", "Location", "Command",
	"PSBeginTime", "PSEndTime", "InstanceId", "ChildJobs", "Reason", "ExitStatus", "Pid", "Pool"}

// look is what changes of a task or of a job, as it was at one moment.
type look struct {
	state          State
	more           bool
	begin, end     time.Time
	reason, status Value
	programs       []int
}

// Started returns the job as it was at the moment it was started: what a command that
// starts a job writes, so that no job is too quick to be seen running.
func (j *Job) Started() *Map { return j.value((*Task).atStart) }

// Value returns the job as it is now, as a Map of type [TypeJob].
func (j *Job) Value() *Map { return j.value((*Task).look) }

// Value returns the task as it is now, as a Map of type [TypeJob].
func (t *Task) Value() *Map { return t.value(t.look(), t.job.fixed()) }

// atStart returns the task as it was when its job was started.
func (t *Task) atStart() look {
	l := look{more: true}
	if t.atOnce {
		l.state = Running
		l.begin, _ = t.Times()
	}
	return l
}

// look returns the task as it is now.
func (t *Task) look() look {
	t.mu.Lock()
	l := look{state: t.state, begin: t.begin, end: t.end}
	t.mu.Unlock()
	l.more = t.HasMoreData()
	l.reason, l.status = reasonOf(t)
	l.programs = t.Programs()
	return l
}

// fixed is what never changes of a job and is that of its tasks as well.
type fixed struct{ typ, command, pool Value }

func (j *Job) fixed() fixed {
	f := fixed{typ: j.Type, command: j.Command}
	if j.pool != nil && j.pool.name != "" {
		f.pool = j.pool.name
	}
	return f
}

// value returns the job as its tasks look.
func (j *Job) value(of func(*Task) look) *Map {
	f, looks, children := j.fixed(), make([]look, len(j.tasks)), make(List, len(j.tasks))
	for i, t := range j.tasks {
		looks[i] = of(t)
		children[i] = t.value(looks[i], f)
	}
	l := rollUpLooks(looks)
	return jobMap(int64(j.ID), j.Name, f.typ, stateText(l.state), l.more, j.Location(), f.command,
		timeOrNil(l.begin), timeOrNil(l.end), j.InstanceID, children, l.reason, l.status, pidOf(l.programs), f.pool)
}

// value returns the task as it looks.
func (t *Task) value(l look, f fixed) *Map {
	return jobMap(t.ID(), t.Name(), f.typ, stateText(l.state), l.more, t.Location(), f.command,
		timeOrNil(l.begin), timeOrNil(l.end), t.job.InstanceID+"."+strconv.Itoa(t.index), List{}, l.reason, l.status, pidOf(l.programs), f.pool)
}

// jobMap makes a Map of type TypeJob from the values of all jobKeys.
func jobMap(values ...Value) *Map {
	return &Map{Type: TypeJob, keys: jobKeys[:len(values):len(values)], vals: values}
}

// stateText returns the name of a state as a Value.
func stateText(s State) Value { return s.String() }

// rollUpLooks derives how a job looks from its tasks: the reason is that of the first
// task whose state is the job's, else of the first that has one, because why a job failed
// is not that another task of it was stopped; the status is the first that is not 0, else
// 0 where all ended well.
func rollUpLooks(tasks []look) look {
	states := make([]State, len(tasks))
	for i, t := range tasks {
		states[i] = t.state
	}
	all := look{state: RollUp(states)}
	for _, t := range tasks {
		all.more = all.more || t.more
		all.programs = append(all.programs, t.programs...)
		if t.status != nil && t.status != int64(0) && all.status == nil {
			all.status = t.status
		}
	}
	if all.status == nil && all.state == Completed {
		all.status = int64(0)
	}
	all.begin, all.end = span(tasks)
	all.reason = reasonFor(all.state, tasks)
	return all
}

// reasonFor returns the reason of a job in that state.
func reasonFor(state State, tasks []look) (first Value) {
	for _, t := range tasks {
		if t.reason != nil && t.state == state {
			return t.reason
		}
		if first == nil {
			first = t.reason
		}
	}
	return first
}

// span returns when the first task began and when the last one ended; zero where that has
// not happened.
func span(tasks []look) (begin, end time.Time) {
	ended := true
	for _, t := range tasks {
		if !t.begin.IsZero() && (begin.IsZero() || t.begin.Before(begin)) {
			begin = t.begin
		}
		if t.end.After(end) {
			end = t.end
		}
		ended = ended && !t.end.IsZero()
	}
	if !ended {
		end = time.Time{}
	}
	return begin, end
}

func timeOrNil(t time.Time) Value {
	if t.IsZero() {
		return nil
	}
	return t
}

// reasonOf returns why a task failed or was stopped, and its exit status where it
// has one.
func reasonOf(t *Task) (reason, status Value) {
	e := t.Reason()
	if e == nil {
		if t.State() == Completed {
			return nil, int64(0)
		}
		return nil, nil
	}
	if e.Kind == KindExitStatus {
		status = int64(e.Status)
	}
	return ErrorValue(e), status
}
