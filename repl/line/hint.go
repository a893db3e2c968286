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

// Takes the first n runes of the suggestion into the line; reports false when there
// is none.
func (r *reading) takeHint(n int) bool {
	if len(r.hint) == 0 || !r.buf.atEnd() {
		return false
	}
	r.put(r.hint[:n])
	return true
}
