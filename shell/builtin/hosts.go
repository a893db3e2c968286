package builtin

import (
	"strconv"
	"strings"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/hosts"
)

// machines returns the machines that names stand for: each may be a pattern or a
// group. A plain name stays as it is; one that is given twice comes twice.
func machines(c *shell.Call, names []string) ([]string, error) {
	var all []string
	for _, name := range names {
		if !hosts.IsPattern(name) {
			all = append(all, name)
			continue
		}
		found, err := hosts.Expand(name, groupLookup(c))
		if err != nil {
			return nil, err
		}
		if all = append(all, found...); len(all) > hosts.MaxHosts {
			return nil, jobs.Errorf(jobs.KindLimit, "these are more than %d machines", hosts.MaxHosts)
		}
	}
	return all, nil
}

// groupLookup finds groups: the outcome of a job, as in @failed(3), or those of the
// groups file, which is read when the first is asked for.
func groupLookup(c *shell.Call) hosts.Lookup {
	var groups hosts.Groups
	return func(name string) ([]string, error) {
		if outcome, job, ok := strings.Cut(strings.TrimSuffix(name, ")"), "("); ok && strings.HasSuffix(name, ")") {
			return outcomeOf(c, outcome, job)
		}
		if groups == nil {
			var err error
			if groups, err = hosts.LoadGroups(c.Engine.Shell.Groups); err != nil {
				return nil, err
			}
		}
		return groups.Lookup(name)
	}
}

// outcomeOf returns the machines on which a job ended so: in that state, or for that
// reason.
func outcomeOf(c *shell.Call, outcome, job string) ([]string, error) {
	if !isOutcome(outcome) {
		return nil, jobs.Errorf(jobs.KindUsage, "@%s(%s): %s is neither a job's state nor a reason to fail; write @failed(%s) or @unreachable(%s)", outcome, job, outcome, job, job)
	}
	var names []string
	known := false
	for _, j := range c.Engine.Shell.Jobs.All() {
		if strconv.Itoa(j.ID) != job && !like(job, j.Name) {
			continue
		}
		known = true
		for _, t := range j.Tasks() {
			if endedSo(t, outcome) {
				names = append(names, t.Location())
			}
		}
	}
	if !known {
		return nil, jobs.Errorf(jobs.KindNotFound, "@%s(%s): there is no job %s here; get-job lists those there are", outcome, job, job)
	}
	return names, nil
}

// isOutcome reports whether word is a state or an error's kind, in any letter case.
func isOutcome(word string) bool {
	_, state := jobs.ParseState(word)
	_, kind := jobs.ParseKind(word)
	return state || kind
}

// endedSo reports whether a task is in the state that outcome names, or ended for that
// reason.
func endedSo(t *jobs.Task, outcome string) bool {
	reason := t.Reason()
	return strings.EqualFold(t.State().String(), outcome) || reason != nil && strings.EqualFold(reason.Kind.String(), outcome)
}
