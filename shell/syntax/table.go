package syntax

func (p *parser) index() {
	p.bracket("[", "]", func() { p.expr() })
}

// Reads the arguments of a call.
func (p *parser) arguments() {
	switch {
	case p.tok.kind == tokString:
		p.next()
	case p.tok.is("{"):
		p.table()
	case p.tok.is("("):
		p.bracket("(", ")", func() {
			if !p.tok.is(")") {
				p.exprs()
				p.wantComma(")")
			}
		})
	default:
		p.unexpected(`"(" before the arguments`)
	}
}

// Reads what stands between two brackets.
func (p *parser) bracket(opening, closing string, inside func()) {
	count := &p.parens
	if opening == "{" {
		count = &p.braces
	}
	p.open(opening, p.tok.start)
	if opening != "[" {
		*count++
		defer func() { *count-- }()
	}
	p.next()
	inside()
	if !p.tok.is(closing) {
		p.unclosed(`"` + closing + `"`)
	}
	p.next()
	p.close()
}

func (p *parser) table() {
	defer p.enter()()
	p.bracket("{", "}", func() {
		for !p.tok.is("}") {
			p.field()
			if !p.accept(",") && !p.accept(";") {
				p.wantComma("}")
				return
			}
		}
	})
}

// Checks that a list of values is closed, since its next value needs a comma.
func (p *parser) wantComma(closing string) {
	if !p.tok.is(closing) {
		p.unclosed(`"," or "` + closing + `"`)
	}
}

// Reads [k] = v, name = v, or v.
func (p *parser) field() {
	switch {
	case p.tok.is("["):
		p.index()
		p.expect("=", "after the key")
	case p.tok.kind == tokName && scan(p.text, p.tok.end).is("="):
		p.expectField("the key of a table")
		p.next()
	}
	p.expr()
}
