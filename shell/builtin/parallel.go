package builtin

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// DefaultParallel is how many blocks foreach-object -Parallel runs at a time. They run
// on this machine and share its processors and disks, so it is less than the throttle
// of other machines; it is PowerShell's number.
const DefaultParallel = 5

// parallel is the parameters of a command that runs a block for several values at once.
type parallel struct {
	Parallel      *shell.Block  `help:"run for each value, several at once, with no variables but it and $using:"`
	ThrottleLimit int           `param:"min=1,max=256" help:"how many run at once with -Parallel; 5 if not given"`
	Timeout       time.Duration `param:"name=TimeoutSeconds,min=0" help:"with -Parallel: end all of them after this many seconds"`
	AsJob         bool          `help:"with -Parallel: do it as a job, with a child for each value"`
}

// maxParallelJob is how many values a job of -Parallel -AsJob has at most.
const maxParallelJob = 10000

// job starts a job that runs the block for each value that is piped in, when all have
// come, and writes the job.
func (p *parallel) job(c *shell.Call) error {
	if p.Timeout > 0 {
		return jobs.Errorf(jobs.KindUsage, "-TimeoutSeconds cannot be used with -AsJob; wait-job -timeout waits so long, stop-job ends the job")
	}
	var items jobs.List
	kept := held{}
	err := each(c, func(r jobs.Record) error {
		items = append(items, shell.WithHost(r))
		if len(items) > maxParallelJob {
			return jobs.Errorf(jobs.KindLimit, "a job can have %d values, and there are more; use fewer, or -Parallel without -AsJob", maxParallelJob)
		}
		return kept.add(r.Value)
	})
	if err != nil {
		return err
	}
	tasks, err := c.ItemTasks(p.Parallel, items)
	if err != nil {
		return err
	}
	j, err := c.Engine.StartJob(jobs.Spec{
		Type: jobs.BackgroundJob, Command: strings.TrimSpace(p.Parallel.Text), HideHost: true, Tasks: tasks, Throttle: p.limit(),
	})
	if err != nil {
		return err
	}
	return c.Write(jobs.Out(j.Started()))
}

// errTimeout is the cause of a context that ended because the time was over.
func errTimeout(d time.Duration) error {
	return jobs.Errorf(jobs.KindTimeout, "not all values were done within %v; what still ran was stopped", d)
}

// crew is the blocks that run at once.
type crew struct {
	c     *shell.Call
	block *shell.Block
	ctx   context.Context
	stop  context.CancelCauseFunc // of ctx
	slots chan struct{}           // a token for each block that runs
	wg    sync.WaitGroup          // they
}

// run runs the block for each value that is piped in, as many at a time as the limit
// says, and returns when all have ended. A block that fails is an error that does not
// end the command.
func (p *parallel) run(c *shell.Call) error {
	ctx := c.Ctx
	if p.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, p.Timeout, errTimeout(p.Timeout))
		defer cancel()
	}
	w := &crew{c: c, block: p.Parallel, slots: make(chan struct{}, p.limit())}
	w.ctx, w.stop = context.WithCancelCause(ctx)
	defer w.stop(nil)
	w.feed()
	w.wg.Wait()
	if c.Ctx.Err() != nil {
		return c.Ctx.Err()
	}
	return context.Cause(w.ctx)
}

func (p *parallel) limit() int {
	if p.ThrottleLimit == 0 {
		return DefaultParallel
	}
	return p.ThrottleLimit
}

// feed takes a value when there is a slot for it, until there are no more.
func (w *crew) feed() {
	for {
		select {
		case w.slots <- struct{}{}:
		case <-w.ctx.Done():
			return
		}
		r, ok := w.c.NextWithin(w.ctx)
		if !ok {
			return
		}
		w.wg.Go(func() {
			defer func() { <-w.slots }()
			w.one(shell.WithHost(r))
		})
	}
}

// one runs the block for one value. What ends the command ends the others too.
func (w *crew) one(item jobs.Value) {
	err := jobs.Guard(func() error { return w.c.RunItem(w.ctx, w.block, item) })
	if err == nil || w.ctx.Err() != nil {
		return
	}
	if !isExit(err) && !errors.Is(err, jobs.KindClosed) {
		err = w.c.Error(err)
	}
	if err != nil {
		w.stop(err)
	}
}
