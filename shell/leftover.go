package shell

import (
	"sync"

	"marsh/jobs"
)

// leftover is what could not be ended of the programs of an engine and its forks.
type leftover struct {
	mu  sync.Mutex
	err *jobs.Error // the first since it was asked for; guarded by mu
}

// note notes that a program could not be stopped.
func (l *leftover) note(err *jobs.Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
}

// take returns what was noted, once.
func (l *leftover) take() *jobs.Error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.err
	l.err = nil
	return err
}
