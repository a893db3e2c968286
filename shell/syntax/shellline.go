package syntax

import "strings"

// Reads ! and the line behind it. A | that leads to a command of marsh ends it; where a
// block or ( ) encloses it, the bracket that closes that one does too. In quotes, or in
// brackets of its own, neither does.
func (p *parser) shellLine(s *stage) {
	start := p.at + 1
	p.paint(p.at, start, ClassProgram)
	p.at = p.shellEnd(start)
	text := p.typed(start, p.at)
	if text == "" {
		p.fail(start-1, "a command line for /bin/sh is missing after !")
	}
	s.name = textNode("w", text, p.src.line(start))
	s.end = p.at
}

// Returns where the line ends: at its end, before a | that leads to a command of
// marsh, or before the bracket that closes what encloses it.
func (p *parser) shellEnd(pos int) int {
	end := lineEnd(p.text, pos)
	depth := map[byte]int{}
	for ; pos < end; pos++ {
		switch c := p.text[pos]; c {
		case '\\':
			pos++
		case '\'', '"', '`':
			from := pos
			if pos = quotedEnd(p.text[:end], pos); pos < end {
				p.paint(from, pos+1, ClassString)
			}
		case '(', '{':
			depth[c]++
		case ')', '}':
			if opening := map[byte]byte{')': '(', '}': '{'}[c]; depth[opening] > 0 {
				depth[opening]--
			} else if p.closesBracket(c) {
				return pos
			}
		case '|':
			if depth['('] == 0 && depth['{'] == 0 && p.leavesShell(pos+1) {
				return pos
			}
			if strings.IndexByte("|&", at(p.text, pos+1)) >= 0 {
				pos++
			}
		}
	}
	return min(pos, end)
}

// shellWords are commands of /bin/sh itself that have names of marsh's.
const shellWords = " cd exit pwd echo history jobs kill wait "

// Reports whether the word behind a | of a shell line is a command of marsh and no
// program: its name has a dash, or there is no program of that name.
func (p *parser) leavesShell(pos int) bool {
	word := p.wordAt(skipBlanks(p.text, pos))
	if _, ok := p.res.Command(word); word == "" || !ok {
		return false
	}
	return strings.Contains(word, "-") || !strings.Contains(shellWords, " "+word+" ") && !p.res.Program(word)
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
