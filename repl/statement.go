package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"marsh/jobs"
	"marsh/shell/format"
)

// errDropped says that a statement was given up and that nothing is left to say.
var errDropped = errors.New("dropped")

// Reads one statement and runs it. It returns what ended it: nil, io.EOF when there
// is none, errDropped, or the error, which has been shown.
func (r *REPL) statement(ctx context.Context, sig *signals) error {
	prompt := r.prompt(ctx)
	text, err := r.first(ctx, prompt)
	if err != nil {
		return err
	}
	first := r.lines
	for {
		e := Entry{Text: text, Start: time.Now(), Host: r.machine()}
		err := r.run(ctx, sig, text, first)
		if !errors.Is(err, jobs.KindIncomplete) {
			e.Duration = time.Since(e.Start)
			r.slowPrompt = r.slowPrompt && !strings.Contains(text, "prompt")
			r.remember(ctx, e, err)
			return err
		}
		longer, readErr := r.more(ctx, prompt, text)
		if readErr != nil {
			return r.unfinished(ctx, sig, text, first, readErr)
		}
		text = longer
	}
}

// Returns the first line of a statement: what a command has asked to be run next, or
// what is read.
func (r *REPL) first(ctx context.Context, prompt string) (string, error) {
	if text := r.takeNext(); text != "" {
		out := r.o.Out()
		shown := jobs.Out(sgr.ReplaceAllString(prompt, "") + text)
		return text, errors.Join(out.Write(ctx, shown), out.Flush())
	}
	return r.read(ctx, r.request(prompt), "")
}

// Reads on where text is not a whole statement; returns all of it.
func (r *REPL) more(ctx context.Context, prompt, text string) (string, error) {
	if r.o.Editor.Interactive() {
		q := r.request(prompt)
		q.Text, q.Again = text+"\n", true
		return r.read(ctx, q, "")
	}
	text, whole := r.gather(ctx, text)
	if whole {
		return text, nil
	}
	line, err := r.read(ctx, r.request(morePrompt(prompt)), text)
	return text + "\n" + line, err
}

// Says what becomes of a statement that could not be read to its end: at the end of
// the input it is an error, else it is given up.
func (r *REPL) unfinished(ctx context.Context, sig *signals, text string, first int, readErr error) error {
	if !errors.Is(readErr, io.EOF) {
		return readErr
	}
	err := r.run(ctx, sig, text, first)
	if !errors.Is(err, jobs.KindIncomplete) {
		return err
	}
	return r.show(ctx, r.o.Out(), err)
}

// Reads a line that continues before, which is "" for the first of a statement.
func (r *REPL) read(ctx context.Context, q Request, before string) (string, error) {
	ctx, cancel := r.untilBroken(ctx)
	defer cancel()
	line, err := r.nextLine(ctx, q)
	r.lines += 1 + strings.Count(line, "\n")
	switch {
	case err == nil && len(before)+len(line) > MaxLine, errors.Is(err, ErrLineTooLong):
		return "", r.show(ctx, r.o.Out(), jobs.Errorf(jobs.KindLimit, "the statement at line %d is longer than %d bytes; put it into a file and run that", r.lines, MaxLine))
	case err == nil, errors.Is(err, io.EOF):
		return line, err
	case r.dropBroken(context.WithoutCancel(ctx), nil), errors.Is(err, ErrInterrupted), ctx.Err() != nil:
		return "", errDropped
	}
	r.Notify(fmt.Sprintf("the input cannot be read: %v", err))
	r.failed = true
	return "", io.EOF
}

func (r *REPL) request(prompt string) Request {
	q := Request{Prompt: prompt, More: morePrompt(prompt), Complete: r.complete, Edit: r.edit, Width: format.Width, Cluster: format.Cluster}
	if r.o.Style != nil {
		q.Style = r.o.Style()
	}
	if r.o.History != nil {
		q.History = r.o.History.Texts()
	}
	return q
}

// Returns a context that also ends when an entered session loses its connection.
// cancel releases what waits for that.
func (r *REPL) untilBroken(parent context.Context) (ctx context.Context, cancel func()) {
	ctx, stop := context.WithCancel(parent)
	var waits []func()
	for _, h := range r.entered() {
		d, ok := h.(ender)
		if !ok {
			continue
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			select {
			case <-d.Done():
				stop()
			case <-ctx.Done():
			}
		}()
		waits = append(waits, func() { <-ended })
	}
	return ctx, func() {
		stop()
		for _, wait := range waits {
			wait()
		}
	}
}

// Runs text, which begins on the given line, on the host on top, and shows what it
// writes and the error that ended it.
func (r *REPL) run(ctx context.Context, sig *signals, text string, line int) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	h, out := r.top(), r.o.Out()
	if k, ok := r.o.Editor.(attendant); ok {
		k.Attend(true)
		defer k.Attend(false)
	}
	leave := jobs.NewDetacher()
	runCtx, done := sig.during(ctx, func() { stillWaiting(ctx, out, h, text) }, leave.Detach)
	if r.o.Editor.Interactive() {
		runCtx = jobs.WithDetacher(runCtx, leave)
	}
	var sink jobs.Sink = out
	if h != r.o.Local {
		sink = unlabelled{out}
	}
	err := jobs.Guard(func() error { return h.Run(runCtx, r.script(text, line), sink) })
	interrupted := done()
	if r.words != nil && !errors.Is(err, jobs.KindIncomplete) {
		r.words.forget()
	}
	switch {
	case silent(err):
		err = errors.Join(err, jobs.Guard(out.Flush))
		if errors.Is(err, jobs.KindDetached) {
			r.Notify(jobs.AsError(err).Msg)
		}
		return err
	case interrupted && errors.Is(err, jobs.KindStopped), r.o.Editor.Interactive() && byCtrlC(err):
		_ = out.Flush() // what it wrote so far; who pressed Ctrl-C knows why it ended
		return errDropped
	}
	if r.dropBroken(ctx, err) {
		_ = out.Flush()
		return err
	}
	return r.shown(ctx, out, err)
}

// attendant is what an Editor offers that has Ctrl-B send SIGQUIT while a statement runs.
type attendant interface{ Attend(runs bool) }

// Shows how a statement ended. Where the printer itself fails another one says so.
func (r *REPL) shown(ctx context.Context, out Output, err error) (ended error) {
	defer func() {
		if p := recover(); p != nil {
			ended = r.show(ctx, r.o.Out(), jobs.Mistake(p))
		}
	}()
	return r.show(ctx, out, err)
}

// unlabelled shows records without the name of the machine they came from, which the
// prompt says already.
type unlabelled struct{ out Output }

// Write shows r.
func (u unlabelled) Write(ctx context.Context, r jobs.Record) error {
	r.HideHost = true
	return u.out.Write(ctx, r)
}

// Reports whether err is a program that Ctrl-C has ended. One that had the terminal
// to itself got SIGINT alone.
func byCtrlC(err error) bool {
	e := jobs.AsError(err)
	return e.Kind == jobs.KindExitStatus && e.Status == 128+int(syscall.SIGINT)
}

func (r *REPL) script(text string, line int) jobs.Script {
	if r.o.Editor.Interactive() {
		return jobs.Script{Text: text, Name: "line", Line: 1, Terminal: true}
	}
	return jobs.Script{Text: text, Name: "line", Line: line}
}

// Reports whether err is nothing to show: none, more lines wanted, or leaving.
func silent(err error) bool {
	switch {
	case err == nil, errors.Is(err, jobs.KindIncomplete), errors.Is(err, jobs.KindExit), errors.Is(err, jobs.KindExitSession), errors.Is(err, jobs.ErrSuspended), errors.Is(err, jobs.KindDetached):
		return true
	}
	return false
}

// Shows err behind what out has printed, and returns it.
func (r *REPL) show(ctx context.Context, out Output, err error) error {
	rec := jobs.Record{Stream: jobs.ErrorStream, Value: jobs.ErrorValue(err)}
	if werr := out.Write(context.WithoutCancel(ctx), rec); werr != nil {
		return errors.Join(err, werr)
	}
	return errors.Join(err, out.Flush())
}

// Says what a command that was told to stop is still doing.
func stillWaiting(ctx context.Context, out jobs.Sink, h jobs.Host, text string) {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	msg := fmt.Sprintf("still waiting on %s for this to stop: %s", h.Name(), format.Cut(format.Visible(line), 60))
	_ = out.Write(ctx, jobs.Record{Stream: jobs.Warning, Value: msg})
}
