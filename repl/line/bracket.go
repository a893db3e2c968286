package line

import (
	"strings"

	"marsh/shell/syntax"
)

// maxBracket is how many runes away a bracket is looked for.
const maxBracket = 64 << 10

const (
	opening = "([{"
	closing = ")]}"
)

// Returns where the bracket is that belongs to the one under the cursor, or else to
// the one before it; false when there is none. Those in strings and comments are no
// brackets.
func (b buffer) match(styles []style) (int, bool) {
	for _, at := range []int{b.pos, b.pos - 1} {
		if at < 0 || at >= len(b.text) || !isBracket(b.text[at], styleAt(styles, at)) {
			continue
		}
		return b.partner(at, styles)
	}
	return 0, false
}

func isBracket(r rune, st style) bool {
	return strings.ContainsRune(opening+closing, r) &&
		st != style(syntax.ClassString) && st != style(syntax.ClassComment)
}

// Returns where the bracket is that belongs to the one at at.
func (b buffer) partner(at int, styles []style) (int, bool) {
	step := 1
	if strings.ContainsRune(closing, b.text[at]) {
		step = -1
	}
	var open []rune // the brackets that are waited for, the innermost last
	for i, n := at, 0; i >= 0 && i < len(b.text) && n < maxBracket; i, n = i+step, n+1 {
		r := b.text[i]
		if !isBracket(r, styleAt(styles, i)) {
			continue
		}
		if strings.ContainsRune(closing, r) == (step < 0) {
			open = append(open, other(r))
			continue
		}
		if open[len(open)-1] != r {
			return 0, false
		}
		if open = open[:len(open)-1]; len(open) == 0 {
			return i, true
		}
	}
	return 0, false
}

// Returns the bracket that belongs to r.
func other(r rune) rune {
	if i := strings.IndexRune(opening, r); i >= 0 {
		return rune(closing[i])
	}
	return rune(opening[strings.IndexRune(closing, r)])
}
