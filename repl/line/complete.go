package line

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"marsh/repl"
)

// Completes the word at the cursor: puts in what all candidates begin with, or
// lists them where that adds nothing.
func (e *Editor) complete(cur *reading, line []rune, pos int) ([]rune, int) {
	if cur.q.Complete == nil {
		return line, pos
	}
	before := string(line[:pos])
	list := cur.q.Complete(cur.ctx, string(line), len(before))
	list = alike(list, before)
	if len(list) == 0 {
		return line, pos
	}
	start := list[0].Start
	text := commonStart(list)
	if len(list) == 1 && pos == len(line) {
		text = ended(text)
	}
	if len(text) < len(before)-start || text == before[start:] {
		width, height := e.term.size()
		e.screen.announce(listing(list, width, height, cur.q.Width))
		return line, pos
	}
	from := utf8.RuneCountInString(before[:start])
	return insert(slices.Delete(line, from, pos), from, []rune(text))
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
	if strings.HasSuffix(text, " ") || strings.HasSuffix(text, "/") || strings.HasSuffix(text, ".") {
		return text
	}
	return text + " "
}

// Lists candidates: with their help one a row, else in columns; no more than fit
// above the line.
func listing(list []repl.Candidate, width, height int, columns func(string) int) string {
	widest, helped := 0, false
	for _, c := range list {
		widest = max(widest, columns(c.Text))
		helped = helped || c.Help != ""
	}
	perRow := max(1, width/(widest+2))
	if helped {
		perRow = 1
	}
	var out []string
	for row := range slices.Chunk(list, perRow) {
		if len(out) >= max(height-3, 1) {
			out = append(out, fmt.Sprintf("... and %d more", len(list)-len(out)*perRow))
			break
		}
		out = append(out, listRow(row, widest, columns))
	}
	return strings.Join(out, "\n")
}

func listRow(row []repl.Candidate, widest int, columns func(string) int) string {
	var b strings.Builder
	for _, c := range row {
		b.WriteString(c.Text + strings.Repeat(" ", widest-columns(c.Text)+2) + c.Help)
	}
	return strings.TrimRight(b.String(), " ")
}
