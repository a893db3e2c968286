package shell

import (
	"fmt"
	"strings"
	"sync"

	"marsh/jobs"
)

// leftover is what could not be ended of the programs of an engine and its forks.
type leftover struct {
	mu   sync.Mutex
	all  []*jobs.Error // since it was asked for, at most maxLeft; guarded by mu
	more int           // those past maxLeft; guarded by mu
}

// maxLeft is how many programs that could not be ended one error tells of; of more it says
// the number.
const maxLeft = 64

// note notes that a program could not be stopped.
func (l *leftover) note(err *jobs.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == maxLeft {
		l.more++
		return
	}
	l.all = append(l.all, err)
}

// take returns what was noted, once, as one error that tells of each.
func (l *leftover) take() *jobs.Error {
	l.mu.Lock()
	defer l.mu.Unlock()
	all, more := l.all, l.more
	l.all, l.more = nil, 0
	if len(all) <= 1 {
		return first(all)
	}
	texts := make([]string, len(all), len(all)+1)
	for i, err := range all {
		texts[i] = err.Error()
	}
	if more > 0 {
		texts = append(texts, fmt.Sprintf("%d more programs could not be stopped", more))
	}
	return jobs.Errorf(jobs.KindState, "%s", strings.Join(texts, "; "))
}

// first returns the only error there is, or nil.
func first(errs []*jobs.Error) *jobs.Error {
	if len(errs) == 0 {
		return nil
	}
	return errs[0]
}
