package syntax

import "strings"

// Reports whether the # that is the next token begins an expression: what it applies to
// follows directly, and in the same line.
func (p *parser) isLength() bool {
	return !p.tok.newline && hugs(p.text, p.tok.end)
}

// Reports whether what a # in front of pos could apply to follows directly.
func hugs(text string, pos int) bool {
	c := at(text, pos)
	return isLetter(c) || c != 0 && strings.IndexByte("$({\"'[#", c) >= 0
}

// Reads a block that is one expression beginning with # and that closes on its line, as
// { #it > 2 }; false, and nothing read, when the block is no such one. Taken for a
// comment the # would hide the bracket that closes the block.
func (p *parser) lengthAlone() bool {
	start := p.prevEnd
	if !p.tok.is("#") || p.tok.newline {
		return false
	}
	failed := p.try(func() {
		p.value = nil
		p.simple(true, true)
		if !p.tok.is("}") || strings.Contains(p.text[start:p.tok.start], "\n") {
			p.unexpected(`"}"`)
		}
	})
	return failed == nil
}

// Returns a block's text as it can stand by itself: there a # at its start would begin a
// comment, which in a block that is one line it cannot be.
func blockText(text string) string {
	if strings.HasPrefix(strings.TrimLeft(text, " \t"), "#") && !strings.Contains(text, "\n") {
		return "=" + text
	}
	return text
}
