package line

import (
	"unicode/utf8"

	"marsh/repl"
)

// maxCluster is how many code points one character has at most; what is longer is
// taken apart.
const maxCluster = 64

// A measure knows what a terminal makes of a text.
type measure struct {
	columns func(string) int // the columns that a text takes
	cluster func(string) int // the bytes of the first character, with what is drawn into it
}

// Returns the measure of a request.
func measureOf(q repl.Request) measure {
	m := measure{q.Width, q.Cluster}
	if m.columns == nil {
		m.columns = utf8.RuneCountInString
	}
	if m.cluster == nil {
		m.cluster = m.joined
	}
	return m
}

// Returns the bytes of the first rune of s and of those behind it that take no
// column.
func (m measure) joined(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	for n < len(s) {
		_, size := utf8.DecodeRuneInString(s[n:])
		if m.columns(s[n:n+size]) > 0 {
			break
		}
		n += size
	}
	return n
}

// Returns how many runes the character at pos has, with what is drawn into it; 0 at
// the end.
func (m measure) next(text []rune, pos int) int {
	rest := text[pos:min(len(text), pos+maxCluster)]
	switch {
	case len(rest) < 2:
		return len(rest)
	case rest[0] < utf8.RuneSelf && rest[1] < utf8.RuneSelf:
		return 1
	}
	for i, r := range rest {
		if i > 0 && r < utf8.RuneSelf {
			rest = rest[:i] // nothing of ASCII is drawn into another character
			break
		}
	}
	s := string(rest)
	return max(1, utf8.RuneCountInString(s[:min(m.cluster(s), len(s))]))
}

// Returns how many runes the character before pos has. Characters are counted from
// where one begins for certain.
func (m measure) previous(text []rune, pos int) int {
	at := pos - 1
	for at > 0 && pos-at < maxCluster && text[at] >= utf8.RuneSelf {
		at--
	}
	last := min(pos, 1)
	for at >= 0 && at < pos {
		last = m.next(text[:pos], at)
		at += last
	}
	return last
}
