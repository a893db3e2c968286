package repl

import (
	"context"
	"errors"
	"strings"

	"marsh/jobs"
)

// Lines that nobody types are read ahead while a statement is unfinished: to ask after
// each of them whether the statement is whole now would be to read a block of n lines
// n times over. It is asked about when as much again has come, and then its end is
// searched for by halves; what was read past it is kept for the next statement.

// buffered is what an Editor offers whose lines may be read ahead: it reports whether
// there is a line that can be had without waiting for it.
type buffered interface{ Buffered() bool }

// ahead is what an Editor has given before it was asked for.
type ahead struct {
	line string
	err  error
}

// Returns the next line, one that was read ahead first.
func (r *REPL) nextLine(ctx context.Context, q Request) (string, error) {
	if len(r.ahead) > 0 {
		a := r.ahead[0]
		r.ahead = r.ahead[1:]
		return a.line, a.err
	}
	end := r.listen(ctx, &q)
	defer end()
	return r.o.Editor.ReadLine(ctx, q)
}

// Goes on with the unfinished text as long as there are lines that need not be waited
// for; reports whether it is whole now. When it is not, the next line decides, or there
// is none.
func (r *REPL) gather(ctx context.Context, text string) (string, bool) {
	for {
		lines := r.readAhead(ctx, len(text))
		if lines < 2 {
			return text, false
		}
		texts := make([]string, lines)
		for i, a := range r.ahead[:lines] {
			texts[i] = a.line
		}
		n, whole := r.endOf(ctx, text, texts)
		text += "\n" + strings.Join(texts[:n], "\n")
		r.ahead = r.ahead[n:]
		r.lines += n
		if whole {
			return text, true
		}
	}
}

// minAhead is how much is read ahead at least, in bytes, so that short blocks are not
// asked about line by line.
const minAhead = 4 << 10

// Reads ahead, until there is as much again as the size of the statement so far, or no
// line that need not be waited for; returns how many lines can be taken into the
// statement: those before an error, and before its longest.
func (r *REPL) readAhead(ctx context.Context, size int) (lines int) {
	for total := size; total < size+max(size, minAhead); lines++ {
		if lines == len(r.ahead) && !r.readOneAhead(ctx) {
			return lines
		}
		a := r.ahead[lines]
		if total += 1 + len(a.line); a.err != nil || total > MaxLine {
			return lines
		}
	}
	return lines
}

// Reads a line ahead, if there is one that need not be waited for.
func (r *REPL) readOneAhead(ctx context.Context) bool {
	b, ok := r.o.Editor.(buffered)
	if !ok || !b.Buffered() {
		return false
	}
	line, err := r.o.Editor.ReadLine(ctx, Request{})
	r.ahead = append(r.ahead, ahead{line, err})
	return true
}

// Asks the host how many of the lines behind text make it whole; all of them, and
// false, when they do not.
func (r *REPL) endOf(ctx context.Context, text string, lines []string) (n int, whole bool) {
	out := &collector{max: 1}
	args := jobs.List{text + "\n" + strings.Join(lines, "\n"), int64(1 + strings.Count(text, "\n"))}
	err := r.top().Run(ctx, jobs.Script{Text: "statement-end (args[1]) (args[2])", Args: args}, out)
	if err != nil && !errors.Is(err, jobs.KindClosed) {
		return 1, true // let running it say what is wrong
	}
	end := int(out.first().Int("End"))
	before := 1 + strings.Count(text, "\n")
	if end <= before || end > before+len(lines) {
		return len(lines), false
	}
	return end - before, true
}
