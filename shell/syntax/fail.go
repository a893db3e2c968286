package syntax

import (
	"strings"

	"marsh/jobs"
)

// Fails with a syntax error at pos.
func (p *parser) fail(pos int, format string, args ...any) {
	panic(p.src.fault(jobs.KindSyntax, pos, format, args...))
}

// Fails with a syntax error that no other reading mends.
func (p *parser) giveUp(pos int, format string, args ...any) {
	b := p.src.fault(jobs.KindSyntax, pos, format, args...)
	b.full = true
	panic(b)
}

// Fails because the text ends where something is open.
func (p *parser) incomplete(pos int, what string) {
	panic(p.src.fault(jobs.KindIncomplete, pos, "%s", what))
}

// Fails at the next token, which should have been want.
func (p *parser) unexpected(want string) {
	switch p.tok.kind {
	case tokBad:
		p.badToken(p.tok)
	case tokEOF:
		if len(p.frames) == 0 {
			p.incomplete(p.tok.start, "the text ends where "+want+" is expected")
		}
		f := p.frames[len(p.frames)-1]
		p.incomplete(f.pos, `"`+f.what+`" is not closed: the text ends where `+want+` is expected`)
	}
	p.fail(p.tok.start, "unexpected %s: %s is expected", p.shown(p.tok), want)
}

func (p *parser) badToken(t token) {
	if t.open {
		p.incomplete(t.start, t.fault)
	}
	p.fail(t.start, "%s%s", t.fault, instead(p.text, t.start))
}

// maxToken is how many bytes of a token a message shows.
const maxToken = 30

// Returns a token for a message.
func (p *parser) shown(t token) string {
	if t.kind == tokEOF {
		return "the end of the text"
	}
	text := p.text[t.start:t.end]
	if len(text) > maxToken || strings.Contains(text, "\n") {
		return "a long string"
	}
	return `"` + text + `"`
}
