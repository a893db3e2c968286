package page

import (
	"strings"
	"unicode"

	"marsh/shell/format"
)

// hard is a blank at which no line is broken.
const hard = "\u00a0"

// wrap breaks text into lines at blanks: the first of at most first columns, the others
// of at most rest. A word that is wider stands alone.
func wrap(text string, first, rest int) []string {
	var lines []string
	var b strings.Builder
	used, width := 0, first
	for _, w := range strings.FieldsFunc(text, breakable) {
		w = strings.ReplaceAll(w, hard, " ")
		n := format.Width(w)
		if used > 0 && used+1+n > width {
			lines = append(lines, b.String())
			b.Reset()
			used, width = 0, rest
		} else if used > 0 {
			b.WriteByte(' ')
			used++
		}
		b.WriteString(w)
		used += n
	}
	if used > 0 {
		lines = append(lines, b.String())
	}
	return lines
}

func breakable(r rune) bool { return unicode.IsSpace(r) && string(r) != hard }

// Keep returns text as one word to the layout: no line is broken in it.
func Keep(text string) string { return strings.ReplaceAll(text, " ", hard) }
