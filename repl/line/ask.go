package line

import (
	"context"
	"sync"
	"time"

	"marsh/repl"
)

const (
	// quickAnswer is how long the next key waits for an answer to Tab, so that what
	// is typed ahead behind a Tab comes behind the completion.
	quickAnswer = 60 * time.Millisecond
	// slowAnswer is how long an answer may take before it is shown that it is waited
	// for.
	slowAnswer = 150 * time.Millisecond
)

// A question is what Tab was pressed at.
type question struct {
	ctx    context.Context
	buf    buffer
	answer []repl.Candidate
	found  chan struct{} // closed when the answer is there
}

// An asker asks for completions on a goroutine of its own, which lives from the
// first question to close. A further question ends the one before.
type asker struct {
	ctx      context.Context // of the line
	complete func(ctx context.Context, text string, cursor int) []repl.Candidate
	post     func(key rune) // makes a key be pressed
	rescue   func()         // deferred where a panic could leave the terminal raw

	asked  chan *question // nil before the first question
	ended  chan struct{}  // closed when the goroutine has ended
	cancel func()         // ends the latest question; nil when none is open

	mu       sync.Mutex
	answered *question // the latest, guarded by mu
}

// Asks what could stand at the cursor of b; reports whether the answer was quick.
func (a *asker) ask(b buffer) bool {
	if a.asked == nil {
		a.asked, a.ended = make(chan *question, 1), make(chan struct{})
		go a.work()
	}
	a.giveUp()
	q := &question{buf: b, found: make(chan struct{})}
	q.ctx, a.cancel = context.WithCancel(a.ctx)
	select {
	case <-a.asked: // nobody waits for that one any more
	default:
	}
	a.asked <- q
	timer := time.NewTimer(quickAnswer)
	defer timer.Stop()
	select {
	case <-q.found:
		return true
	case <-timer.C:
		return false
	}
}

// Reports whether an answer is waited for.
func (a *asker) open() bool { return a.cancel != nil }

// Ends the question that is open.
func (a *asker) giveUp() {
	if a.cancel != nil {
		a.cancel()
		a.cancel = nil
	}
}

// Waits for the goroutine to end.
func (a *asker) close() {
	a.giveUp()
	if a.asked != nil {
		close(a.asked)
		<-a.ended
	}
}

func (a *asker) work() {
	defer close(a.ended)
	defer a.rescue()
	for q := range a.asked {
		if q.ctx.Err() == nil {
			a.find(q)
		}
	}
}

// Finds the answer to q.
func (a *asker) find(q *question) {
	said := make(chan struct{})
	slow := time.AfterFunc(slowAnswer, func() {
		defer close(said)
		a.post(keySlow)
	})
	q.answer = a.complete(q.ctx, q.buf.string(), len(q.buf.before()))
	if !slow.Stop() {
		<-said
	}
	a.mu.Lock()
	a.answered = q
	a.mu.Unlock()
	close(q.found)
	a.post(keyAnswer)
}

// Returns the answer that has come to the open question; nil for an old one's.
func (a *asker) take() *question {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.answered
	a.answered = nil
	if q == nil || q.ctx.Err() != nil || a.cancel == nil {
		return nil
	}
	return q
}
