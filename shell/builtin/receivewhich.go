package builtin

import (
	"slices"
	"strconv"
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

// view is the part of what is unread that a receive looks at. The zero view is all.
type view struct {
	last    int               // only so many of each task, the latest; 0 is all
	streams []jobs.StreamKind // only these; nil is all
}

// view reads -Last and -Stream.
func (p *receiveJob) view() (view, error) {
	v := view{last: p.Last}
	for _, name := range p.Stream {
		k := streamNamed(name)
		if k == 0 {
			return v, jobs.Errorf(jobs.KindUsage, "-Stream: %q is not one of %s, or its number", name, strings.Join(streamNames(), ", "))
		}
		v.streams = append(v.streams, k)
	}
	return v, nil
}

// streamNames returns the names of the streams in the order of their numbers.
func streamNames() []string {
	var names []string
	for k := jobs.Output; k <= jobs.Progress; k++ {
		names = append(names, k.String())
	}
	return names
}

// streamNamed finds a stream by name, in any letter case, or number; 0 is none. The
// output is also known as success.
func streamNamed(name string) jobs.StreamKind {
	if strings.EqualFold(name, "success") {
		return jobs.Output
	}
	for k := jobs.Output; k <= jobs.Progress; k++ {
		if strings.EqualFold(k.String(), name) || strconv.Itoa(int(k)) == name {
			return k
		}
	}
	return 0
}

// given reports whether it is not all.
func (v view) given() bool { return v.last > 0 || v.streams != nil }

// has reports whether records of the stream are part of it.
func (v view) has(k jobs.StreamKind) bool { return v.streams == nil || slices.Contains(v.streams, k) }

// of returns the records of its streams.
func (v view) of(records []jobs.Record) []jobs.Record {
	if v.streams == nil {
		return records
	}
	var seen []jobs.Record
	for _, r := range records {
		if v.has(r.Stream) {
			seen = append(seen, r)
		}
	}
	return seen
}

// tail returns the last ones of records, as many as it has.
func (v view) tail(records []jobs.Record) []jobs.Record {
	return records[max(0, len(records)-v.last):]
}

// sites says where the children run whose results are wanted.
type sites struct {
	computers []string // patterns of machines; nil is all
	locations []string // nil is all
	sessions  []string // InstanceIds of sessions; nil is all
}

// where reads -ComputerName, -Location and -Session.
func (p *receiveJob) where(c *shell.Call) (sites, error) {
	w := sites{locations: p.Location}
	for _, name := range p.ComputerName {
		if name == "." {
			name = "localhost"
		}
		w.computers = append(w.computers, name)
	}
	sessions, err := sessionTargets(c, p.Session)
	for _, t := range sessions {
		w.sessions = append(w.sessions, t.session.InstanceID)
	}
	return w, err
}

// of returns the tasks that were selected and are there.
func (w sites) of(s selected) []*jobs.Task {
	return slices.DeleteFunc(slices.Clone(s.tasks()), func(t *jobs.Task) bool { return !w.has(t) })
}

// has reports whether the task runs there.
func (w sites) has(t *jobs.Task) bool {
	return (w.computers == nil || likeAny(w.computers, t.Location())) &&
		(w.locations == nil || slices.ContainsFunc(w.locations, func(l string) bool { return strings.EqualFold(l, t.Location()) })) &&
		(w.sessions == nil || slices.Contains(w.sessions, t.Session()))
}
