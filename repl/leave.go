package repl

import (
	"context"
	"fmt"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell/format"
)

// losses is what the end of the shell would stop and lose.
type losses struct {
	jobs    []jobs.Record // those that run, as they are shown
	names   string        // of them, in a line
	unread  int64         // jobs that have ended and whose results nobody has received
	unnamed string        // their names, in a line
}

// Write keeps r.
func (l *losses) Write(_ context.Context, r jobs.Record) error {
	m, ok := r.Value.(*jobs.Map)
	switch {
	case !ok || r.Stream != jobs.Output:
	case m.Type == jobs.TypeJob:
		l.jobs = append(l.jobs, r)
	default:
		l.names, l.unread, l.unnamed = m.String("Names"), m.Int("Unread"), m.String("UnreadNames")
	}
	return nil
}

// leaveInfoWait bounds the question what would be lost, with what that asks of sessions.
const leaveInfoWait = 5 * time.Second

// Asks the local host what would be lost.
func (r *REPL) losses(ctx context.Context) (l losses) {
	ctx, cancel := context.WithTimeout(ctx, leaveInfoWait)
	defer cancel()
	if err := r.o.Local.Run(ctx, jobs.Script{Text: "leave-info"}, &l); err != nil && ctx.Err() == nil {
		r.Notify("the running jobs cannot be listed: " + jobs.AsError(err).Msg)
	}
	return l
}

// Reports whether the shell may be left: with jobs running, a person is shown which
// and is asked. Without an answer, and without anybody to ask, it may. What is lost then is
// said.
func (r *REPL) mayLeave(ctx context.Context) bool {
	l := r.losses(ctx)
	if len(l.jobs) > 0 && r.o.Editor.Interactive() {
		r.list(ctx, l.jobs)
		return r.ask(ctx, l.question())
	}
	if len(l.jobs) > 0 {
		r.Notify("warning: " + stoppedText(len(l.jobs), l.names))
	}
	if l.unread > 0 && r.o.Editor.Interactive() {
		r.Notify("what nobody has received of " + count(int(l.unread), "job") + " is gone: " + l.unnamed)
	}
	return true
}

// Shows jobs as get-job does.
func (r *REPL) list(ctx context.Context, records []jobs.Record) {
	out := r.o.Out()
	for _, rec := range records {
		if out.Write(ctx, rec) != nil {
			return // the terminal is gone, and the question finds out
		}
	}
	_ = out.Flush()
}

func stoppedText(n int, names string) string {
	if n == 1 {
		return "1 job was running and is stopped: " + names + "; wait-job waits for the end"
	}
	return count(n, "job") + " were running and are stopped: " + names + "; wait-job waits for the end"
}

func (l *losses) question() string {
	text := " are running and will be stopped"
	if len(l.jobs) == 1 {
		text = " is running and will be stopped"
	}
	if l.unread > 0 {
		text += fmt.Sprintf(", and what nobody has received of %d more is lost", l.unread)
	}
	return count(len(l.jobs), "job") + text + "; leave? [y/N] "
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Asks a question that is answered with yes or no. The end of the input is a yes,
// so that a terminal that is gone does not hold the shell.
func (r *REPL) ask(ctx context.Context, question string) bool {
	answer, err := r.o.Editor.ReadLine(ctx, Request{Prompt: question, Width: format.Width})
	switch {
	case err == ErrInterrupted:
		return false
	case err != nil:
		return true
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}
