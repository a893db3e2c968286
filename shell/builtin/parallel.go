package builtin

import (
	"context"
	"errors"
	"fmt"
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
	defer func() {
		if p := recover(); p != nil {
			w.stop(jobs.Errorf(jobs.KindOther, "internal error: %s", fmt.Sprint(p)))
		}
	}()
	err := w.c.RunItem(w.ctx, w.block, item)
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
