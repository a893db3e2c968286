package syntax

// Reads a statement that begins with a keyword; an expression may begin with one too.
func (p *parser) keyword() (known, last bool) {
	switch p.tok.text {
	case "if":
		p.braceless("write if … then … else … end, without braces", p.ifStatement)
	case "while":
		p.braceless("write while … do … end, without braces", p.whileStatement)
	case "for":
		p.forStatement()
	case "repeat":
		p.repeatStatement()
	case "do":
		p.doStatement()
	case "local":
		p.localStatement()
	case "goto":
		p.next()
		p.expectField("the name of a label")
	case "break":
		p.next()
		return true, true
	case "return":
		p.returnStatement()
		return true, true
	case "function":
		return p.functionStatement(), false
	case "end", "else", "elseif", "until":
		p.stray()
	case "then", "in":
		p.unexpected("a statement")
	default:
		return false, false
	}
	return true, false
}

// Reads a block in a scope of its own, up to one of closers, which it leaves.
func (p *parser) body(closers ...string) {
	f := &p.frames[len(p.frames)-1]
	f.body, f.closers = p.prevEnd, closers
	p.pushScope()
	p.statements(closers)
	p.popScope()
	if p.tok.kind == tokEOF || !p.closes(closers) {
		p.unclosed(`"` + closers[len(closers)-1] + `"`)
	}
	p.compare(p.tok)
}

func (p *parser) ifStatement() {
	p.open("if", p.tok.start)
	for more := true; more; more = p.tok.is("elseif") {
		p.next()
		p.hinted(p.conditionHint(), func() {
			p.expr()
			p.expect("then", "after the condition")
		})
		p.body("elseif", "else", "end")
	}
	if p.accept("else") {
		p.body("elseif", "else", "end")
		if !p.tok.is("end") {
			p.unclosed(`"end"`)
		}
	}
	p.next()
	p.close()
}

func (p *parser) whileStatement() {
	p.open("while", p.tok.start)
	p.next()
	p.hinted(p.conditionHint(), func() {
		p.expr()
		p.expect("do", "after the condition")
	})
	p.loopBody()
}

// Reads do … end, and leaves the frame.
func (p *parser) doBody() {
	p.expect("do", "after the head of the loop")
	p.loopBody()
}

func (p *parser) loopBody() {
	p.body("end")
	p.next()
	p.close()
}

// Checks that the next token is do.
func (p *parser) wantDo() {
	if !p.tok.is("do") {
		p.unexpected(`"do" after the head of the loop`)
	}
}

func (p *parser) doStatement() {
	p.open("do", p.tok.start)
	p.doBody()
}

func (p *parser) forStatement() {
	p.open("for", p.tok.start)
	p.next()
	if p.tok.is("(") {
		p.giveUp(p.tok.start, "write for i = 1, 3 do … end, or for _, x in ipairs(list) do … end")
	}
	vars := []string{p.expectName("the name of a variable")}
	if p.accept("=") {
		p.expr()
		p.expect(",", "after the first value")
		p.expr()
		if p.accept(",") {
			p.expr()
		}
	} else {
		for p.accept(",") {
			vars = append(vars, p.expectName("the name of a variable"))
		}
		p.expect("in", "or = after the variables")
		p.hinted("a list is written for _, "+vars[0]+" in ipairs({1, 2, 3}) do … end", func() {
			p.exprs()
			p.wantDo()
		})
	}
	p.pushScope(vars...)
	p.doBody()
	p.popScope()
}

// The condition sees the locals of the body.
func (p *parser) repeatStatement() {
	p.open("repeat", p.tok.start)
	p.next()
	f := &p.frames[len(p.frames)-1]
	f.body, f.closers = p.prevEnd, []string{"until"}
	p.pushScope()
	p.statements(f.closers)
	p.expect("until", "after the body")
	p.close()
	p.expr()
	p.popScope()
}

func (p *parser) label() {
	p.next()
	p.expectField("the name of a label")
	p.expect("::", "after the name of a label")
}
