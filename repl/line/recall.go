package line

import "strings"

// Where in the history one is.
type recall struct {
	at     int    // the entry that is shown; the number of entries for none
	typed  []rune // what was typed before the first was shown
	needle string // what is searched for
	found  string // what the search showed last
}

// Goes a row up; from the first one to the earlier entry of the history.
func (r *reading) up(line []rune, pos int) ([]rune, int) {
	start := rowStart(line, pos)
	if start > 0 {
		above := rowStart(line, start-1)
		return line, min(above+pos-start, start-1)
	}
	return r.show(r.recall.at-1, line, pos)
}

// Goes a row down; from the last one to the later entry of the history.
func (r *reading) down(line []rune, pos int) ([]rune, int) {
	end := rowEnd(line, pos)
	if end < len(line) {
		return line, min(end+1+pos-rowStart(line, pos), rowEnd(line, end+1))
	}
	return r.show(r.recall.at+1, line, pos)
}

// Shows an entry of the history, or behind the last one what was typed.
func (r *reading) show(at int, line []rune, pos int) ([]rune, int) {
	n := len(r.q.History)
	if at < 0 || at > n {
		return line, pos
	}
	if r.recall.at == n {
		r.recall.typed = line
	}
	r.recall.at = at
	if at == n {
		return r.recall.typed, len(r.recall.typed)
	}
	entry := []rune(r.q.History[at])
	return entry, len(entry)
}

// Shows the latest earlier entry that contains what is typed; pressed again, the
// one before that.
func (r *reading) search(line []rune, pos int) ([]rune, int) {
	text := string(line)
	if text != r.recall.found || text == "" {
		r.recall.needle = text
	}
	for at := min(r.recall.at, len(r.q.History)) - 1; at >= 0; at-- {
		if entry := r.q.History[at]; entry != text && strings.Contains(entry, r.recall.needle) {
			line, pos = r.show(at, line, pos)
			r.recall.found = entry
			return line, pos
		}
	}
	return line, pos
}
