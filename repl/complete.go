package repl

import (
	"context"

	"marsh/jobs"
	"marsh/shell/format"
)

// MaxCandidates is how many candidates the Tab key offers at most.
const MaxCandidates = 1000

// Returns the function that completes a line which continues before: the earlier
// lines of the statement, each with its newline.
func (r *REPL) completer(before string) func(context.Context, string, int) []Candidate {
	return func(ctx context.Context, text string, cursor int) []Candidate {
		ctx, cancel := context.WithTimeout(ctx, completeWait)
		defer cancel()
		out := &collector{max: MaxCandidates}
		at := len(before) + cursor
		// What came before the deadline is still good to offer.
		_ = r.top().Run(ctx, jobs.Script{Text: "complete-line (args[1]) (args[2])", Args: jobs.List{before + text, int64(at)}}, out)
		return candidates(out.maps(), len(before), cursor)
	}
}

// Makes candidates of what complete-line wrote. Those that would replace something
// outside the line, or put in what cannot be looked at, are left out.
func candidates(maps []*jobs.Map, before, cursor int) []Candidate {
	var list []Candidate
	for _, m := range maps {
		c := Candidate{Text: m.String("Text"), Start: int(m.Int("Start")) - before, Help: format.Visible(m.String("Help"))}
		if c.Start >= 0 && c.Start <= cursor && c.Text != "" && c.Text == format.Visible(c.Text) {
			list = append(list, c)
		}
	}
	return list
}
