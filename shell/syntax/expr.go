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
	kind := p.operand()
	for p.isBinary() && p.goesOn() {
		p.notPowerShell()
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
	unary := false
	for p.tok.is("not") || p.tok.is("-") || p.tok.is("#") {
		unary = true
		p.next()
	}
	kind := p.simpleExpr()
	if unary {
		return isValue
	}
	return kind
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
		p.bracket("(", ")", func() { p.expr() })
		return isValue
	}
	p.unexpected("an expression")
	return isValue
}

// Notes the name of using.name.
func (p *parser) usingField() {
	dot := scan(p.text, p.tok.end)
	if name := scan(p.text, dot.end); dot.is(".") && name.kind == tokName && !name.dollar {
		p.use(name.text)
	}
}

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
		p.unexpected(`"` + closing + `"`)
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
				return
			}
		}
	})
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

var powerShell = map[string]string{
	"eq": "==", "ne": "~=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "and": "and", "or": "or",
	"like": "string.find", "match": "string.match", "notlike": "not string.find", "notmatch": "not string.match",
}

// Refuses an operator of PowerShell, such as -eq, which Lua would take for a
// subtraction.
func (p *parser) notPowerShell() {
	t := p.tok
	if !t.is("-") || p.prevEnd == t.start || p.loose > 0 {
		return
	}
	name := p.text[t.end:nameEnd(p.text, t.end)]
	if with, ok := powerShell[strings.ToLower(name)]; ok && isBlank(at(p.text, t.end+len(name))) && !p.isVariable(name) {
		p.fail(t.start, "-%s is no operator of Lua: use %s", name, with)
	}
}
