package repl

import (
	"context"
	"errors"
	"fmt"

	"marsh/jobs"
)

// Returns the name of the machine that lines run on; "" for this one.
func (r *REPL) machine() string {
	if h := r.top(); h != r.o.Local {
		return h.Name()
	}
	return ""
}

// Keeps a statement that a person typed and that ended with err. One that has another
// run in its place is not kept, as that one will be.
func (r *REPL) remember(ctx context.Context, e Entry, err error) {
	if r.o.History == nil || !r.o.Editor.Interactive() || r.hasNext() {
		return
	}
	e.Status = statusOf(err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), HistoryWait)
	defer cancel()
	if err := r.o.History.Add(ctx, e); err != nil {
		r.Notify(fmt.Sprintf("the history could not be saved: %v", err))
	}
}

// Says how a statement ended.
func statusOf(err error) string {
	switch {
	case err == nil, errors.Is(err, jobs.KindExit), errors.Is(err, jobs.KindExitSession):
		return "Completed"
	case errors.Is(err, jobs.KindDetached):
		return "Running"
	case err == errDropped, errors.Is(err, jobs.KindStopped):
		return "Stopped"
	}
	return "Failed"
}

// History returns what was typed, oldest first, as Maps of type HistoryEntry: Id,
// CommandLine, Status, StartTime, EndTime, Duration in seconds, and ComputerName, which
// is "" for this machine. It fails where nothing is kept.
func (r *REPL) History() ([]*jobs.Map, error) {
	if r.o.History == nil {
		return nil, errNoHistory()
	}
	entries := r.o.History.Entries()
	out := make([]*jobs.Map, len(entries))
	for i, e := range entries {
		out[i] = e.value()
	}
	return out, nil
}

// ForgetHistory removes the entries with these numbers; all of them where none is given.
func (r *REPL) ForgetHistory(ctx context.Context, ids ...int) error {
	if r.o.History == nil {
		return errNoHistory()
	}
	ctx, cancel := context.WithTimeout(ctx, HistoryWait)
	defer cancel()
	return r.o.History.Remove(ctx, ids...)
}

func errNoHistory() error {
	return jobs.Errorf(jobs.KindUnsupported, "nothing is typed here, so there is no history")
}

// RunNext has text run as if it were typed, when the statement that runs now has ended.
func (r *REPL) RunNext(text string) error {
	if !r.o.Editor.Interactive() {
		return errNoHistory()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = text
	return nil
}

// Returns what is to be run next, and forgets it.
func (r *REPL) takeNext() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := r.next
	r.next = ""
	return text
}

func (r *REPL) hasNext() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.next != ""
}
