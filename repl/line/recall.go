package line

import "strings"

// Where in the history one is, going up and down in it.
type recall struct {
	at    int    // the entry that is shown; the number of entries for none
	typed buffer // what was typed before the first was shown
	shown string // what is in the line since; something else is typed anew
}

// Begins at what is typed, unless the line is what the history has shown.
func (r *reading) recalling() {
	if n := len(r.q.History); r.recall.at >= n || r.buf.string() != r.recall.shown {
		r.recall = recall{at: n, typed: r.buf, shown: r.buf.string()}
	}
}

// Shows the latest earlier entry that begins with what was typed.
func (r *reading) older() {
	r.recalling()
	prefix := r.recall.typed.string()
	for at := min(r.recall.at, len(r.q.History)) - 1; at >= 0; at-- {
		if entry := r.q.History[at]; entry != r.recall.shown && strings.HasPrefix(entry, prefix) {
			r.show(at, entry)
			return
		}
	}
}

// Shows the next later entry that begins with what was typed, and behind the last
// one what was typed.
func (r *reading) newer() {
	r.recalling()
	prefix := r.recall.typed.string()
	for at := r.recall.at + 1; at < len(r.q.History); at++ {
		if entry := r.q.History[at]; entry != r.recall.shown && strings.HasPrefix(entry, prefix) {
			r.show(at, entry)
			return
		}
	}
	if r.recall.at < len(r.q.History) {
		r.buf = r.recall.typed
		r.recall.at = len(r.q.History)
	}
}

// Shows the oldest entry, whatever it begins with.
func (r *reading) oldest() {
	if len(r.q.History) > 0 {
		r.recalling()
		r.show(0, r.q.History[0])
	}
}

// Goes back to what was typed.
func (r *reading) newest() {
	r.recalling()
	if r.recall.at < len(r.q.History) {
		r.buf = r.recall.typed
		r.recall.at = len(r.q.History)
	}
}

func (r *reading) show(at int, entry string) {
	r.recall.at, r.recall.shown = at, entry
	r.buf = written(entry)
}

// Puts in the last word of the entry before; pressed again, that of the one before
// that in its place.
func (r *reading) lastWord() {
	at := len(r.q.History)
	from := r.buf.pos
	if r.was == didLastWord {
		at, from = r.lastWordAt, r.lastWordFrom
	}
	for at--; at >= 0; at-- {
		if word := lastArgument(r.q.History[at]); word != "" {
			r.buf = r.buf.replace(from, r.buf.pos, []rune(word))
			r.lastWordAt, r.lastWordFrom = at, from
			break
		}
	}
	r.did = didLastWord
}

// Returns the last word of an entry, in its quotes.
func lastArgument(entry string) string {
	word, quote := "", rune(0)
	last := ""
	for _, c := range entry {
		switch {
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n'):
			word = ""
			continue
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
		word += string(c)
		last = word
	}
	return last
}
