package syntax

// Reads the whole text.
func (p *parser) chunk() {
	n := p.statements(nil)
	if p.tok.kind != tokEOF {
		p.unexpected("a statement")
	}
	p.mend(p.tok)
	if n == 1 && p.value != nil {
		p.giveValue()
		p.single = true
	}
}

// Reads statements up to one of closers, or the end of the text; returns their number.
func (p *parser) statements(closers []string) int {
	defer p.enter()()
	n, ready := 0, true
	for p.tok.kind != tokEOF && !p.closes(closers) {
		if p.tok.is(";") {
			p.semicolon(ready)
			ready = true
			continue
		}
		if p.comment() {
			continue
		}
		ready = p.attempt(func() {
			if last := p.record(ready, ready || p.tok.newline); last {
				p.lastStatement(closers)
			}
		}) || p.afterBackground()
		n++
	}
	return n
}

// Takes a ; and drops one that ends no statement, which Lua refuses.
func (p *parser) semicolon(idle bool) {
	t := p.tok
	p.next()
	if idle {
		p.edit(t.start, t.end, " ")
	}
}

// Reads a statement, and lists it when it is one of the text's own.
func (p *parser) record(first, ready bool) (last bool) {
	start, outer := p.tok.start, p.head
	p.value, p.head = nil, ""
	last = p.statement(first, ready)
	if len(p.frames) == 0 {
		p.stmts = append(p.stmts, Statement{Text: p.typed(start, p.prevEnd), Line: p.src.line(start), Command: p.head})
	}
	p.head = outer
	return last
}

// Checks that nothing follows return or break.
func (p *parser) lastStatement(closers []string) {
	p.accept(";")
	for p.comment() {
	}
	if p.tok.kind != tokEOF && !p.closes(closers) {
		p.unexpected("the end of the block, after return or break,")
	}
}

func (p *parser) closes(closers []string) bool {
	for _, c := range closers {
		if p.tok.is(c) {
			return true
		}
	}
	return false
}

// Takes a comment that begins with #.
func (p *parser) comment() bool {
	if !p.tok.is("#") {
		return false
	}
	p.mend(p.tok)
	p.edit(p.tok.start, p.tok.end, "--#")
	p.at = p.tok.start
	p.hashComment()
	p.seek(p.at)
	return true
}

// Reads one statement, and reports whether it must be the last of its block. First
// says that no statement before it could go on here, ready that a command line may
// stand here.
func (p *parser) statement(first, ready bool) (last bool) {
	if ready && p.commandStatement() {
		return false
	}
	if p.tok.kind == tokKeyword {
		if known, last := p.keyword(); known {
			p.value = nil
			return last
		}
	}
	if p.tok.is("::") {
		p.label()
		return false
	}
	if p.tok.is(")") || p.tok.is("}") || p.tok.is("]") {
		p.stray()
	}
	p.guess(first, ready)
	return false
}

// Reads a statement as Lua, and says both readings when it is neither Lua nor a
// command. Inside a block that is kept as text it is then a command not known here.
func (p *parser) guess(first, ready bool) {
	start := p.tok.start
	word, shaped := p.shape(start)
	if !ready || !shaped {
		p.simple(first, ready)
		return
	}
	failed := p.try(func() { p.simple(first, ready) })
	switch {
	case failed == nil:
	case p.lenient:
		p.reread(start, word, failed)
	case p.loose == 0 && p.isKnown(word):
		p.notCalled(start, word, failed)
	case failed.full:
		panic(failed)
	case p.loose > 0:
		p.runPipeline(head{kind: programStage, pos: start, end: start})
	case !failed.incomplete() && p.src.row(failed.pos) == p.src.row(start):
		p.noCommand(start, word, failed)
	default:
		panic(failed)
	}
}
