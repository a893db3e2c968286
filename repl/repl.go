package repl

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"marsh/jobs"
	"marsh/shell/format"
)

// Bounds of what the loop waits for.
const (
	promptWait   = time.Second      // for prompt-info; then the prompt shows ?
	completeWait = 3 * time.Second  // for complete-line; then no more is offered
	leaveWait    = 10 * time.Second // for leaving one session; then it is left behind
	maxDepth     = 16               // sessions entered inside each other
)

// forced is the detail of an error of kind KindExit that is not to be asked about.
const forced = "force"

// Output prints what one statement writes.
type Output interface {
	jobs.Sink
	Flush() error
}

// Options says what a REPL is made of. Local, Editor and Out have to be given.
type Options struct {
	Local   jobs.Host     // where lines run when no session is entered
	Editor  Editor        // where lines come from
	Out     func() Output // makes the printer of one statement
	History *History      // nil keeps nothing
	User    string        // the user here; one of another name is shown before a machine's name
	// Style says how the line that is typed looks; it is asked before each line. nil is
	// the zero Style.
	Style func() Style
	// Prompt makes the prompt from the names of the sessions entered, outermost
	// first, and the directory; nil is DefaultPrompt.
	Prompt func(sessions []string, dir string) string
}

// REPL is the loop at the prompt. It is made with New and run once.
type REPL struct {
	o          Options
	failed     bool        // a statement ended with an error; used by Run's goroutine alone
	lines      int         // lines read so far; likewise
	ahead      []ahead     // lines read before they were asked for; likewise
	words      *vocabulary // nil where nobody types; made by Run
	noPrompt   string      // why the user's prompt function did not work the last time; used by Run's goroutine alone
	slowPrompt bool        // it took too long, and is not called before a statement names it; likewise

	mu    sync.Mutex
	stack []level // the sessions entered, guarded by mu
	next  string  // to be run as if it were typed, guarded by mu
}

// New makes a REPL.
func New(o Options) *REPL {
	if o.Prompt == nil {
		o.Prompt = DefaultPrompt
	}
	return &REPL{o: o}
}

// Run reads statements and runs them until the input ends, a statement leaves the
// shell, a signal arrives or ctx ends, and then leaves all sessions. It returns the
// exit status: what exit was given; 128 and the signal's number; else, on a
// terminal 0, and without one 1 when a statement ended with an error.
//
// While it runs it takes SIGINT, SIGTERM and SIGHUP, and on a terminal SIGQUIT.
func (r *REPL) Run(ctx context.Context) int {
	sig := catch(ctx, r.o.Editor.Interactive())
	defer sig.release()
	if r.o.Editor.Interactive() {
		wordCtx, cancel := context.WithCancel(ctx)
		r.words = newVocabulary(wordCtx, meaningWait, r.o.Editor.Redraw)
		defer func() { cancel(); <-r.words.done }()
	}
	status := r.loop(sig.ctx, sig)
	r.leaveAll(context.WithoutCancel(ctx))
	if n := sig.status(); n != 0 {
		return n
	}
	return status
}

// Runs statement after statement; returns the exit status.
func (r *REPL) loop(ctx context.Context, sig *signals) int {
	for ctx.Err() == nil {
		err := r.statement(ctx, sig)
		switch {
		case errors.Is(err, jobs.KindExit):
			if e := jobs.AsError(err); !r.pop(ctx) && (e.Detail == forced || r.mayLeave(ctx)) {
				return e.Status
			}
		case errors.Is(err, jobs.KindExitSession):
			r.pop(ctx)
		case errors.Is(err, io.EOF):
			if !r.pop(ctx) && r.mayLeave(ctx) {
				return r.status()
			}
		case err != nil && err != errDropped:
			r.failed = true
		}
	}
	return 130
}

// The exit status at the end of the input.
func (r *REPL) status() int {
	if r.failed && !r.o.Editor.Interactive() {
		return 1
	}
	return 0
}

// Notify shows text to the operator: above the line being typed, which stays
// whole; before the next prompt when a command runs; on the error output without
// a terminal. Any goroutine may call it, at any time.
func (r *REPL) Notify(text string) {
	if text = strings.TrimRight(text, "\n"); text != "" {
		r.o.Editor.Announce(format.Visible(text))
	}
}
