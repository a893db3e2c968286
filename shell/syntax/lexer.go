package syntax

import (
	"regexp"
	"strings"
)

// reserved begins the names the translated text uses.
const reserved = "__m_"

var number = regexp.MustCompile(`^(0[xX][0-9a-fA-F]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)$`)

// Returns the token that begins at or after pos. It never fails: what is no token is
// of kind tokBad, and matters only when it is taken.
func scan(text string, pos int) token {
	t := token{from: pos, start: pos}
	if pos = t.skip(text, pos); t.kind == tokBad {
		return t
	}
	t.start, t.end = pos, pos+1
	switch c := at(text, pos); {
	case pos >= len(text):
		t.kind, t.end = tokEOF, pos
	case isLetter(c):
		t.name(text)
	case isDigit(c), c == '.' && isDigit(at(text, pos+1)):
		t.number(text)
	case c == '"', c == '\'':
		t.quoted(text, c)
	case c == '[' && longLevel(text, pos) >= 0:
		t.long(text, pos, "long string")
	case c == '$':
		t.variable(text)
	default:
		t.operator(text)
	}
	return t
}

func (t *token) name(text string) {
	t.end = nameEnd(text, t.start)
	t.kind, t.text = tokName, text[t.start:t.end]
	switch {
	case isKeyword(t.text):
		t.kind = tokKeyword
	case strings.HasPrefix(t.text, reserved):
		t.bad("names that begin with " + reserved + " are the shell's own")
	}
}

func (t *token) number(text string) {
	for isNameByte(at(text, t.end)) || at(text, t.end) == '.' || t.sign(text) {
		t.end++
	}
	t.kind, t.text = tokNumber, text[t.start:t.end]
	if !number.MatchString(t.text) {
		t.bad("malformed number " + t.text + joined(t.text))
	}
}

// Returns what to write for numbers with .. between them, after a separator.
func joined(number string) string {
	before, after, ok := strings.Cut(number, "..")
	if !ok {
		return ""
	}
	return ": joined they are " + before + " .. " + after + "; a range is for i = " + before + ", " + after + " do … end"
}

// Reports whether the number goes on with the sign of an exponent.
func (t *token) sign(text string) bool {
	c, before := at(text, t.end), text[t.end-1]
	hex := strings.HasPrefix(text[t.start:], "0x") || strings.HasPrefix(text[t.start:], "0X")
	return (c == '+' || c == '-') && (before == 'e' || before == 'E') && !hex
}

// Reads a string between quotes, on one line but for escaped line ends.
func (t *token) quoted(text string, quote byte) {
	t.kind = tokString
	for i := t.start + 1; i < len(text) && text[i] != '\n'; i++ {
		switch text[i] {
		case quote:
			t.end = i + 1
			return
		case '\\':
			if i++; i >= len(text) {
				t.open = true
			}
		}
	}
	t.end = len(text)
	t.bad("the string is not closed on its line")
}

func (t *token) operator(text string) {
	t.kind = tokOp
	for _, op := range []string{"...", "..", "==", "~=", "<=", ">=", "::"} {
		if strings.HasPrefix(text[t.start:], op) {
			t.end, t.text = t.start+len(op), op
			return
		}
	}
	t.text = text[t.start:t.end]
	if !strings.Contains("+-*/%^#<>=(){}[];:,.", t.text) {
		for t.end < len(text) && text[t.end]&0xC0 == 0x80 {
			t.end++
		}
		t.text = text[t.start:t.end]
		t.bad("unexpected " + `"` + t.text + `"`)
	}
}

func (t *token) bad(why string) { t.kind, t.fault = tokBad, why }
