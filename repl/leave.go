package repl

import (
	"context"
	"fmt"
	"strings"

	"marsh/jobs"
	"marsh/shell/format"
)

// Reports whether the shell may be left: with jobs running, a person is shown which
// and is asked. Without an answer, and without anybody to ask, it may.
func (r *REPL) mayLeave(ctx context.Context, sig *signals) bool {
	if !r.o.Editor.Interactive() {
		return true
	}
	n := r.info(ctx).running
	if n == 0 {
		return true
	}
	if err := r.run(ctx, sig, "get-job -state Running,Blocked,Stopping,Disconnected", 1); err != nil {
		r.Notify("the running jobs cannot be listed: " + jobs.AsError(err).Msg)
	}
	return r.ask(ctx, leaveQuestion(n))
}

func leaveQuestion(n int64) string {
	if n == 1 {
		return "1 job is running and will be stopped; leave? [y/N] "
	}
	return fmt.Sprintf("%d jobs are running and will be stopped; leave? [y/N] ", n)
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
