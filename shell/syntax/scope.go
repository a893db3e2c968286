package syntax

func (p *parser) pushScope(names ...string) {
	p.scopes = append(p.scopes, map[string]bool{})
	p.declare(names...)
}

func (p *parser) popScope() { p.scopes = p.scopes[:len(p.scopes)-1] }

// Declares locals in the innermost scope.
func (p *parser) declare(names ...string) {
	for _, n := range names {
		p.scopes[len(p.scopes)-1][n] = true
	}
}

// Notes that globals are set. One that is set elsewhere counts in its block only.
func (p *parser) set(names ...string) {
	if p.loose > 0 {
		p.declare(names...)
		return
	}
	for _, n := range names {
		p.assigned[n] = true
	}
}

// Reports whether name is a local here, a global the text has set, or one that is set
// already.
func (p *parser) isVariable(name string) bool {
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if p.scopes[i][name] {
			return true
		}
	}
	return p.assigned[name] || p.res.Variable(name)
}

// Reports whether name is a variable, or a function or table of Lua's library.
func (p *parser) isKnown(name string) bool {
	if p.isVariable(name) {
		return true
	}
	l, ok := p.res.(interface{ Library(string) bool })
	return ok && l.Library(name)
}

// names are the values that a block takes along, in order.
type names struct {
	list   []string
	itself map[string]bool // of each whether the block itself uses it, not only one within it
}

func (n *names) add(name string, needed bool) {
	itself, seen := n.itself[name]
	if !seen {
		n.list = append(n.list, name)
	}
	if n.itself == nil {
		n.itself = map[string]bool{}
	}
	n.itself[name] = itself || needed
}

func (n *names) taken() []taken {
	out := make([]taken, len(n.list))
	for i, name := range n.list {
		out[i] = taken{name, n.itself[name]}
	}
	return out
}

// Notes that every open block takes the value of name along. A block around the one
// that uses it may do without: the inner one's may be set in it.
func (p *parser) use(name string) {
	for i, set := range p.usings {
		set.add(name, i == len(p.usings)-1)
	}
}
