package line

import "strings"

// Puts in a prompt, which may have SGR sequences in it.
func (b *layouter) prompt(s string) {
	coloured := false
	for s != "" {
		if n := sgrLen(s); n > 0 {
			if b.pal != nil {
				b.b.WriteString(s[:n])
				coloured = true
			}
			s = s[n:]
			continue
		}
		end := strings.IndexByte(s[1:], esc) + 1
		if end == 0 {
			end = len(s)
		}
		b.plain([]rune(s[:end]))
		s = s[end:]
	}
	if coloured {
		b.b.WriteString(plainSGR)
	}
}

func (b *layouter) plain(text []rune) {
	for i := 0; i < len(text); {
		n := b.m.next(text, i)
		b.put(text[i:i+n], stylePlain)
		i += n
	}
}

// Returns the length of the SGR sequence that s begins with, 0 when there is none.
func sgrLen(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	n := 2 + len(s[2:]) - len(strings.TrimLeft(s[2:], "0123456789;:"))
	if n < len(s) && s[n] == 'm' {
		return n + 1
	}
	return 0
}
