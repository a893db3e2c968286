package shell

import (
	"context"

	"marsh/jobs"
)

// RunItem runs a block for one value beside the script: in a fork that has no variables
// but it, and what the block carries along. What it writes goes where the command's
// output and other streams do. Several goroutines may call it.
func (c *Call) RunItem(ctx context.Context, b *Block, item jobs.Value) error {
	s, err := b.Script(jobs.List{item})
	if err != nil {
		return err
	}
	f, err := c.Engine.Fork(ctx, false)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.setIt(s.Args); err != nil {
		return err
	}
	return f.Run(ctx, s, &commandSink{c})
}

// ItemTasks returns a task for each value, which runs a block as [Call.RunItem] does, in
// the directory and environment of now. The errors are those of [Block.Script].
func (c *Call) ItemTasks(b *Block, items jobs.List) ([]jobs.TaskSpec, error) {
	s, err := b.Script(nil)
	if err != nil {
		return nil, err
	}
	base := c.Engine.fork()
	tasks := make([]jobs.TaskSpec, len(items))
	for i, item := range items {
		tasks[i] = base.itemTask(s, item)
	}
	return tasks, nil
}

// itemTask returns the task for one value. Its state is made when its turn comes: there
// may be many that wait.
func (e *Engine) itemTask(s jobs.Script, item jobs.Value) jobs.TaskSpec {
	s.Args = jobs.List{item}
	return jobs.TaskSpec{Location: e.Name(), Open: func(ctx context.Context) (jobs.Host, func(), error) {
		f := e.fork()
		if err := e.fill(ctx, f, false); err != nil {
			return nil, nil, err
		}
		if err := f.setIt(s.Args); err != nil {
			f.Close()
			return nil, nil, err
		}
		return taskHost{itemHost{f, s}, f}, f.endTask, nil
	}}
}

// itemHost is a fork that runs one script, whatever it is told.
type itemHost struct {
	*Engine
	s jobs.Script
}

// Run runs the script of the value.
func (h itemHost) Run(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
	return h.Engine.Run(ctx, h.s, out)
}
