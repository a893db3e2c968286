package shell

import (
	"slices"
	"strconv"
	"strings"

	"marsh/jobs"
)

// resolve returns what a job's, session's or file's name stands for.
func (c *Call) resolve(p *Param, v jobs.Value) (jobs.Value, error) {
	if l, ok := v.(jobs.List); ok && p.Rest {
		out := make(jobs.List, len(l))
		for i, e := range l {
			var err error
			if out[i], err = c.resolveOne(p, e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return c.resolveOne(p, v)
}

func (c *Call) resolveOne(p *Param, v jobs.Value) (jobs.Value, error) {
	switch p.user {
	case "file":
		return c.Path(jobs.Text(v)), nil
	case "job":
		if j := c.Engine.Shell.findJob(v); j != nil {
			return j, nil
		}
		return nil, jobs.Errorf(jobs.KindNotFound, "-%s: there is no job %s here; get-job lists those there are", p.Name, meantText(v))
	case "session":
		if h := c.Engine.Shell.Sessions.find(v); h != nil {
			return h.Value(), nil
		}
		return nil, jobs.Errorf(jobs.KindNotFound, "-%s: there is no session %s here; get-session lists those there are", p.Name, meantText(v))
	}
	return v, nil
}

// meantText returns a value for a message: an object by its name.
func meantText(v jobs.Value) string {
	if m, ok := v.(*jobs.Map); ok && m.String("Name") != "" {
		return m.String("Name")
	}
	return jobs.Text(v)
}

// findJob returns the job, or the child, that an object, a number or a name means, as
// it is now; nil where there is none.
func (s *Shell) findJob(v jobs.Value) *jobs.Map {
	if m, ok := v.(*jobs.Map); ok {
		base, _, _ := strings.Cut(m.String("InstanceId"), ".")
		if j := s.Jobs.FindInstance(base); j != nil && m.Type == jobs.TypeJob {
			return jobNow(j, m.String("InstanceId"))
		}
		return nil
	}
	text := jobs.Text(v)
	parent, child, dotted := strings.Cut(text, ".")
	if id, err := strconv.Atoi(parent); err == nil {
		j := s.Jobs.Find(id)
		switch n, err := strconv.Atoi(child); {
		case j == nil:
			return nil
		case !dotted:
			return j.Value()
		case err == nil && n >= 1 && n <= len(j.Tasks()):
			return j.Tasks()[n-1].Value()
		}
		return nil
	}
	for _, j := range s.Jobs.All() {
		if strings.EqualFold(j.Name, text) {
			return j.Value()
		}
	}
	return nil
}

// find returns the session that an object, a number or a name means, or nil.
func (s *Sessions) find(v jobs.Value) *SessionHandle {
	if m, ok := v.(*jobs.Map); ok {
		return s.byInstance(m.String("InstanceId"))
	}
	text := jobs.Text(v)
	id, err := strconv.Atoi(text)
	all := s.All()
	i := slices.IndexFunc(all, func(h *SessionHandle) bool {
		return err == nil && h.ID == id || err != nil && strings.EqualFold(h.Label, text)
	})
	if i < 0 {
		return nil
	}
	return all[i]
}
