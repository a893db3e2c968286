package syntax

import (
	"fmt"
	"strings"
)

// closing notes a construct whose end stands elsewhere than its lines suggest.
type closing struct {
	what      string
	pos, end  int  // where it was opened and closed
	shallower bool // the end is indented less than what it closes
}

// openedBy says what is closed or gone on with by a word or bracket.
var openedBy = map[string]string{
	")": `"("`, "]": `"["`, "}": `"{"`, "end": `"if", "for", "while", "do" or "function"`,
	"else": `"if"`, "elseif": `"if"`, "until": `"repeat"`,
}

// Fails at a word or bracket that closes nothing here.
func (p *parser) stray() {
	n := len(p.frames)
	if n == 0 || len(p.frames[n-1].closers) == 0 {
		p.fail(p.tok.start, "unexpected %s: no %s is open here%s", p.shown(p.tok), openedBy[p.tok.text], p.surplus())
	}
	closers := p.frames[n-1].closers
	p.unclosed(`"` + closers[len(closers)-1] + `"`)
}

// Compares the indentation of the word that closes the innermost construct with that of
// its first line, where both begin their lines. The first that differ are remembered,
// for the message if there is one end too few or too many.
func (p *parser) compare(end token) {
	f := p.frames[len(p.frames)-1]
	have, first := p.src.indent(end.start)
	want, _ := p.src.indent(f.pos)
	if p.odd != nil || !first || have == want || p.src.row(f.pos) == p.src.row(end.start) {
		return
	}
	p.odd = &closing{what: f.what, pos: f.pos, end: end.start, shallower: len(have) < len(want)}
}

// Says which end may be missing, where f is not closed.
func (p *parser) suspect(f frame) string {
	c := p.odd
	if c == nil || !c.shallower || c.pos <= f.pos {
		return ""
	}
	return fmt.Sprintf(`; one may be missing before line %d, whose %q closes the %q of line %d, which is indented more`,
		p.src.line(c.end), p.wordOf(c.end), c.what, p.src.line(c.pos))
}

// Says which end may be one too many.
func (p *parser) surplus() string {
	c := p.odd
	if c == nil || c.shallower || !p.tok.is("end") {
		return ""
	}
	return fmt.Sprintf(`; the %q of line %d closes the %q of line %d, which is indented less`,
		p.wordOf(c.end), p.src.line(c.end), c.what, p.src.line(c.pos))
}

func (p *parser) wordOf(pos int) string {
	return strings.TrimSpace(p.text[pos:nameEnd(p.text, pos)])
}
