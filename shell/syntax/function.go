package syntax

// Reads function a.b:c(…) … end; false when a function without a name begins an
// expression.
func (p *parser) functionStatement() bool {
	if scan(p.text, p.tok.end).is("(") {
		return false
	}
	pos := p.tok.start
	p.next()
	name, method := p.expectName("the name of the function"), false
	p.set(name)
	for p.tok.is(".") || p.tok.is(":") {
		method = p.tok.is(":")
		p.next()
		p.expectField("the name of the function")
		if method {
			break
		}
	}
	p.function(pos, method)
	return true
}

// Reads the parameters and the body of the function that began at pos.
func (p *parser) function(pos int, method bool) {
	p.open("function", pos)
	p.pushScope()
	if method {
		p.declare("self")
	}
	p.noBrace()
	p.expect("(", "before the parameters")
	if !p.tok.is(")") {
		p.parameters()
	}
	p.expect(")", "after the parameters")
	p.noBrace()
	p.body("end")
	p.popScope()
	p.next()
	p.close()
}

// Refuses the { with which other languages begin a function's body. A table cannot
// stand there.
func (p *parser) noBrace() {
	if p.tok.is("{") {
		p.giveUp(p.tok.start, "write function name(…) … end, without braces")
	}
}

func (p *parser) parameters() {
	for {
		if p.accept("...") {
			return
		}
		p.declare(p.expectName("the name of a parameter"))
		if !p.accept(",") {
			return
		}
	}
}
