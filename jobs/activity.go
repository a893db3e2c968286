package jobs

import (
	"slices"
	"strings"
)

// TypeProgress is the Type of the Map that a record of the progress stream holds.
const TypeProgress = "Progress"

// Bounds of what is kept of progress, which may come from anywhere.
const (
	MaxActivities   = 32  // of one Stream; the one that was begun first gives way to a further one
	maxProgressText = 512 // bytes of each text; what is longer is cut
	maxSeconds      = 1e9 // that an activity may still take, some thirty years
)

// Unknown is a Percent, Seconds or Parent that was not told.
const Unknown = -1

// Activity is something that takes time, and how far it has come, as a record of the
// progress stream tells it. Only the last record of each one matters.
type Activity struct {
	Name      string // what is being done
	Status    string // how it stands
	Operation string // what is being done just now
	Percent   int    // how much is done, 0 to 100; or Unknown
	Seconds   int64  // how long it may still take; or Unknown
	Completed bool   // it is over
	ActivityID
	Parent int64 // the ID of the activity that it is a part of; or Unknown
}

// ActivityID tells activities from one another.
type ActivityID struct {
	Host   string // the machine that it came from; "" for this one
	Source string // the tasks that it came through to whoever waits for them, such as "3.1"; "" for none
	ID     int64  // among those of one script; negative ones are of the shell's own
}

// ActivityOf reads a record of the progress stream. It takes any: what is not told is
// unknown, what is out of bounds is cut.
func ActivityOf(r Record) Activity {
	m, ok := r.Value.(*Map)
	if !ok || m == nil {
		m = NewMap(TypeProgress, "Activity", r.Value)
	}
	p := Activity{
		Name: progressText(m, "Activity"), Status: progressText(m, "Status"), Operation: progressText(m, "CurrentOperation"),
		Percent: int(within(m, "PercentComplete", 100)), Seconds: within(m, "SecondsRemaining", maxSeconds), Parent: within(m, "ParentId", maxSeconds),
		ActivityID: ActivityID{Host: r.Host, Source: progressText(m, "Source"), ID: m.Int("Id")},
	}
	done, _ := m.Get("Completed")
	p.Completed = done == true
	return p
}

// progressText returns a property as a text of bounded length.
func progressText(m *Map, key string) string {
	v, _ := m.Get(key)
	switch v.(type) {
	case string, int64, float64, bool:
	default:
		return ""
	}
	s := Text(v)
	if len(s) > maxProgressText {
		s = strings.ToValidUTF8(s[:maxProgressText], "")
	}
	return strings.Clone(s) // not a part of what may be much longer
}

// within returns a property as a number from 0 to limit, or Unknown.
func within(m *Map, key string, limit int64) int64 {
	if v, _ := m.Get(key); v == nil {
		return Unknown
	}
	n := m.Int(key)
	if n < 0 {
		return Unknown
	}
	return min(n, limit)
}

// Record returns a as a record of the progress stream.
func (a Activity) Record() Record {
	m := NewMap(TypeProgress, "Activity", a.Name, "Status", a.Status, "Id", a.ID, "Completed", a.Completed)
	for _, n := range []struct {
		key   string
		value int64
	}{{"PercentComplete", int64(a.Percent)}, {"SecondsRemaining", a.Seconds}, {"ParentId", a.Parent}} {
		if n.value >= 0 {
			m.Set(n.key, n.value)
		}
	}
	if a.Operation != "" {
		m.Set("CurrentOperation", a.Operation)
	}
	if a.Source != "" {
		m.Set("Source", a.Source)
	}
	return Record{Stream: Progress, Value: m, Host: a.Host}
}

// Through returns a as whoever waits for the task tells it.
func (a Activity) Through(t *Task) Activity {
	a.Source = strings.TrimSuffix(t.ID()+"/"+a.Source, "/")
	return a
}

// activities are those that are not over, in the order in which they began.
type activities []Activity

// note keeps how far a is, or forgets one that is over.
func (l *activities) note(a Activity) {
	i := slices.IndexFunc(*l, func(b Activity) bool { return b.ActivityID == a.ActivityID })
	switch {
	case i >= 0 && a.Completed:
		*l = slices.Delete(*l, i, i+1)
	case i >= 0:
		(*l)[i] = a
	case a.Completed:
	case len(*l) >= MaxActivities:
		*l = append(slices.Delete(*l, 0, 1), a)
	default:
		*l = append(*l, a)
	}
}

// progress notes how far an activity is. Whoever receives later has no use for it, and so
// millions of such records take no memory.
func (s *Stream) progress(r Record) error {
	a := ActivityOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.gone {
		return ErrClosed
	}
	s.under.note(a)
	return nil
}

// Activities returns those that the stream was told of and that are not over, in the
// order in which they began: at most [MaxActivities].
func (s *Stream) Activities() []Activity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.under)
}
