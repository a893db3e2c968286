package syntax

import "strings"

// Reads an argument of a stage.
func (p *parser) argument(s *stage) node {
	if s.kind == commandStage && p.isParameter() {
		return p.parameter(s)
	}
	return p.values(s)
}

// Reads a value, or several that commas join.
func (p *parser) values(s *stage) node {
	first := p.atom(s)
	list := node{tag: "l", line: first.line, list: []node{first}}
	for s.kind == commandStage && p.comma() {
		list.list = append(list.list, p.atom(s))
	}
	if len(list.list) == 1 {
		return first
	}
	return list
}

// Takes a comma between two values.
func (p *parser) comma() bool {
	pos := skipBlanks(p.text, p.at)
	if at(p.text, pos) != ',' {
		return false
	}
	p.at = pos + 1
	if p.lineEnds() {
		p.fail(pos, "a value is missing after the comma")
	}
	return true
}

// Reads one value.
func (p *parser) atom(s *stage) node {
	switch c := at(p.text, p.at); {
	case c == '{' && s.kind == commandStage:
		return p.scriptBlock(s.inline)
	case c == ',' && s.kind == commandStage:
		p.fail(p.at, "a value is missing before the comma")
	case c == '(':
		return p.parenthesis()
	case c == '$':
		if n, ok := p.variableWord(s.kind); ok {
			return n
		}
	}
	return p.word(s.kind)
}

func (p *parser) isParameter() bool {
	c := at(p.text, p.at+1)
	return at(p.text, p.at) == '-' && isLetter(c) && c != '_'
}

// Reads -Name or -Name:value.
func (p *parser) parameter(s *stage) node {
	start, line := p.at+1, p.src.line(p.at)
	p.at = start
	for p.at < len(p.text) && p.text[p.at] != ':' && !p.boundary(s.kind) {
		p.at++
	}
	n := node{tag: "-", text: p.text[start:p.at], line: line}
	if at(p.text, p.at) != ':' {
		return n
	}
	p.at++
	if p.lineEnds() {
		p.fail(p.at, "a value is missing after -%s:", n.text)
	}
	value := p.values(s)
	return node{tag: "-:", text: n.text, line: line, list: []node{value}}
}

// Reports whether a word of such a stage ends at the cursor.
func (p *parser) boundary(kind stageKind) bool {
	if p.at >= len(p.text) {
		return true
	}
	switch c := p.text[p.at]; c {
	case ' ', '\t', '\n', '|', ';', '<', '>':
		return true
	case ',':
		return kind == commandStage
	case ')', '}':
		return p.closesBracket(c)
	case '&':
		return at(p.text, p.at+1) == '&' || p.background()
	case '`':
		return p.continued()
	}
	return false
}

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
	}
	if at(p.text, p.at) != ')' {
		p.seek(p.at)
		p.unexpected(`")"`)
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
	p.expr()
	p.mend(p.tok)
	if p.tok.kind == tokBad {
		p.badToken(p.tok)
	}
	p.at = p.tok.start
	return p.render(pos, p.at, mark)
}

// Reads a word that is only a variable with its fields; false when it is more.
func (p *parser) variableWord(kind stageKind) (n node, ok bool) {
	failed := p.try(func() {
		n = node{tag: "v", line: p.src.line(p.at), code: p.fields()}
		if !p.boundary(kind) {
			p.fail(p.at, "")
		}
	})
	return n, failed == nil
}

// Reads a variable, .name and [index], without blanks between them.
func (p *parser) fields() string {
	mark, start := len(p.edits), p.at
	t := scan(p.text, start)
	p.take(t)
	p.at = t.end
	for {
		switch name := nameEnd(p.text, p.at+1); {
		case at(p.text, p.at) == '.' && name > p.at+1:
			p.property(name)
		case at(p.text, p.at) == '[':
			p.element()
		default:
			return strings.TrimSpace(p.render(start, p.at, mark))
		}
	}
}

// Takes .name, which in a word may be one of Lua's own words.
func (p *parser) property(end int) {
	if name := p.text[p.at+1 : end]; isKeyword(name) {
		p.edit(p.at, end, `["`+name+`"]`)
	}
	p.at = end
}

// Takes [index].
func (p *parser) element() {
	p.seek(p.at + 1)
	p.expr()
	if !p.tok.is("]") {
		p.unexpected(`"]"`)
	}
	p.mend(p.tok)
	p.at = p.tok.end
}
