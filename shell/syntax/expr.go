package syntax

import "strings"

// exprKind says what can be done with an expression.
type exprKind uint8

const (
	isValue exprKind = iota
	isPlace          // can be assigned to
	isCall           // can be a statement
)

func (p *parser) exprs() {
	p.expr()
	for p.accept(",") {
		p.expr()
	}
}

// Reads an expression. Precedence does not matter to what is copied as it stands.
func (p *parser) expr() exprKind {
	defer p.enter()()
	start := p.tok.start
	kind := p.operand()
	for n := 1; p.isBinary() && p.goesOn(); n++ {
		p.chain(n)
		p.notAssigning(start)
		p.notPowerShell()
		p.notCommand()
		p.next()
		p.operand()
		kind = isValue
	}
	return kind
}

const binary = " + - * / % ^ .. < <= > >= == ~= and or "

func (p *parser) isBinary() bool {
	t := p.tok
	return (t.kind == tokOp || t.kind == tokKeyword) && strings.Contains(binary, " "+t.text+" ")
}

// Reports whether the next token, if a line begins with it, is not a path.
func (p *parser) goesOn() bool {
	if !p.tok.newline {
		return true
	}
	word := p.wordAt(p.tok.start)
	switch {
	case strings.HasPrefix(word, "../"), strings.HasPrefix(word, "./"):
		return false
	case strings.HasPrefix(word, "/"):
		return !p.res.Program(word) && (p.loose == 0 || !isLetter(at(word, 1)))
	}
	return true
}

func (p *parser) operand() exprKind {
	unary := 0
	for p.tok.is("not") || p.tok.is("-") || p.tok.is("#") {
		unary++
		p.chain(unary)
		p.next()
	}
	kind := p.simpleExpr()
	if unary > 0 {
		return isValue
	}
	return kind
}

// Checks the number of operators of an expression before one is taken. Lua's parser
// holds them all.
func (p *parser) chain(n int) {
	if n > maxChain {
		p.giveUp(p.tok.start, "more than %d operators in one expression", maxChain)
	}
}

func (p *parser) simpleExpr() exprKind {
	t := p.tok
	switch {
	case t.kind == tokNumber, t.kind == tokString,
		t.is("nil"), t.is("true"), t.is("false"), t.is("..."):
		p.next()
	case t.is("{"):
		p.table()
	case t.is("function"):
		p.next()
		p.function(t.start, false)
	default:
		return p.suffixed()
	}
	return isValue
}

// Reads a name or ( ) and the fields, indexes and calls behind it.
func (p *parser) suffixed() exprKind {
	kind := p.primary()
	for {
		t := p.tok
		switch {
		case t.is("."):
			if !p.goesOn() {
				return kind
			}
			p.next()
			p.expectField("the name of a field")
			kind = isPlace
		case t.is("["):
			p.index()
			kind = isPlace
		case t.is(":"):
			p.next()
			p.expectField("the name of a method")
			p.arguments()
			kind = isCall
		case t.kind == tokString, t.is("{"), t.is("(") && !t.newline:
			p.arguments()
			kind = isCall
		default:
			return kind
		}
	}
}

func (p *parser) primary() exprKind {
	t := p.tok
	switch {
	case t.kind == tokName:
		if t.text == "using" && !t.dollar {
			p.usingField()
		}
		p.next()
		return isPlace
	case t.kind == tokSpecial:
		p.next()
		if t.assignable {
			return isPlace
		}
		return isValue
	case t.is("("):
		if !p.commandInside() {
			p.bracket("(", ")", func() { p.expr() })
		}
		return isValue
	}
	p.unexpected("an expression")
	return isValue
}

// Reads ( ) around a command line that could not be Lua, if such stands here.
func (p *parser) commandInside() bool {
	start := p.tok.start
	pos := skipBlanks(p.text, p.tok.end)
	word := p.wordAt(pos)
	if !strings.Contains(word, "-") && !isPath(word) && at(p.text, pos) != '!' || p.areVariables(word) {
		return false
	}
	if _, ok := p.command(pos, atPlain); !ok {
		return false
	}
	p.mend(p.tok)
	p.at = start
	mark := len(p.edits)
	code := p.parenthesized()
	p.edits = p.edits[:mark]
	p.edit(start, p.at, code)
	p.seek(p.at)
	return true
}

// Notes the name of using.name.
func (p *parser) usingField() {
	dot := scan(p.text, p.tok.end)
	if name := scan(p.text, dot.end); dot.is(".") && name.kind == tokName && !name.dollar {
		p.use(name.text)
	}
}
