package repl

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Echo is the Editor that plays a walk-through: it gives the lines it was made
// with, and prints each behind its prompt as if it had been typed. Lines that begin
// with # are remarks: they are printed, and not given.
type Echo struct {
	out   io.Writer
	lines []string

	mu     sync.Mutex
	queued []string // announcements not shown yet, guarded by mu
}

// NewEcho makes an Echo that gives lines and prints on out.
func NewEcho(out io.Writer, lines ...string) *Echo { return &Echo{out: out, lines: lines} }

// ReadLine prints the prompt and the next line, and returns the line; io.EOF after
// the last one.
func (e *Echo) ReadLine(ctx context.Context, q Request) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err := e.flush(); err != nil {
		return "", err
	}
	for len(e.lines) > 0 && strings.HasPrefix(e.lines[0], "#") {
		if _, err := fmt.Fprintln(e.out, e.lines[0]); err != nil {
			return "", err
		}
		e.lines = e.lines[1:]
	}
	if len(e.lines) == 0 {
		return "", io.EOF
	}
	line := e.lines[0]
	e.lines = e.lines[1:]
	_, err := fmt.Fprintln(e.out, q.Prompt+line)
	return line, err
}

// Announce keeps text for the next prompt. What comes when a thousand
// announcements wait is dropped.
func (e *Echo) Announce(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.queued) < MaxQueued {
		e.queued = append(e.queued, text)
	}
}

// MaxQueued is how many announcements an Editor keeps while it cannot show them.
const MaxQueued = 1000

// Prints what was announced.
func (e *Echo) flush() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, text := range e.queued {
		if _, err := fmt.Fprintln(e.out, text); err != nil {
			return err
		}
	}
	e.queued = nil
	return nil
}

// Redraw does nothing.
func (e *Echo) Redraw() {}

// Interactive returns false.
func (e *Echo) Interactive() bool { return false }

// Play runs lines as if each had been typed at the prompt, printing prompt and
// line on out, and returns the exit status as [REPL.Run] does. o.Editor is not
// used; o.Out should print on out too.
func Play(ctx context.Context, o Options, out io.Writer, lines ...string) int {
	o.Editor = NewEcho(out, lines...)
	return New(o).Run(ctx)
}
