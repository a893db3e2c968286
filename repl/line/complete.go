package line

import (
	"strings"
	"unicode/utf8"

	"marsh/repl"
)

// Asks what could stand at the cursor, unless that is asked already.
func (r *reading) tab() {
	if r.q.Complete != nil && !r.ask.open() {
		r.slow = false
		if r.ask.ask(r.buf) {
			r.answer()
		}
	}
}

// Takes the answer to the question that is open: puts in what all candidates begin
// with, or where that adds nothing opens the menu.
func (r *reading) answer() {
	q := r.ask.take()
	if q == nil {
		return
	}
	r.ask.giveUp()
	list := alike(q.answer, q.buf.before())
	switch {
	case len(list) == 0 || r.menu != nil || r.search != nil:
	case len(list) == 1:
		r.buf = q.buf.complete(list[0])
	case !r.common(list):
		r.open(list)
	}
}

// Puts in what the texts of all candidates begin with; reports false when that is
// not more than what is there.
func (r *reading) common(list []repl.Candidate) bool {
	before := r.buf.before()
	text := commonStart(list)
	if start := list[0].Start; len(text) < len(before)-start || text == before[start:] {
		return false
	}
	r.buf = r.buf.with(repl.Candidate{Text: text, Start: list[0].Start})
	return true
}

// Returns b with the candidate in it; with a blank behind it at the end of the line,
// unless it is one that goes on.
func (b buffer) complete(c repl.Candidate) buffer {
	if b.atEnd() {
		c.Text = ended(c.Text)
	}
	return b.with(c)
}

// Returns b with the candidate in it.
func (b buffer) with(c repl.Candidate) buffer {
	return b.replace(utf8.RuneCountInString(b.before()[:c.Start]), b.pos, []rune(c.Text))
}

// Returns the candidates that begin where the first one does, if that can be
// replaced.
func alike(list []repl.Candidate, before string) []repl.Candidate {
	if len(list) == 0 {
		return nil
	}
	start := list[0].Start
	if start < 0 || start > len(before) || start < len(before) && !utf8.RuneStart(before[start]) {
		return nil
	}
	var same []repl.Candidate
	for _, c := range list {
		if c.Start == start {
			same = append(same, c)
		}
	}
	return same
}

// Returns what the texts of all candidates begin with, in whole characters.
func commonStart(list []repl.Candidate) string {
	common := list[0].Text
	for _, c := range list[1:] {
		n := 0
		for n < len(common) && n < len(c.Text) && common[n] == c.Text[n] {
			n++
		}
		common = common[:n]
	}
	for !utf8.ValidString(common) && common != "" {
		common = common[:len(common)-1]
	}
	return common
}

// Returns the only candidate with a blank behind it, unless it is one that goes on.
func ended(text string) string {
	for _, end := range []string{" ", "/", ".", "="} {
		if strings.HasSuffix(text, end) {
			return text
		}
	}
	return text + " "
}
