package builtin

import (
	"context"
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

// defaultPool is the name of the pool that is meant where none is named.
const defaultPool = "default"

// Brief reports whether starting the job takes a moment only: a file may be a pipe.
func (p *startJob) Brief() bool { return p.FilePath == "" }

// spec returns what the job is to be.
func (p *startJob) spec(c *shell.Call) (jobs.Spec, error) {
	spec := jobs.Spec{Name: p.Name, Type: jobs.BackgroundJob, Timeout: p.Timeout, AutoRemove: p.AutoRemoveJob}
	script, err := blockScript(c, p.ScriptBlock, p.FilePath, p.ArgumentList)
	if err != nil {
		return spec, err
	}
	spec.Command = strings.TrimSpace(script.Text)
	if spec.Script, err = withInput(c, script, p.InputObject); err != nil {
		return spec, err
	}
	if spec.Pool, err = p.pool(c); err != nil {
		return spec, err
	}
	task, err := p.task(c)
	spec.Tasks = []jobs.TaskSpec{task}
	return spec, err
}

// pool returns the pool in which the job is to wait for its turn, nil where it need not.
func (p *startJob) pool(c *shell.Call) (*jobs.Pool, error) {
	name := p.Pool
	if name == "" && p.ThrottleLimit == 0 {
		return nil, nil
	}
	if name == "" {
		name = defaultPool
	}
	return c.Engine.Shell.Jobs.Pool(name, p.ThrottleLimit)
}

// task returns the job's task, which begins as things are now.
func (p *startJob) task(c *shell.Call) (jobs.TaskSpec, error) {
	task, err := p.place(c)
	if err != nil || p.InitializationScript == nil {
		return task, err
	}
	first, err := p.InitializationScript.Script(nil)
	if err != nil {
		return task, err
	}
	open := task.Open
	task.Open = func(ctx context.Context) (jobs.Host, func(), error) {
		h, done, err := open(ctx)
		return prefaced{h, first}, done, err
	}
	return task, nil
}

// place returns the task by where it runs: in this process, or in one of its own.
func (p *startJob) place(c *shell.Call) (jobs.TaskSpec, error) {
	if !p.Isolated && p.MemoryLimit == "" {
		return c.Engine.LocalTask(c.Ctx, false, p.WorkingDirectory)
	}
	limit := int64(0)
	if p.MemoryLimit != "" {
		var err error
		if limit, err = shell.ParseSize(p.MemoryLimit); err != nil {
			return jobs.TaskSpec{}, jobs.Errorf(jobs.KindUsage, "-MemoryLimit: %w", err)
		}
	}
	return c.Engine.IsolatedTask(p.WorkingDirectory, limit)
}

// prefaced is a host that runs a script before each other one, in the same variables.
type prefaced struct {
	jobs.Host
	first jobs.Script
}

// Run runs both scripts; an error of the first is that of both.
func (h prefaced) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	if err := h.Host.Run(ctx, h.first, out); err != nil {
		return err
	}
	return h.Host.Run(ctx, s, out)
}

// withInput gives the script what is piped into the command behind the values given, if
// there is anything, as its input. It reads the pipe to its end.
func withInput(c *shell.Call, s jobs.Script, given jobs.List) (jobs.Script, error) {
	if len(given) == 0 && !c.HasInput() {
		return s, nil
	}
	values, kept := given, held{}
	err := each(c, func(r jobs.Record) error {
		values = append(values, shell.WithHost(r))
		return kept.add(r.Value)
	})
	return shell.WithInput(s, values), err
}
