package lua

import (
	"errors"
	"slices"

	"github.com/yuin/gopher-lua/ast"

	"marsh/jobs"
)

// mender rewrites a syntax tree into one that gopher-lua 1.1.2 compiles right. The
// differential test against lua5.1 holds it. Functions are met in the order of the
// source.
type mender struct {
	name  string
	texts []functionText
	funcs []*ast.FunctionExpr // all functions, in the order in which they begin
	depth int

	locals []map[string]bool // the variables of the function being read, by block

	large     bool                // the source is long enough for too many constants
	constants map[string]struct{} // of the function being read
}

func (m *mender) chunk(stmts []ast.Stmt) (out []ast.Stmt, err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		e, ok := r.(error)
		je, own := errors.AsType[*jobs.Error](e)
		if !ok || !own {
			panic(r)
		}
		out, err = nil, je
	}()
	return m.block(stmts), nil
}

// Mends a block in which these variables are declared.
func (m *mender) block(stmts []ast.Stmt, names ...string) []ast.Stmt {
	m.locals = append(m.locals, map[string]bool{})
	defer func() { m.locals = m.locals[:len(m.locals)-1] }()
	m.declare(names)
	for i, s := range stmts {
		stmts[i] = m.stmt(s)
	}
	return stmts
}

func (m *mender) declare(names []string) {
	for _, n := range names {
		m.locals[len(m.locals)-1][n] = true
	}
}

// Reports whether name is a variable of the function being read, and not one around it.
func (m *mender) isLocal(name string) bool {
	return slices.ContainsFunc(m.locals, func(block map[string]bool) bool { return block[name] })
}

func (m *mender) enter(at ast.PositionHolder) {
	m.depth++
	if m.depth > maxSyntaxLevels {
		m.errorf(at, "the source is nested more than %d levels deep", maxSyntaxLevels)
	}
}

func (m *mender) stmt(s ast.Stmt) ast.Stmt {
	m.enter(s)
	defer func() { m.depth-- }()
	switch s := s.(type) {
	case *ast.AssignStmt:
		return m.assign(s)
	case *ast.LocalAssignStmt:
		return m.local(s)
	case *ast.FuncCallStmt:
		s.Expr = m.expr(s.Expr)
	case *ast.DoBlockStmt:
		s.Stmts = m.block(s.Stmts)
	case *ast.IfStmt:
		return m.ifStmt(s)
	case *ast.FuncDefStmt:
		m.function(s.Func)
	case *ast.ReturnStmt:
		m.exprs(s.Exprs)
	case *ast.GotoStmt:
		// A goto would cut closures off from the variables they share.
		m.errorf(s, "goto is not part of the language; use break, return or a flag")
	case *ast.LabelStmt:
		m.errorf(s, "labels are not part of the language")
	default:
		return m.loop(s)
	}
	return s
}

func (m *mender) loop(s ast.Stmt) ast.Stmt {
	switch s := s.(type) {
	case *ast.WhileStmt:
		s.Condition = m.expr(s.Condition)
		s.Stmts = closeOnBreak(m.block(s.Stmts))
		if t, known := truth(s.Condition); known && !t {
			return doBlock(s, nil)
		}
	case *ast.RepeatStmt:
		s.Stmts = closeOnBreak(m.block(s.Stmts))
		s.Condition = m.expr(s.Condition)
	case *ast.NumberForStmt:
		s.Init, s.Limit = bound(m.expr(s.Init)), bound(m.expr(s.Limit))
		if s.Step != nil {
			s.Step = bound(m.expr(s.Step))
		}
		s.Stmts = closeOnBreak(m.block(s.Stmts, s.Name))
	case *ast.GenericForStmt:
		m.exprs(s.Exprs)
		s.Stmts = closeOnBreak(m.block(s.Stmts, s.Names...))
	}
	return s
}

// The compiler wants numbers as the bounds of a loop, and lua5.1 takes strings that read
// as numbers, too.
func bound(e ast.Expr) ast.Expr {
	if isNumeric(e) {
		return e
	}
	return place(&ast.ArithmeticOpExpr{Operator: "-", Lhs: e, Rhs: place(&ast.NumberExpr{Value: "0"}, e)}, e)
}

func (m *mender) ifStmt(s *ast.IfStmt) ast.Stmt {
	s.Condition = m.expr(s.Condition)
	s.Then = m.block(s.Then)
	s.Else = m.block(s.Else)
	t, known := truth(s.Condition)
	switch {
	case !known:
		return s
	case t:
		return doBlock(s, s.Then)
	}
	return doBlock(s, s.Else)
}

func doBlock(at ast.PositionHolder, stmts []ast.Stmt) ast.Stmt {
	return place(&ast.DoBlockStmt{Stmts: stmts}, at)
}

// Gives a new node the position of the one it stands for.
func place[N ast.PositionHolder](n N, at ast.PositionHolder) N {
	n.SetLine(at.Line())
	n.SetLastLine(at.LastLine())
	return n
}

func (m *mender) function(f *ast.FunctionExpr) {
	m.funcs = append(m.funcs, f)
	outer, constants := m.locals, m.constants
	m.locals, m.constants = nil, nil
	f.Stmts = m.block(f.Stmts, append([]string{"self"}, f.ParList.Names...)...)
	m.locals, m.constants = outer, constants
}
