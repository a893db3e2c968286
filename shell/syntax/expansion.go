package syntax

import "strings"

// Reads $x, ${x} or $(…); false when the $ is text.
func (w *wordReader) expansion() bool {
	p := w.p
	line := p.src.line(p.at)
	switch c := at(p.text, p.at+1); {
	case c == '(':
		p.at++
		w.value(p.parenthesized(), line)
	case c == '{':
		w.value(p.braced(), line)
	case isLetter(c), c == '?':
		t := scan(p.text, p.at)
		w.value(p.code(t), line)
		p.at = t.end
	default:
		return false
	}
	return true
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
		p.incomplete(p.at, "${ is not closed")
	}
	form := "$" + p.text[p.at+2:p.at+end]
	t := scan(form, 0)
	t.start, t.end = t.start+p.at, t.end+p.at
	if t.kind == tokBad || t.end != p.at+len(form) {
		p.fail(p.at, "the name of a variable is expected in ${…}")
	}
	code := p.code(t)
	p.at += end + 1
	return code
}
