package builtin

import (
	"slices"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

type getJob struct {
	jobSelector
	IncludeChildJob bool      `help:"add the children of each job"`
	ChildJobState   []string  `param:"kind=jobstate" help:"add the children of each job that are in this state"`
	HasMoreData     *bool     `help:"only jobs that have, or have not, something to receive"`
	Before          time.Time `help:"only jobs that ended before this time"`
	After           time.Time `help:"only jobs that ended after this time"`
	Newest          int       `param:"min=1" help:"only the N that ended last"`
}

// Run writes the jobs that fit, all of them when nothing is asked for.
func (p *getJob) Run(c *shell.Call) error {
	states, err := childStates(p.ChildJobState)
	if err != nil {
		return err
	}
	sel := p.jobSelector
	piped := sel.fromPipe(c)
	if !sel.given() && !piped {
		sel.Name = []string{"*"}
	}
	found, err := sel.find(c)
	if err != nil {
		return err
	}
	found = p.withChildren(found, states)
	found = slices.DeleteFunc(found, func(s selected) bool { return !p.fits(s) })
	for _, s := range p.newest(found) {
		if err := c.Out(s.value()); err != nil {
			return err
		}
	}
	return nil
}

// childStates reads the states that children are to be in; nil is none.
func childStates(names []string) ([]jobs.State, error) {
	var states []jobs.State
	for _, n := range names {
		s, err := parseState("ChildJobState", n)
		if err != nil {
			return nil, err
		}
		states = append(states, s)
	}
	return states, nil
}

// withChildren adds the children that were asked for behind their jobs, in the order of
// the numbers. Those in one of the states are added in any case.
func (p *getJob) withChildren(found []selected, states []jobs.State) []selected {
	has := make(map[selected]bool)
	var all []selected
	add := func(s selected) {
		if !has[s] {
			has[s] = true
			all = append(all, s)
		}
	}
	slices.SortStableFunc(found, byNumber)
	for _, s := range found {
		add(s)
		for _, child := range s.children() {
			if slices.Contains(states, child.state()) || len(states) == 0 && p.IncludeChildJob {
				add(child)
			}
		}
	}
	slices.SortStableFunc(all, byNumber)
	return all
}

// byNumber orders 1, 1.1, 1.2, 2.
func byNumber(a, b selected) int {
	if a.job != b.job {
		return a.job.ID - b.job.ID
	}
	return a.index() - b.index()
}

// fits reports whether a job is one of those asked for.
func (p *getJob) fits(s selected) bool {
	_, end := s.times()
	switch {
	case !p.Before.IsZero() && (end.IsZero() || !end.Before(p.Before)),
		!p.After.IsZero() && (end.IsZero() || !end.After(p.After)):
		return false
	}
	return p.HasMoreData == nil || s.hasMoreData() == *p.HasMoreData
}

// newest returns those that ended last, in the order in which they were; what has not
// ended is newer than all that has, and the higher number where the times are the same.
func (p *getJob) newest(found []selected) []selected {
	if p.Newest == 0 || len(found) <= p.Newest {
		return found
	}
	latest := slices.Clone(found)
	slices.SortStableFunc(latest, func(a, b selected) int { return -byEnd(a, b) })
	latest = latest[:p.Newest]
	slices.SortStableFunc(latest, byNumber)
	return latest
}

// byEnd orders by the time of the end.
func byEnd(a, b selected) int {
	_, x := a.times()
	_, y := b.times()
	switch {
	case x.IsZero() != y.IsZero():
		if x.IsZero() {
			return 1
		}
		return -1
	case !x.Equal(y):
		return x.Compare(y)
	}
	return byNumber(a, b)
}
