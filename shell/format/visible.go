package format

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Visible returns s with everything in it that could drive a terminal, or reorder
// what is read there, written out: control characters as ^X, the C1 controls and
// bytes that are not UTF-8 as \xNN, the controls of writing direction and
// Unicode's line separators as \uNNNN. Tabs and newlines stay; the carriage
// return of a line that ends in CR LF, and colours and other attributes (ECMA-48's
// SGR sequences), are left out.
func Visible(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for len(s) > 0 {
		if n := silent(s); n > 0 {
			s = s[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		writeVisible(&b, s[:n], r)
		s = s[n:]
	}
	return b.String()
}

// Reports whether s is plain ASCII text, which most output is.
func harmless(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// Returns the length of what s begins with and that is left out: an SGR sequence,
// or a carriage return at the end of a line.
func silent(s string) int {
	if strings.HasPrefix(s, "\r\n") || s == "\r" {
		return 1
	}
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case (c < '0' || c > '9') && c != ';' && c != ':':
			return 0
		}
	}
	return 0
}

// Writes the one rune r, whose bytes are raw, in a form that can be looked at.
func writeVisible(b *strings.Builder, raw string, r rune) {
	switch {
	case r == '\n', r == '\t':
		b.WriteRune(r)
	case r < ' ', r == 0x7f:
		b.WriteByte('^')
		b.WriteByte(byte(r) ^ 0x40)
	case r == utf8.RuneError && len(raw) == 1:
		fmt.Fprintf(b, `\x%02x`, raw[0])
	case r >= 0x80 && r < 0xa0:
		fmt.Fprintf(b, `\x%02x`, r)
	case deceives(r):
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		b.WriteString(raw)
	}
}

// Reports whether r changes the order or the lines in which the text around it is
// shown: the marks, embeddings, overrides and isolates of the bidirectional
// algorithm (UAX #9) and the two separators.
func deceives(r rune) bool {
	switch r {
	case 0x061c, 0x200e, 0x200f, 0x2028, 0x2029:
		return true
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
