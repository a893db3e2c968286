package main

import (
	"context"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// sayStopped warns of the jobs that the end of a script stops, unless it ended with exit
// -force.
func sayStopped(ctx context.Context, sh *shell.Shell, ended error, out jobs.Sink) {
	if len(sh.Jobs.Active()) == 0 && len(sh.Sessions.All()) == 0 || ended != nil && jobs.AsError(ended).Detail == "force" {
		return
	}
	_ = sh.Engine().Run(ctx, jobs.Script{Text: "leave-info"}, jobs.SinkFunc(func(ctx context.Context, r jobs.Record) error {
		if m, ok := r.Value.(*jobs.Map); ok && m.Int("Running") > 0 {
			text := "still running, and stopped: " + m.String("Names") + "; wait-job waits for the end"
			return out.Write(ctx, jobs.Record{Time: time.Now(), Stream: jobs.Warning, Value: text})
		}
		return nil
	}))
}
