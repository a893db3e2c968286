package syntax

import "strings"

// Reads a word that is only a variable with its fields; false when it is more.
func (p *parser) variableWord(kind stageKind) (n node, ok bool) {
	failed := p.try(func() {
		n = node{tag: "v", line: p.src.line(p.at), code: p.fields()}
		if !p.boundary(kind) {
			p.fail(p.at, "")
		}
	})
	return n, failed == nil
}

// Reads a variable, .name and [index], without blanks between them.
func (p *parser) fields() string {
	mark, start := len(p.edits), p.at
	t := scan(p.text, start)
	p.take(t)
	p.at = t.end
	for {
		switch name := nameEnd(p.text, p.at+1); {
		case at(p.text, p.at) == '.' && name > p.at+1:
			p.property(name)
		case at(p.text, p.at) == '[':
			p.element()
		default:
			return strings.TrimSpace(p.render(start, p.at, mark))
		}
	}
}

// Takes .name, which in a word may be one of Lua's own words.
func (p *parser) property(end int) {
	if name := p.text[p.at+1 : end]; isKeyword(name) {
		p.edit(p.at, end, `["`+name+`"]`)
	}
	p.stretch(end)
	p.at = end
}

// Takes [index].
func (p *parser) element() {
	p.seek(p.at + 1)
	p.expr()
	if !p.tok.is("]") {
		p.unexpected(`"]"`)
	}
	p.mend(p.tok)
	p.at = p.tok.end
}
