package syntax

import (
	"slices"
	"strings"
)

// Reads an expression, call or assignment.
func (p *parser) simple(first, ready bool) {
	if p.tok.is("=") && ready {
		p.showLine()
		return
	}
	start, mark, tok := p.tok.start, len(p.edits), p.tok
	if !ready {
		p.notBehind()
	}
	kind := p.expr()
	if p.tok.is("=") && p.assigns(tok, kind) || p.tok.is(",") && kind == isPlace {
		p.assignment(tok, kind)
		p.value = nil
		return
	}
	if ready && p.piped() {
		p.known(tok, kind)
		p.pipeValue("__m_run", start, mark)
		return
	}
	if kind == isCall {
		p.notHabit(tok)
		p.callStatement(first, mark, tok)
		return
	}
	if !ready {
		p.fail(start, "unexpected %s: a new line or ; is expected before it", p.shown(tok))
	}
	p.endOfLine(tok)
	p.known(tok, kind)
	p.show(mark, start, p.prevEnd, "__m_emit((", "))")
}

// Reports whether the = behind an expression assigns to it; at the start of a line it
// may also show the next one.
func (p *parser) assigns(tok token, kind exprKind) bool {
	return !p.tok.newline || kind == isPlace && !tok.dollar
}

// A call that begins with ( would go on the statement before it.
func (p *parser) callStatement(first bool, mark int, tok token) {
	p.value = &valueMark{mark: mark, start: tok.start}
	if tok.is("(") && !first {
		p.insert(mark, tok.start, ";")
	}
}

// Reads a line =expr, …, which shows the values or begins a pipeline with them.
func (p *parser) showLine() {
	start := p.tok.start
	p.next()
	mark, first := len(p.edits), p.tok.start
	p.expr()
	several := p.accept(",")
	if several {
		p.exprs()
	}
	if p.piped() {
		if several {
			p.brace(mark, first)
		}
		p.edits = slices.Insert(p.edits, mark, edit{start, start + 1, ""})
		p.pipeValue("__m_run", start, mark)
		return
	}
	p.endOfLine(p.tok)
	p.edits = slices.Insert(p.edits, mark, edit{start, start + 1, p.apart(start, "__m_emit(")})
	p.edit(p.prevEnd, p.prevEnd, ")")
	p.value = &valueMark{mark: mark, start: start, shown: true, last: len(p.edits) - 1}
}

// Refuses a command behind a statement in the same line, where Lua would subtract.
func (p *parser) notBehind() {
	word := p.wordAt(p.tok.start)
	if _, ok := p.res.Command(word); ok && strings.Contains(word, "-") && !p.areVariables(word) {
		p.fail(p.tok.start, "unexpected %s: a new line or ; is expected before a command", word)
	}
}

// Checks that the statement that began with first ends here.
func (p *parser) endOfLine(first token) {
	t := p.tok
	if t.newline || t.kind == tokEOF || t.is(";") || t.is("#") {
		return
	}
	if n := len(p.frames); n > 0 && p.closes(p.frames[n-1].closers) {
		return
	}
	if t.kind == tokBad && t.open {
		p.badToken(t)
	}
	why := insteadOf(p.text, t)
	if why == "" && first.kind == tokString {
		why = "; the first word of a command line does not begin with a quote"
	}
	p.fail(t.start, "unexpected %q%s", wordFor(p.text, t), why)
}

// Returns what stands at t, for a message.
func wordFor(text string, t token) string {
	word := text[t.start:lineEnd(text, t.start)]
	if i := strings.IndexAny(word, " \t"); i > 0 {
		word = word[:i]
	}
	_, word = clip("", word)
	return word
}
