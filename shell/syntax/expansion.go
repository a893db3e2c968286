package syntax

import "strings"

// Reports whether the $ at pos is more than text.
func expands(text string, pos int) bool {
	c := at(text, pos+1)
	return isLetter(c) || c == '(' || c == '{' || c == '?'
}

// Reads $x, ${x} or $(…).
func (w *wordReader) expansion() {
	p := w.p
	line := p.src.line(p.at)
	switch at(p.text, p.at+1) {
	case '(':
		p.at++
		w.value(p.parenthesized(), line)
	case '{':
		w.value(p.braced(), line)
	default:
		t := scan(p.text, p.at)
		w.value(p.code(t), line)
		p.at = t.end
	}
}

func (w *wordReader) value(code string, line int) {
	if len(w.text) > 0 {
		w.flush()
	}
	w.parts = append(w.parts, part{code: code, line: line})
}

// Returns what a $ form becomes.
func (p *parser) code(t token) string {
	mark := len(p.edits)
	p.take(t)
	p.edits = p.edits[:mark]
	return strings.TrimSpace(t.lua)
}

// Reads ${name}.
func (p *parser) braced() string {
	end := strings.IndexByte(p.text[p.at:], '}')
	if end < 0 {
		p.paint(p.at, p.at+2, ClassOpen)
		p.incomplete(p.at, "${ is not closed")
	}
	form := "$" + p.text[p.at+2:p.at+end]
	t := scan(form, 0)
	t.from, t.start, t.end = p.at, t.start+p.at, t.end+p.at
	if t.kind == tokBad || t.end != p.at+len(form) {
		p.fail(p.at, "the name of a variable is expected in ${…}")
	}
	code := p.code(t)
	p.repaint(p.at, p.at+end+1, ClassVariable)
	p.at += end + 1
	return code
}
