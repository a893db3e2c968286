package builtin

import (
	"context"
	"sync"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// tellEvery is how often a command that waits for jobs tells how far they are.
const tellEvery = 250 * time.Millisecond

// maxTold is how many activities a command that waits tells of at a time; those of
// further jobs are left out.
const maxTold = 64

// waiting tells, on the progress stream of a command that waits, how far the jobs are:
// the activities that they tell of themselves and, where a person looks at it, how many
// tasks are done. It has one goroutine, from tellProgress until done.
type waiting struct {
	c     *shell.Call
	found []selected
	told  map[jobs.ActivityID]jobs.Activity // that were written last; of the goroutine, then of done
	wg    sync.WaitGroup                    // counts the goroutine
}

// tellProgress begins to tell how far the jobs are. done ends that, and says that all
// that was told of is over.
func tellProgress(c *shell.Call, found []selected) (done func()) {
	w := &waiting{c: c, found: found, told: map[jobs.ActivityID]jobs.Activity{}}
	ctx, cancel := context.WithCancel(c.Ctx)
	w.wg.Go(func() { w.run(ctx) })
	return func() {
		cancel()
		w.wg.Wait()
		w.tell(nil)
	}
}

// run tells what is new, until ctx ends or nobody listens.
func (w *waiting) run(ctx context.Context) {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if w.tell(w.look()) != nil {
			return
		}
	}
}

// tell writes what is not as it was told last, and what is no more.
func (w *waiting) tell(now []jobs.Activity) error {
	gone := w.told
	w.told = make(map[jobs.ActivityID]jobs.Activity, len(now))
	for _, a := range now {
		last, known := gone[a.ActivityID]
		delete(gone, a.ActivityID)
		w.told[a.ActivityID] = a
		if known && last == a {
			continue
		}
		if err := w.write(a); err != nil {
			return err
		}
	}
	for _, a := range gone {
		a.Completed = true
		if err := w.write(a); err != nil {
			return err
		}
	}
	return nil
}

// write writes an activity. The machine's name is left out where there can be one only.
func (w *waiting) write(a jobs.Activity) error {
	r := a.Record()
	r.HideHost = w.alone() && hidesHost(w.found[0].job)
	return w.c.Write(r)
}

// alone reports whether one task only is waited for.
func (w *waiting) alone() bool { return len(w.found) == 1 && len(w.found[0].tasks()) == 1 }

// look returns how far the jobs are: all of them, each that has several tasks, and what
// their tasks tell of themselves.
func (w *waiting) look() []jobs.Activity {
	var all, own []jobs.Activity
	if w.c.Watched() && len(w.found) > 1 {
		all = append(all, overall(w.found))
	}
	for _, s := range w.found {
		if s.state().Ended() || len(all)+len(own) >= maxTold {
			continue
		}
		if w.c.Watched() && len(s.tasks()) > 1 {
			own = append(own, jobProgress(s.job))
		}
		own = append(own, w.ofTasks(s.tasks())...)
	}
	if w.c.Watched() && len(all)+len(own) == 0 && len(w.found) == 1 && !w.found[0].state().Ended() {
		own = append(own, stateOf(w.found[0]))
	}
	all = append(all, own...)
	return all[:min(len(all), maxTold)]
}

// ofTasks returns what tasks that have not ended tell of themselves.
func (w *waiting) ofTasks(tasks []*jobs.Task) []jobs.Activity {
	var own []jobs.Activity
	for _, t := range tasks {
		if t.State().Ended() || len(own) >= maxTold {
			continue
		}
		for _, a := range t.Stream().Activities() {
			if a.Host == "" && !w.alone() {
				a.Name = t.Name() + ": " + a.Name
			}
			own = append(own, a.Through(t))
		}
	}
	return own
}
