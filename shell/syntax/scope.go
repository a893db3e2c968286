package syntax

import "slices"

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

// names is an ordered set.
type names struct{ list []string }

func (n *names) add(name string) {
	if !slices.Contains(n.list, name) {
		n.list = append(n.list, name)
	}
}

// Notes that every open block takes the value of name along.
func (p *parser) use(name string) {
	for _, set := range p.usings {
		set.add(name)
	}
}
