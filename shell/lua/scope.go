package lua

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// scope is where a local variable is: the compiler notes no right end of it.
type scope struct {
	name  string
	reg   int  // its register
	last  int  // the last line of its block
	whole bool // its block is the function
}

// scopeReader follows the compiler through the blocks of one function.
type scopeReader struct {
	scopes []scope // in the order in which the compiler meets them
	active int     // how many variables there are
	last   []int   // the last lines of the blocks it is in
}

// endScopes sets where the variables end in all functions of a compiled chunk. They
// still have their numbers for last lines.
func (m *mender) endScopes(p *lua.FunctionProto) {
	for _, sub := range p.FunctionPrototypes {
		if n := sub.LastLineDefined - lineTag; n >= 0 && n < len(m.funcs) {
			f := m.funcs[n]
			method := int(sub.NumParameters) > len(f.ParList.Names)
			endScopes(sub, scopesOf(f.ParList, f.Stmts, method, false))
		}
		m.endScopes(sub)
	}
}

// scopesOf returns the local variables of a function, a method or, with main, a chunk.
func scopesOf(params *ast.ParList, stmts []ast.Stmt, method, main bool) []scope {
	var r scopeReader
	if method {
		r.declare("self")
	}
	r.declare(params.Names...)
	if params.HasVargs && !main {
		r.declare("arg")
	}
	r.stmts(stmts)
	return r.scopes
}

func (r *scopeReader) declare(names ...string) {
	for _, name := range names {
		s := scope{name: name, reg: r.active, whole: len(r.last) == 0}
		if !s.whole {
			s.last = r.last[len(r.last)-1]
		}
		r.scopes = append(r.scopes, s)
		r.active++
	}
}

func (r *scopeReader) stmts(list []ast.Stmt) {
	for _, s := range list {
		r.stmt(s)
	}
}

// block reads a block in which these variables are declared.
func (r *scopeReader) block(last int, stmts []ast.Stmt, names ...string) {
	mark := r.active
	r.last = append(r.last, last)
	r.declare(names...)
	r.stmts(stmts)
	r.last = r.last[:len(r.last)-1]
	r.active = mark
}

func (r *scopeReader) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.LocalAssignStmt:
		r.declare(s.Names...)
	case *ast.DoBlockStmt:
		r.block(lastLine(s.Stmts), s.Stmts)
	case *ast.IfStmt:
		r.block(lastLine(s.Then), s.Then)
		r.block(lastLine(s.Else), s.Else)
	case *ast.WhileStmt:
		r.block(lastLine(s.Stmts), s.Stmts)
	case *ast.RepeatStmt:
		r.block(max(s.LastLine(), lastLine(s.Stmts)), s.Stmts)
	case *ast.NumberForStmt:
		r.block(lastLine(s.Stmts), s.Stmts, "(for index)", "(for limit)", "(for step)", s.Name)
	case *ast.GenericForStmt:
		r.block(lastLine(s.Stmts), s.Stmts, append([]string{"(for generator)", "(for state)", "(for control)"}, s.Names...)...)
	}
}

func lastLine(stmts []ast.Stmt) int {
	if len(stmts) == 0 {
		return 0
	}
	last := stmts[len(stmts)-1]
	return max(last.Line(), last.LastLine())
}

// endScopes sets where the variables of a compiled function end: before the next one
// takes the register, and before the code of other lines.
func endScopes(p *lua.FunctionProto, scopes []scope) {
	if len(scopes) > len(p.DbgLocals) {
		return
	}
	for i, s := range scopes {
		if p.DbgLocals[i].Name != s.name {
			return // it went another way
		}
	}
	for i, s := range scopes {
		d := p.DbgLocals[i]
		d.EndPc = len(p.Code)
		for k := i + 1; k < len(scopes); k++ {
			if scopes[k].reg <= s.reg {
				d.EndPc = p.DbgLocals[k].StartPc
				break
			}
		}
		if !s.whole {
			d.EndPc = min(d.EndPc, endOfLines(p, d.StartPc, s.last))
		}
	}
}

// endOfLines returns the first instruction from pc on that belongs to a line behind
// the last one, or before the first.
func endOfLines(p *lua.FunctionProto, pc, last int) int {
	if pc >= len(p.DbgSourcePositions) {
		return pc
	}
	for first := p.DbgSourcePositions[pc]; pc < len(p.DbgSourcePositions); pc++ {
		if line := p.DbgSourcePositions[pc]; line > last || line < first {
			break
		}
	}
	return pc
}
