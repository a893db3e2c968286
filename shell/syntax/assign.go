package syntax

func (p *parser) localStatement() {
	pos := p.tok.start
	p.next()
	if p.accept("function") {
		p.declare(p.expectName("the name of the function"))
		p.function(pos, false)
		return
	}
	vars := []string{p.expectName("the name of a variable")}
	for p.accept(",") {
		vars = append(vars, p.expectName("the name of a variable"))
	}
	if p.accept("=") {
		p.rightSide(atValue, len(vars))
	}
	p.declare(vars...)
}

func (p *parser) returnStatement() {
	p.next()
	t := p.tok
	if t.kind == tokEOF || t.is(";") || t.is("#") && !p.isLength() {
		return
	}
	if n := len(p.frames); n > 0 && p.closes(p.frames[n-1].closers) {
		return
	}
	p.rightSide(atPlain, 1)
}

// Reads the rest of an assignment, whose first target began with tok.
func (p *parser) assignment(tok token, kind exprKind) {
	set, targets := []string{tok.text}, 1
	p.place(tok, kind)
	for p.accept(",") {
		tok = p.tok
		p.place(tok, p.expr())
		set, targets = append(set, tok.text), targets+1
	}
	p.expect("=", "after what is assigned to")
	how := atPlain
	if tok.dollar {
		how = atDollar
	}
	p.rightSide(how, targets)
	p.set(set...)
}

// Checks that an expression can be assigned to.
func (p *parser) place(tok token, kind exprKind) {
	if kind == isPlace {
		return
	}
	if tok.kind == tokSpecial {
		p.fail(tok.start, "$%s can only be read", tok.text)
	}
	p.fail(tok.start, "this cannot be assigned to")
}

// Reads values, or the command line whose values are taken.
func (p *parser) rightSide(how reading, targets int) {
	h, ok := p.command(p.tok.start, how)
	if !ok {
		p.luaValues(how, targets)
		return
	}
	if targets > 1 {
		p.fail(p.tok.start, "a command gives one value: assign it to one variable")
	}
	p.usePipeline("__m_get", h)
}

// Reads values that are Lua. For a $variable a name nobody knows is an error: it is a
// mistyped command.
func (p *parser) luaValues(how reading, targets int) {
	tok, mark := p.tok, len(p.edits)
	kind := p.expr()
	listed := how == atDollar && targets == 1 && p.tok.is(",")
	if how == atDollar && (listed || !p.tok.is(",")) {
		p.known(tok, kind)
	}
	if listed {
		p.list(tok.start, mark)
	}
	if p.piped() {
		p.pipeValue("__m_get", tok.start, mark)
		return
	}
	for p.accept(",") {
		p.expr()
	}
}

// Reads the other values of a list whose first began at start, and makes it a table.
func (p *parser) list(start, mark int) {
	for p.accept(",") {
		tok := p.tok
		p.known(tok, p.expr())
	}
	p.brace(mark, start)
}

// Makes a table of the values read since mark, the first of which began at start.
func (p *parser) brace(mark, start int) {
	p.insert(mark, start, "{")
	p.edit(p.prevEnd, p.prevEnd, "}")
}
