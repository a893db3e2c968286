package line

import "strings"

// Suggests the rest of the latest entry of the history that begins with what is
// typed, while the cursor is behind it.
func (r *reading) suggest() {
	r.hint = nil
	if !r.hints || r.q.Secret || len(r.buf.text) == 0 || !r.buf.atEnd() || r.menu != nil || r.search != nil || r.dismissed {
		return
	}
	text := r.buf.string()
	for at := len(r.q.History) - 1; at >= 0; at-- {
		if entry := r.q.History[at]; len(entry) > len(text) && strings.HasPrefix(entry, text) {
			r.hint = []rune(entry[len(text):])
			return
		}
	}
}

// Takes as much of the suggestion into the line as part says; reports false when
// there is none. What was drawn last may be behind the keys, so it is looked for
// again.
func (r *reading) takeHint(part func(hint buffer) int) bool {
	r.suggest()
	if len(r.hint) == 0 {
		return false
	}
	r.put(r.hint[:part(buffer{text: r.hint})])
	return true
}

func allOfIt(hint buffer) int   { return len(hint.text) }
func aWordOfIt(hint buffer) int { return hint.wordEnd(0) }
