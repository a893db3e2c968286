package shell

import (
	"context"
	"sync"

	"marsh/jobs"
)

// maxPending is how many bytes of events may wait to be written; then who appends waits.
const maxPending = 256 << 10

// eventWriter writes what is appended while it is being written at one go, so that
// thousands of jobs a second wait for no disk. Its goroutine ends when there is nothing
// to write; Flush waits for that.
type eventWriter struct {
	mu      sync.Mutex
	pending []byte        // lines; guarded by mu
	running chan struct{} // closed when the goroutine has written all; nil where there is none; guarded by mu
	wrote   chan struct{} // closed and forgotten when a part is written; nil when nobody waits; guarded by mu
	err     error         // of the latest write, until somebody is told; guarded by mu
}

// add has the line written by write, soon. It returns the error of a write before this.
func (w *eventWriter) add(line []byte, write func([]byte) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) >= maxPending {
		w.waitForRoom()
	}
	w.pending = append(w.pending, line...)
	if w.running == nil {
		w.running = make(chan struct{})
		go w.run(write)
	}
	return w.failure()
}

// waitForRoom waits until a part was written. mu is held, and released meanwhile.
func (w *eventWriter) waitForRoom() {
	if w.wrote == nil {
		w.wrote = make(chan struct{})
	}
	wrote := w.wrote
	w.mu.Unlock()
	<-wrote
	w.mu.Lock()
}

// failure returns the error that nobody was told of. mu is held.
func (w *eventWriter) failure() error {
	err := w.err
	w.err = nil
	return err
}

// run writes until there is nothing more to write.
func (w *eventWriter) run(write func([]byte) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) > 0 {
		part := w.pending
		w.pending = nil
		if w.wrote != nil {
			close(w.wrote)
			w.wrote = nil
		}
		w.mu.Unlock()
		err := write(part)
		w.mu.Lock()
		if err != nil {
			w.err = err
		}
	}
	close(w.running)
	w.running = nil
}

// flush waits until all is written, or ctx ends.
func (w *eventWriter) flush(ctx context.Context) error {
	w.mu.Lock()
	running := w.running
	w.mu.Unlock()
	if running != nil {
		select {
		case <-running:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failure()
}

// Flush waits until all that was appended is written, or ctx ends. The error, of kind
// KindIO, is also that of an event before, if nobody was told of it.
func (l *EventLog) Flush(ctx context.Context) error {
	if l == nil {
		return nil
	}
	return unwritten(l.writer.flush(ctx))
}

// unwritten says what an error of writing means.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	return jobs.Errorf(jobs.KindIO, "the event log could not be written: %w", err)
}
