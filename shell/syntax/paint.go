package syntax

import (
	"slices"
	"strings"
)

// tint is a part that has been recognised, and those before it. A list of them never
// changes, so that a reading which is undone takes its parts with it.
type tint struct {
	Span
	before *tint
}

// Records a part.
func (p *parser) paint(from, to int, c Class) {
	if p.painting && from < to && c != ClassText {
		p.tints = &tint{Span{from, to, c}, p.tints}
	}
}

// Records a part in place of those that were found from its beginning on.
func (p *parser) repaint(from, to int, c Class) {
	for p.tints != nil && p.tints.End > from {
		p.tints = p.tints.before
	}
	p.paint(from, to, c)
}

// Lets the variable that ends at the cursor go on up to end.
func (p *parser) stretch(end int) {
	if last := p.tints; last != nil && last.Class == ClassVariable {
		p.repaint(last.Start, end, ClassVariable)
	}
}

const operators = " + - * / % ^ .. == ~= <= >= < > = # "

// Records a token of Lua.
func (p *parser) paintToken(t token) {
	switch {
	case !p.painting:
	case t.kind == tokKeyword:
		p.paint(t.start, t.end, ClassKeyword)
	case t.kind == tokNumber:
		p.paint(t.start, t.end, ClassNumber)
	case t.kind == tokString:
		p.paint(t.start, t.end, ClassString)
	case t.kind == tokSpecial, t.dollar:
		p.paint(t.start, t.end, ClassVariable)
	case t.kind == tokName:
		p.paintField(t)
	case t.kind == tokOp && strings.Contains(operators, " "+t.text+" "):
		p.paint(t.start, t.end, ClassOperator)
	}
}

// Records a name as part of the $variable whose field it is.
func (p *parser) paintField(t token) {
	if last := p.tints; last != nil && last.Class == ClassVariable && p.text[last.End:t.start] == "." {
		p.stretch(t.end)
	}
}

// Records the comments before a token.
func (p *parser) paintComments(t token) {
	for pos := t.from; p.painting && pos < t.start; {
		if !strings.HasPrefix(p.text[pos:], "--") {
			pos++
			continue
		}
		var c token
		end := c.comment(p.text, pos)
		p.paint(pos, end, ClassComment)
		pos = end
	}
}

// Goes past a comment that begins with #.
func (p *parser) hashComment() {
	start := p.at
	p.at = lineEnd(p.text, start)
	p.paint(start, p.at, ClassComment)
}

// Records the bare word that began at start, if it is a number.
func (p *parser) paintNumber(start int) {
	if p.painting && number.MatchString(strings.TrimPrefix(p.text[start:p.at], "-")) {
		p.paint(start, p.at, ClassNumber)
	}
}

// Returns the class of the first word of a stage.
func (p *parser) classOf(word string) Class {
	m, ok := p.res.(*meanings)
	switch {
	case !ok:
		return ClassText
	case isPath(word):
		return ClassProgram
	}
	return m.class(word)
}

// elsewhere are parameters that name another machine, as far as they are needed.
var elsewhere = []string{"computername", "session", "cn", "hostname"}

// Forgets, in a stage whose blocks run on another machine, which words nobody knows
// here.
func (p *parser) paintElsewhere(s *stage, before *tint) {
	if !p.painting || !slices.ContainsFunc(s.args, namesMachine) {
		return
	}
	var parts []Span
	for t := p.tints; t != before; t = t.before {
		if t.Class != ClassUnknown {
			parts = append(parts, t.Span)
		}
	}
	p.tints = before
	for _, s := range slices.Backward(parts) {
		p.paint(s.Start, s.End, s.Class)
	}
}

// Reports whether an argument is a parameter that names another machine.
func namesMachine(n node) bool {
	name := strings.ToLower(n.text)
	return n.tag[0] == '-' && len(name) > 1 && slices.ContainsFunc(elsewhere, func(full string) bool {
		return strings.HasPrefix(full, name)
	})
}
