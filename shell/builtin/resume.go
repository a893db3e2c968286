package builtin

import (
	"fmt"
	"slices"

	"marsh/jobs"
	"marsh/shell"
)

var resumeCommands = []*shell.Command{
	shell.Define[resumeJob](shell.Doc{
		Name: "resume-job", Aliases: []string{"fg", "rujb"}, Synopsis: "bring a suspended program back to the terminal",
		Help: "Ctrl-Z suspends the program that has the terminal: it stands still, and is a job that is Blocked. resume-job gives it the terminal again, as it left it; " +
			"the program that was suspended last if not told which. It ends as if it had never been suspended: with its error, its status in $LASTEXITCODE. " +
			"With -Background (bg) it goes on without the terminal, and is suspended again when it reads from it.",
		Input: "jobs, numbers or names", Output: "with -Background, the jobs",
		Examples: []shell.Example{
			{Line: "vim notes.txt\nfg", Says: "go on where Ctrl-Z interrupted", Skip: "needs a terminal"},
			{Line: "resume-job 3 -background", Says: "let job 3 go on without the terminal", Skip: "needs a terminal"},
		},
	}),
	shell.Define[resumeBehind](shell.Doc{
		Name: "bg", Synopsis: "let suspended programs go on without the terminal: resume-job -background",
		Input: "jobs, numbers or names", Output: "the jobs", Related: []string{"resume-job"},
		Examples: []shell.Example{{Line: "bg", Says: "let the program that was suspended last go on", Skip: "needs a terminal"}},
	}),
}

type resumeJob struct {
	jobSelector
	Background bool `help:"let them go on without the terminal"`
}

// Run brings one job back to the terminal, or lets several go on behind it.
func (p *resumeJob) Run(c *shell.Call) error {
	found, err := resumable(c, p.jobSelector)
	switch {
	case err != nil || len(found) == 0:
		return err
	case p.Background:
		return resumeAll(c, found)
	case len(found) > 1:
		return jobs.Errorf(jobs.KindUsage, "the terminal can be given to one job; %d were asked for", len(found))
	}
	return c.Resume(found[0].job)
}

type resumeBehind struct{ jobSelector }

// Run lets the jobs go on without the terminal.
func (p *resumeBehind) Run(c *shell.Call) error {
	found, err := resumable(c, p.jobSelector)
	if err != nil {
		return err
	}
	return resumeAll(c, found)
}

// resumable finds the jobs that are meant: the one suspended last if none is named.
func resumable(c *shell.Call, sel jobSelector) ([]selected, error) {
	if piped := sel.fromPipe(c); sel.given() || piped {
		return sel.find(c)
	}
	all := c.Engine.Shell.Resumable()
	if len(all) == 0 {
		return nil, jobs.Errorf(jobs.KindNotFound, "there is no suspended program; %s", insteadOfResume(c))
	}
	for _, j := range all {
		if j.State() == jobs.Blocked {
			return []selected{{job: j}}, nil
		}
	}
	return []selected{{job: all[0]}}, nil
}

// insteadOfResume says what to do where no program is suspended: a statement that Ctrl-Z
// has made a job goes on by itself, and is brought to the front in another way.
func insteadOfResume(c *shell.Call) string {
	active := c.Engine.Shell.Jobs.Active()
	if len(active) == 0 {
		return "Ctrl-Z suspends the one that has the terminal"
	}
	id := active[len(active)-1].ID
	return fmt.Sprintf("job %d runs by itself; receive-job %d -wait brings it to the front", id, id)
}

// resumeAll lets the jobs go on without the terminal, and writes them. One that cannot
// is an error that keeps no other.
func resumeAll(c *shell.Call, found []selected) error {
	for _, s := range found {
		err := c.Engine.ResumeBehind(s.job)
		if err == nil {
			err = c.Out(s.value())
		} else {
			err = c.Error(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// blockedError says why a job that is Blocked cannot end, and what to do.
func blockedError(s selected) error {
	id := s.job.ID
	if slices.ContainsFunc(s.tasks(), isSuspended) {
		return jobs.Errorf(jobs.KindState, "job %d is suspended and cannot end; resume-job %d goes on, stop-job %d ends it", id, id, id)
	}
	return jobs.Errorf(jobs.KindState, "job %d waits for its output to be received and cannot end; receive-job %d makes room", id, id)
}

// isSuspended reports whether the task is a program that stands still.
func isSuspended(t *jobs.Task) bool {
	r := t.Reason()
	return t.State() == jobs.Blocked && r != nil && r.Kind == jobs.KindState
}
