package syntax

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
		p.paint(start-1, p.at, ClassParameter)
		return n
	}
	p.at++
	p.paint(start-1, p.at, ClassParameter)
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
