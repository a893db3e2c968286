package syntax

// Reads ! and the line behind it. Where a block or ( ) encloses it, the bracket that
// closes that one ends it too, unless it is quoted or pairs with one of its own.
func (p *parser) shellLine(s *stage) {
	start := p.at + 1
	p.at = p.shellEnd(start)
	text := p.typed(start, p.at)
	if text == "" {
		p.fail(start-1, "a command line for /bin/sh is missing after !")
	}
	s.name = textNode("w", text, p.src.line(start))
	s.end = p.at
}

func (p *parser) shellEnd(pos int) int {
	end := lineEnd(p.text, pos)
	if p.parens == 0 && p.braces == 0 {
		return end
	}
	depth := map[byte]int{}
	for ; pos < end; pos++ {
		switch c := p.text[pos]; c {
		case '\\':
			pos++
		case '\'', '"':
			pos = quotedEnd(p.text[:end], pos)
		case '(', '{':
			depth[c]++
		case ')', '}':
			if opening := map[byte]byte{')': '(', '}': '{'}[c]; depth[opening] > 0 {
				depth[opening]--
			} else if p.closesBracket(c) {
				return pos
			}
		}
	}
	return end
}

// Returns where the string of /bin/sh that opens at pos closes, or the text's end.
func quotedEnd(text string, pos int) int {
	quote := text[pos]
	for pos++; pos < len(text) && text[pos] != quote; pos++ {
		if quote == '"' && text[pos] == '\\' {
			pos++
		}
	}
	return pos
}
