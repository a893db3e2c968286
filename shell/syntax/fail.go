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
		p.incomplete(f.pos, `"`+f.what+`" is not closed: the text ends where `+want+` is expected`+p.suspect(f))
	}
	p.fail(p.tok.start, "unexpected %s: %s is expected%s", p.shown(p.tok), want, p.inside())
}

// Says what is open in a line above, where the next token closes something, or the head
// of a statement is being read.
func (p *parser) inside() string {
	n := len(p.frames)
	if n == 0 || len(p.frames[n-1].closers) > 0 {
		return ""
	}
	f := p.frames[n-1]
	if strings.Contains(openers, f.what) && !p.isClosing() {
		return ""
	}
	return p.opened(f, "inside")
}

// Reports whether the next token is one that closes something.
func (p *parser) isClosing() bool {
	return p.tok.kind == tokOp && strings.Contains(closers, p.tok.text) || p.closes([]string{"end", "else", "elseif", "until"})
}

// Fails at the next token, which should have closed the innermost open construct.
func (p *parser) unclosed(want string) {
	if p.tok.kind == tokBad || p.tok.kind == tokEOF {
		p.unexpected(want)
	}
	f := p.frames[len(p.frames)-1]
	p.fail(p.tok.start, "unexpected %s: %s is expected%s%s", p.shown(p.tok), want, p.opened(f, "to close"), p.suspect(f))
}

// Says where a construct was opened, if that is not in the line shown.
func (p *parser) opened(f frame, why string) string {
	row := p.src.row(f.pos)
	if row == p.src.row(p.tok.start) {
		return ""
	}
	return fmt.Sprintf(", %s the %q of line %d: %s", why, f.what, p.src.base+row, p.src.excerpt(row))
}

func (p *parser) badToken(t token) {
	if t.open {
		p.incomplete(t.start, t.fault)
	}
	p.fail(t.start, "%s%s", t.fault, insteadOf(p.text, t))
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
