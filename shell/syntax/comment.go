package syntax

import "strings"

// Skips blanks, line ends and comments.
func (t *token) skip(text string, pos int) int {
	for pos < len(text) {
		switch c := text[pos]; {
		case c == '\n':
			t.newline = true
			pos++
		case isBlank(c):
			pos++
		case strings.HasPrefix(text[pos:], "--"):
			if pos = t.comment(text, pos); t.kind == tokBad {
				return pos
			}
		default:
			return pos
		}
	}
	return pos
}

// Skips the comment at pos.
func (t *token) comment(text string, pos int) int {
	if longLevel(text, pos+2) >= 0 {
		t.start = pos
		t.long(text, pos+2, "comment")
		if t.kind == tokBad {
			return pos
		}
		t.kind = tokEOF
		t.newline = t.newline || strings.Contains(text[pos:t.end], "\n")
		return t.end
	}
	if strings.HasPrefix(text[pos+2:], "[=") {
		t.mends = append(t.mends, pos+2)
	}
	return lineEnd(text, pos)
}

// Returns the number of = in the long bracket that opens at pos, or -1.
func longLevel(text string, pos int) int {
	if at(text, pos) != '[' {
		return -1
	}
	n := 0
	for at(text, pos+1+n) == '=' {
		n++
	}
	if at(text, pos+1+n) != '[' {
		return -1
	}
	return n
}

// Reads a long bracket.
func (t *token) long(text string, pos int, what string) {
	n := longLevel(text, pos)
	body := pos + n + 2
	i := strings.Index(text[body:], "]"+strings.Repeat("=", n)+"]")
	if i < 0 {
		t.kind, t.open, t.end = tokBad, true, len(text)
		t.fault = "the " + what + " is not closed"
		return
	}
	t.kind, t.end = tokString, body+i+n+2
}
