package builtin

import (
	"context"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"marsh/jobs"
	"marsh/shell"
)

// receiveBatch is how many records are taken from a job at a time; what is not
// shown of them is put back.
const receiveBatch = 256

type receiveJob struct {
	jobSelector
	Keep              bool      `help:"leave everything for the next receive"`
	Wait              bool      `help:"stream what comes until the jobs have ended"`
	AutoRemoveJob     bool      `help:"with -Wait: remove the job when it has ended"`
	WriteJobInResults bool      `help:"with -Wait: write the jobs first"`
	NoRecurse         bool      `help:"only what the job itself has written, not its children: a job that has children has written nothing"`
	Last              int       `param:"min=1,max=100000" help:"look at the last N of each child that are unread, and leave everything"`
	Stream            []string  `param:"kind=stream" help:"look at these streams, by name or number, and leave everything; progress comes as values"`
	ComputerName      []string  `param:"alias=Cn,pos=1,kind=host" help:"only the children on these machines, with wildcards; . is localhost"`
	Location          []string  `help:"only the children at these locations, spelled as get-job shows them"`
	Session           jobs.List `param:"kind=session" help:"only the children in these sessions"`
}

// Run writes what the jobs have written.
func (p *receiveJob) Run(c *shell.Call) error {
	if err := p.check(); err != nil {
		return err
	}
	v, err := p.view()
	if err != nil {
		return err
	}
	found, err := mustSelect(c, p.jobSelector)
	if err != nil {
		return err
	}
	if p.Wait {
		if found, err = others(c, found, true); err != nil {
			return err
		}
	}
	where, err := p.where(c)
	if err != nil {
		return err
	}
	if p.WriteJobInResults {
		for _, s := range found {
			if err := c.Out(s.value()); err != nil {
				return err
			}
		}
	}
	shares := p.shares(c, found, where, v)
	if p.Wait {
		return waitForAll(c, shares)
	}
	for _, s := range shares {
		if err := s.end(s.once()); err != nil {
			return err
		}
	}
	return nil
}

// usedUp reports whether a job that removes itself has ended and left nothing.
func (s selected) usedUp() bool {
	return s.task == nil && s.job.AutoRemove && !s.job.HasMoreData()
}

// check refuses combinations that make no sense.
func (p *receiveJob) check() error {
	switch {
	case p.Wait && p.Keep:
		return jobs.Errorf(jobs.KindUsage, "-Wait and -Keep cannot be used together")
	case p.Wait && (p.Last > 0 || len(p.Stream) > 0):
		return jobs.Errorf(jobs.KindUsage, "-Last and -Stream look at what is there; they cannot be used with -Wait")
	case p.AutoRemoveJob && !p.Wait:
		return jobs.Errorf(jobs.KindUsage, "-AutoRemoveJob needs -Wait")
	case p.WriteJobInResults && !p.Wait:
		return jobs.Errorf(jobs.KindUsage, "-WriteJobInResults needs -Wait")
	}
	return nil
}

// receiver writes the records of tasks.
type receiver struct {
	c     *shell.Call
	keep  bool
	view  view
	turn  *sync.Mutex // held while a batch is taken and written, by all that the command waits for: one batch is in memory at a time
	taken int         // records that were written and are gone from the job; guarded by turn
}

// hidesHost reports whether the names of its machines are not shown with what a job
// writes, where they are known: a job on a single machine needs none. One on this machine
// has decided that for itself.
func hidesHost(j *jobs.Job) bool {
	return j.HideHost || j.Type == jobs.RemoteJob && len(j.Tasks()) == 1
}

// chosen returns tasks of one job as what was selected: the job, where they are all of
// its tasks.
func chosen(tasks []*jobs.Task) []selected {
	if len(tasks) == 0 {
		return nil
	}
	job := tasks[0].Job()
	if len(tasks) == len(job.Tasks()) {
		return []selected{{job, nil}}
	}
	found := make([]selected, len(tasks))
	for i, t := range tasks {
		found[i] = selected{job, t}
	}
	return found
}

// once writes what a task has by now, then why it failed.
func (r *receiver) once(t *jobs.Task, hideHost bool) error {
	// The state is read first: all that an ended task wrote is there by now.
	failed := t.State() == jobs.Failed && r.view.has(jobs.ErrorStream)
	if err := r.upTo(t, t.Stream().Last(), hideHost); err != nil {
		return err
	}
	if failed {
		return r.reason(t)
	}
	return nil
}

// follow writes what a task writes until it has ended, then why it failed.
func (r *receiver) follow(ctx context.Context, t *jobs.Task, hideHost bool) error {
	defer t.Job().Attend()()
	for {
		changed := t.Stream().Changed()
		ended := t.State().Ended()
		if err := r.drain(ctx, t, math.MaxUint64, hideHost); err != nil {
			return err
		}
		if ended {
			break
		}
		if isSuspended(t) { // what it writes goes to the terminal, and not before it is resumed
			return blockedError(selected{t.Job(), t})
		}
		select {
		case <-changed:
		case <-t.Done():
		case <-ctx.Done():
			return jobs.AsError(context.Cause(ctx))
		}
	}
	if t.State() == jobs.Failed {
		return r.reason(t)
	}
	return nil
}

// upTo writes a task's unread records up to the one with the Seq last: a bound, so that
// it does not run after a job that writes as fast.
func (r *receiver) upTo(t *jobs.Task, last uint64, hideHost bool) error {
	if r.keep || r.view.given() {
		return r.look(t, last, hideHost)
	}
	return r.drain(r.c.Ctx, t, last, hideHost)
}

// look writes those records that are part of the view and leaves all for the next
// receive, a batch at a time: they may be more than memory has room for.
func (r *receiver) look(t *jobs.Task, last uint64, hideHost bool) error {
	var kept []jobs.Record // the last ones, where only those are wanted
	for seq := uint64(0); seq < last; {
		batch, err := t.Stream().Peek(seq, receiveBatch)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			break
		}
		seq = batch[len(batch)-1].Seq
		due := r.view.of(until(batch, last))
		if r.view.last > 0 {
			kept = r.view.tail(append(kept, due...))
			continue
		}
		if err := r.write(due, hideHost, func(int) {}); err != nil {
			return err
		}
	}
	if err := r.write(kept, hideHost, func(int) {}); err != nil {
		return err
	}
	return r.activities(t)
}

// activities writes how far the task's activities are, where they were asked for: as
// values, because what goes to the progress stream cannot be caught.
func (r *receiver) activities(t *jobs.Task) error {
	if !slices.Contains(r.view.streams, jobs.Progress) {
		return nil
	}
	for _, a := range t.Stream().Activities() {
		rec := a.Record()
		rec.Stream = jobs.Output
		if err := r.c.Write(rec); err != nil {
			return err
		}
	}
	return nil
}

// drain takes records and writes them, a batch at a time, until there are no more or ctx
// ends.
func (r *receiver) drain(ctx context.Context, t *jobs.Task, last uint64, hideHost bool) error {
	for {
		more, err := r.batch(t, last, hideHost)
		if err != nil || !more {
			return err
		}
		if ctx.Err() != nil { // a task may write for ever
			return jobs.AsError(context.Cause(ctx))
		}
	}
}

// batch takes some records and writes them. What could not be written is put back, and so
// is what is past the last one.
func (r *receiver) batch(t *jobs.Task, last uint64, hideHost bool) (more bool, err error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	batch, err := t.Stream().Take(receiveBatch)
	if err != nil || len(batch) == 0 {
		return false, err
	}
	due := until(batch, last)
	t.Stream().Untake(batch[len(due):])
	err = r.write(due, hideHost, func(n int) { t.Stream().Untake(due[n:]) })
	return len(due) == len(batch), err
}

// until returns the records up to the one with the Seq last.
func until(records []jobs.Record, last uint64) []jobs.Record {
	n := sort.Search(len(records), func(i int) bool { return records[i].Seq > last })
	return records[:n:n]
}

// write writes records; on an error failed is told how many were.
func (r *receiver) write(records []jobs.Record, hideHost bool, failed func(written int)) error {
	for i, rec := range records {
		rec.HideHost = rec.HideHost || hideHost
		if err := r.c.Write(rec); err != nil {
			failed(i)
			return err
		}
		if !r.keep && !r.view.given() {
			r.taken++
		}
	}
	return nil
}

// reason writes why a task failed, as an error.
func (r *receiver) reason(t *jobs.Task) error {
	e := t.Reason()
	if e == nil {
		return nil
	}
	shown := *e
	if t.Location() != "localhost" && shown.Host == "" && !strings.Contains(shown.Msg, t.Location()) {
		shown.Host = t.Location()
	}
	r.turn.Lock()
	defer r.turn.Unlock()
	return r.c.Write(jobs.Record{Stream: jobs.ErrorStream, Value: jobs.ErrorValue(&shown), Host: shown.Host})
}
