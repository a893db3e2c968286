package repl

import (
	"context"

	"marsh/jobs"
	"marsh/shell/format"
)

// MaxCandidates is how many candidates the Tab key offers at most.
const MaxCandidates = 1000

// Asks the host on top what could stand at the byte offset cursor in text. What came
// before the deadline is still good to offer.
func (r *REPL) complete(ctx context.Context, text string, cursor int) []Candidate {
	ctx, cancel := context.WithTimeout(ctx, completeWait)
	defer cancel()
	out := &collector{max: MaxCandidates}
	_ = r.top().Run(ctx, jobs.Script{Text: "complete-line (args[1]) (args[2])", Args: jobs.List{text, int64(cursor)}}, out)
	return candidates(out.maps(), text, cursor)
}

// Makes candidates of what complete-line wrote, which another machine may have made
// up. Those that would replace something behind the cursor, or put in what cannot be
// looked at, are left out.
func candidates(maps []*jobs.Map, text string, cursor int) []Candidate {
	var list []Candidate
	for _, m := range maps {
		c := Candidate{
			Text: m.String("Text"), Start: int(m.Int("Start")),
			Show: format.Visible(m.String("Show")), Help: format.Visible(m.String("Help")),
		}
		if c.Start >= 0 && c.Start <= min(cursor, len(text)) && c.Text != "" && c.Text == format.Visible(c.Text) {
			list = append(list, c)
		}
	}
	return list
}
