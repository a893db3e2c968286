package lua

import (
	"fmt"
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// The compiler registers the name before the function is compiled, which is right
// for "local function f" only. A second expression keeps it from doing so.
func (m *mender) local(s *ast.LocalAssignStmt) ast.Stmt {
	n := len(m.funcs)
	m.exprs(s.Exprs)
	m.declare(s.Names)
	if len(s.Names) != 1 || len(s.Exprs) != 1 {
		return s
	}
	if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok && n < len(m.texts) && !m.texts[n].local {
		s.Exprs = append(s.Exprs, place(&ast.NilExpr{}, s))
	}
	return s
}

// The compiler evaluates the right side of a multiple assignment into the targets
// themselves, so that later expressions see new values. All goes through
// temporaries, and the targets are set from right to left, as lua5.1 does.
func (m *mender) assign(s *ast.AssignStmt) ast.Stmt {
	m.exprs(s.Lhs)
	m.exprs(s.Rhs)
	if len(s.Lhs) == 1 && len(s.Rhs) == 1 {
		return m.assignOne(s)
	}
	names := assigned(s.Lhs)
	var before []ast.Stmt
	for i, l := range s.Lhs {
		if a, ok := l.(*ast.AttrGetExpr); ok {
			before = m.hold(before, &a.Object, fmt.Sprintf("(object %d)", i), names, s)
			before = m.hold(before, &a.Key, fmt.Sprintf("(key %d)", i), names, s)
		}
	}
	values := make([]string, len(s.Lhs))
	for i := range values {
		values[i] = fmt.Sprintf("(value %d)", i)
	}
	body := append(before, place(&ast.LocalAssignStmt{Names: values, Exprs: s.Rhs}, s))
	for i, l := range slices.Backward(s.Lhs) {
		body = append(body, place(&ast.AssignStmt{Lhs: []ast.Expr{l}, Rhs: []ast.Expr{ident(values[i], s)}}, s))
	}
	return doBlock(s, body)
}

// A logical expression, a call or ... in parentheses is evaluated beside its target, so
// that it does not overwrite a variable it still reads.
func (m *mender) assignOne(s *ast.AssignStmt) ast.Stmt {
	if _, ok := s.Lhs[0].(*ast.IdentExpr); !ok {
		return s
	}
	switch r := s.Rhs[0].(type) {
	case *ast.LogicalOpExpr:
	case *ast.FuncCallExpr:
		if !r.AdjustRet {
			return s
		}
	case *ast.Comma3Expr:
		if !r.AdjustRet {
			return s
		}
	default:
		return s
	}
	return doBlock(s, []ast.Stmt{
		place(&ast.LocalAssignStmt{Names: []string{"(value)"}, Exprs: s.Rhs}, s),
		place(&ast.AssignStmt{Lhs: s.Lhs, Rhs: []ast.Expr{ident("(value)", s)}}, s),
	})
}

// Evaluates *e into a temporary, unless nothing in the assignment can change it, or it
// is a local variable, which lua5.1 reads last where it is no target itself.
func (m *mender) hold(before []ast.Stmt, e *ast.Expr, name string, names []string, at ast.PositionHolder) []ast.Stmt {
	switch x := (*e).(type) {
	case *ast.StringExpr, *ast.NumberExpr:
		return before
	case *ast.IdentExpr:
		if m.isLocal(x.Value) && !slices.Contains(names, x.Value) {
			return before
		}
	}
	s := place(&ast.LocalAssignStmt{Names: []string{name}, Exprs: []ast.Expr{truncate(*e)}}, at)
	*e = ident(name, at)
	return append(before, s)
}

// Returns the names of the variables among the targets.
func assigned(lhs []ast.Expr) []string {
	var names []string
	for _, l := range lhs {
		if id, ok := l.(*ast.IdentExpr); ok {
			names = append(names, id.Value)
		}
	}
	return names
}

func ident(name string, at ast.PositionHolder) ast.Expr {
	return place(&ast.IdentExpr{Value: name}, at)
}

// A break that leaves an inner block does not close the variables of that block
// which closures have captured. Where this could happen, the loop's own block gets
// a captured variable, and the compiler closes everything from there on.
func closeOnBreak(body []ast.Stmt) []ast.Stmt {
	if !breaksFromCapture(body) {
		return body
	}
	at := body[0]
	capture := &ast.FunctionExpr{ParList: &ast.ParList{}, Stmts: []ast.Stmt{
		place(&ast.ReturnStmt{Exprs: []ast.Expr{ident("(loop)", at)}}, at),
	}}
	return append([]ast.Stmt{
		place(&ast.LocalAssignStmt{Names: []string{"(loop)"}}, at),
		place(&ast.IfStmt{Condition: ident("(loop)", at), Then: []ast.Stmt{
			place(&ast.LocalAssignStmt{Names: []string{"(capture)"}, Exprs: []ast.Expr{place(capture, at)}}, at),
		}}, at),
	}, body...)
}
