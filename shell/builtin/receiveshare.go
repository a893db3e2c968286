package builtin

import (
	"context"
	"slices"
	"sync"

	"marsh/jobs"
	"marsh/shell"
)

// share is what a receive does for one of the jobs that were found. Each task is in one
// share, however often it was found, so that its records stay in order.
type share struct {
	p *receiveJob
	r *receiver
	s selected

	tasks    []*jobs.Task  // whose records it gives
	hideHost bool          // the names of their machines are not shown
	before   []*share      // those of the same job that were found first
	received chan struct{} // closed when it has given its last record
}

// shares returns the shares of what was found, in that order.
func (p *receiveJob) shares(c *shell.Call, found []selected, where sites, v view) []*share {
	turn := new(sync.Mutex)
	byJob := make(map[*jobs.Job][]*share)
	all := make([]*share, len(found))
	for i, s := range found {
		r := &receiver{c: c, keep: p.Keep, view: v, turn: turn}
		one := &share{p: p, r: r, s: s, hideHost: hidesHost(s.job), before: slices.Clone(byJob[s.job]), received: make(chan struct{})}
		if !p.NoRecurse || s.task != nil {
			one.tasks = where.of(s)
		}
		if p.Wait {
			one.tasks = slices.DeleteFunc(one.tasks, one.isTaken)
		}
		all[i], byJob[s.job] = one, append(byJob[s.job], one)
	}
	return all
}

// isTaken reports whether another share has the task.
func (o *share) isTaken(t *jobs.Task) bool {
	return slices.ContainsFunc(o.before, func(b *share) bool { return slices.Contains(b.tasks, t) })
}

// once writes what the tasks have by now, one after the other.
func (o *share) once() error {
	for _, t := range o.tasks {
		if err := o.r.once(t, o.hideHost); err != nil {
			return err
		}
	}
	return nil
}

// waitForAll writes what those have written that have ended, one after the other, then what
// the others write, as it comes, until they have ended. It ends each when its own tasks
// have.
func waitForAll(c *shell.Call, shares []*share) error {
	over, running := split(shares)
	var found []selected
	for _, o := range running {
		found = append(found, chosen(o.tasks)...)
	}
	if len(found) > 0 { // else nobody waits
		defer giveWay(c, found)()
		defer tellProgress(c, found)()
		defer waits(c, found)()
	}
	for _, o := range over {
		if err := o.wait(c.Ctx); err != nil {
			return err
		}
	}
	return together(c.Ctx, running, (*share).wait)
}

// split tells the shares of jobs that have ended from the others. Those of one job stay
// together: they wait for one another.
func split(shares []*share) (over, running []*share) {
	ended := make(map[*jobs.Job]bool)
	for _, o := range shares {
		if _, known := ended[o.s.job]; !known {
			ended[o.s.job] = o.s.job.State().Ended()
		}
		if ended[o.s.job] {
			over = append(over, o)
		} else {
			running = append(running, o)
		}
	}
	return over, running
}

// wait writes what the tasks write, interleaved as it comes, and ends the share when they
// have ended and those before it are through.
func (o *share) wait(ctx context.Context) error {
	err := together(ctx, o.tasks, func(t *jobs.Task, ctx context.Context) error { return o.r.follow(ctx, t, o.hideHost) })
	close(o.received)
	for _, b := range o.before {
		<-b.received
	}
	return o.end(err)
}

// end logs what was received and, unless err says that this was not all, removes the job
// where that was asked for.
func (o *share) end(err error) error {
	o.r.turn.Lock()
	defer o.r.turn.Unlock()
	if o.r.taken > 0 {
		o.r.c.Engine.Shell.JobEvent(shell.JobReceived, o.s.job, o.r.taken)
	}
	looked := o.r.keep || o.r.view.given()
	if err != nil || !o.p.AutoRemoveJob && (looked || !o.s.usedUp()) {
		return err
	}
	if err := removeOne(o.r.c, o.s); err != nil {
		return o.r.c.Error(err)
	}
	return nil
}

// together does something with all of them at once, to the first error, which ends ctx for
// the others. It returns when all are done.
func together[T any](ctx context.Context, all []T, do func(T, context.Context) error) error {
	if len(all) == 1 {
		return do(all[0], ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(all))
	for _, one := range all {
		go func() {
			err := do(one, ctx)
			if err != nil {
				cancel()
			}
			errs <- err
		}()
	}
	var first error
	for range all {
		if err := <-errs; first == nil {
			first = err
		}
	}
	return first
}
