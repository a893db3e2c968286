package shell

import "marsh/jobs"

// Resumable returns the jobs that [Engine.Resume] can bring back, the one suspended
// last first.
func (s *Shell) Resumable() []*jobs.Job {
	var all []*jobs.Job
	for _, f := range s.fronts.list() {
		if j := f.itsJob(); j != nil && !j.State().Ended() {
			all = append(all, j)
		}
	}
	return all
}

// Resume lets a program that was suspended go on with the terminal, and returns how
// it ended; or [jobs.ErrSuspended] when it was suspended again, which ends the script
// that runs. It is stopped when the command is cancelled.
func (c *Call) Resume(j *jobs.Job) error {
	e := c.Engine
	release, err := jobs.Stay(c.Ctx, "a program has the terminal")
	if err != nil {
		return err
	}
	defer release()
	if !e.atTerminal() {
		return jobs.Errorf(jobs.KindState, "there is no terminal here to give to job %d; use -background", j.ID)
	}
	if c.run.tty != nil {
		return jobs.Errorf(jobs.KindState, "the program that %s is piped into has the terminal; type %s alone", c.Cmd.Name, c.Cmd.Name)
	}
	f, err := e.Shell.resumable(j)
	if err != nil {
		return err
	}
	if err := c.Write(jobs.Record{Stream: jobs.Information, Value: j.Command}); err != nil {
		return err
	}
	if err := f.take(); err != nil {
		return err
	}
	flush(e.sink)
	e.Shell.lend(true)
	f.tty.Give()
	f.tty.Continue()
	return f.hold(c.Ctx, e, c.others)
}

// ResumeBehind lets a program that was suspended go on without the terminal: it is
// suspended again when it reads from it.
func (e *Engine) ResumeBehind(j *jobs.Job) error {
	f, err := e.Shell.resumable(j)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held {
		return jobs.Errorf(jobs.KindState, "job %d has the terminal", j.ID)
	}
	f.by = 0
	f.task().GoOn()
	f.tty.Continue()
	return nil
}

// take notes that the pipeline has the terminal again.
func (f *front) take() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held {
		return jobs.Errorf(jobs.KindState, "job %d has the terminal already, or has ended", f.job.ID)
	}
	f.held, f.by = true, 0
	f.task().GoOn()
	return nil
}

// resumable finds the pipeline that has become the job j.
func (s *Shell) resumable(j *jobs.Job) (*front, error) {
	switch f := s.fronts.of(j); {
	case j.State().Ended():
		return nil, jobs.Errorf(jobs.KindState, "job %d has ended (%s)", j.ID, j.State())
	case f == nil:
		return nil, jobs.Errorf(jobs.KindState, "job %d runs in the background and never had the terminal; receive-job %d -wait shows what it writes", j.ID, j.ID)
	default:
		return f, nil
	}
}
