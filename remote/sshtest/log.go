package sshtest

import (
	"bytes"
	"fmt"
	"sync"
	"time"
)

// logLines keeps what the server logs and wakes those who wait for a line.
type logLines struct {
	mu      sync.Mutex
	text    bytes.Buffer  // guarded by mu
	ended   bool          // guarded by mu: nothing more comes
	changed chan struct{} // guarded by mu: closed and made anew at each change
}

func newLogLines() *logLines { return &logLines{changed: make(chan struct{})} }

// Write takes what the server logs.
func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	l.wake()
	return len(p), nil
}

// end says that the server is gone.
func (l *logLines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.wake()
}

// wake tells all who wait that something changed. The lock is held.
func (l *logLines) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// wait waits until text was logged n times.
func (l *logLines) wait(text string, n int, limit time.Duration) error {
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		l.mu.Lock()
		found, ended, changed := bytes.Count(l.text.Bytes(), []byte(text)), l.ended, l.changed
		l.mu.Unlock()
		switch {
		case found >= n:
			return nil
		case ended:
			return fmt.Errorf("sshd ended before it logged %q", text)
		}
		select {
		case <-changed:
		case <-late.C:
			return fmt.Errorf("sshd did not log %q within %v", text, limit)
		}
	}
}
