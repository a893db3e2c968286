package syntax

// Reads ( ) around a command line or a Lua expression: its value.
func (p *parser) parenthesis() node {
	n := node{tag: "v", line: p.src.line(p.at), code: p.parenthesized()}
	if !p.boundary(commandStage) {
		p.fail(p.at, "a blank is missing after )")
	}
	return n
}

// Reads ( ) and returns the Lua expression it becomes, with its parentheses.
func (p *parser) parenthesized() string {
	defer p.enter()()
	start := p.at
	p.open("(", start)
	p.parens++
	p.at++
	p.gap(false)
	h, ok := p.command(p.at, atValue)
	code := ""
	if ok {
		line := p.pipeline(h)
		p.gap(true)
		code = "__m_get(" + p.print(line, start, p.at) + ")"
	} else {
		code = p.expression(start + 1)
		if p.tok.is("in") {
			p.giveUp(p.at, "write for _, x in ipairs(list) do … end, or list | foreach { … it … }")
		}
	}
	if at(p.text, p.at) != ')' {
		p.seek(p.at)
		p.unclosed(`")"`)
	}
	p.at++
	p.parens--
	p.close()
	return "(" + code + ")"
}

// Reads the Lua expression at pos, and leaves the cursor at the token behind it. The
// result ends in the line of that token.
func (p *parser) expression(pos int) string {
	mark := len(p.edits)
	p.seek(pos)
	start, inner := p.tok.start, len(p.edits)
	p.expr()
	if p.piped() {
		p.pipeValue("__m_get", start, inner)
	}
	p.mend(p.tok)
	if p.tok.kind == tokBad {
		p.badToken(p.tok)
	}
	p.at = p.tok.start
	return p.render(pos, p.at, mark)
}
