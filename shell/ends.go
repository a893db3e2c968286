package shell

import (
	"sync"

	"marsh/jobs"
)

// maxEnds is how many jobs that ended during one statement are announced after it; the
// operator is told of the others when they end.
const maxEnds = 1000

// ends is the jobs that ended while a statement of the prompt runs: it may wait for them
// yet, as receive-job -wait does for one that is quicker, and then they are not announced.
type ends struct {
	mu      sync.Mutex
	running int         // statements; guarded by mu
	waiting []*jobs.Job // guarded by mu
}

// add announces a job that has ended: now, or when the statement that runs has ended.
func (e *ends) add(j *jobs.Job, announce func(*jobs.Job)) {
	e.mu.Lock()
	later := e.running > 0 && len(e.waiting) < maxEnds
	if later {
		e.waiting = append(e.waiting, j)
	}
	e.mu.Unlock()
	if !later {
		announce(j)
	}
}

// statement says that one begins; over ends it and announces what it has not waited for.
func (e *ends) statement(announce func(*jobs.Job)) (over func()) {
	e.mu.Lock()
	e.running++
	e.mu.Unlock()
	return func() {
		e.mu.Lock()
		var due []*jobs.Job
		if e.running--; e.running == 0 {
			due, e.waiting = e.waiting, nil
		}
		e.mu.Unlock()
		for _, j := range due {
			announce(j)
		}
	}
}
