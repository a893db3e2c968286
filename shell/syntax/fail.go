package syntax

import (
	"fmt"
	"strings"

	"marsh/jobs"
)

// bail carries an error up to the nearest try. Most of them are undone there, so the
// error itself is made of it at the end.
type bail struct {
	kind    jobs.Kind
	pos     int
	msg     string
	full    bool    // no other reading can help, or the message says them all
	oneLine bool    // shown without the line of the source
	left    *parser // what had been read, where parts are painted
}

func (b *bail) incomplete() bool { return b.kind == jobs.KindIncomplete }

// Returns the error a bail stands for.
func (b *bail) err(src *source) *jobs.Error {
	e := src.fault(b.kind, b.pos, "%s", b.msg)
	if b.oneLine {
		e.Detail = ""
	}
	return e
}

// Fails with a syntax error at pos.
func (p *parser) fail(pos int, format string, args ...any) {
	panic(&bail{kind: jobs.KindSyntax, pos: pos, msg: fmt.Sprintf(format, args...)})
}

// Fails with a syntax error that no other reading mends.
func (p *parser) giveUp(pos int, format string, args ...any) {
	panic(&bail{kind: jobs.KindSyntax, pos: pos, msg: fmt.Sprintf(format, args...), full: true})
}

// Fails because the text ends where something is open.
func (p *parser) incomplete(pos int, what string) {
	panic(&bail{kind: jobs.KindIncomplete, pos: pos, msg: what})
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
