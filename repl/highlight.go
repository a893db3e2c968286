package repl

import (
	"context"

	"marsh/shell/syntax"
)

// Has the line that is about to be read coloured, and words asked about while it is.
// end is to be called when it has been read.
func (r *REPL) listen(ctx context.Context, q *Request) (end func()) {
	if r.words == nil || q.Complete == nil {
		return func() {}
	}
	h := r.top()
	local := h == r.o.Local
	if !q.Style.Plain {
		q.Highlight = func(text string) []syntax.Span { return r.words.spans(text, local) }
	}
	return r.words.begin(ctx, h)
}
