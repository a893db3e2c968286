package repl

import (
	"context"

	"marsh/jobs"
)

// Has text edited by the user's own editor. It runs on this machine, as do the lines of
// its variables and its directory, and has the terminal until it has ended.
func (r *REPL) edit(ctx context.Context, text string) (string, error) {
	out := &collector{max: 1}
	if err := r.o.Local.Run(ctx, jobs.Script{Text: "edit-text (args[1])", Args: jobs.List{text}}, out); err != nil {
		e := jobs.AsError(err)
		return "", jobs.Errorf(e.Kind, "%s", e.Msg)
	}
	edited, _ := out.value().(string)
	return edited, nil
}
