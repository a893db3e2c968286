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
	farKeys(s.Lhs)
	m.exprs(s.Rhs)
	if len(s.Lhs) == 1 && len(s.Rhs) == 1 && !m.keyMayChange(s) {
		return m.assignOne(s)
	}
	before := m.places(s)
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
		if isConcat(r) {
			r.AdjustRet = false
		}
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

// Reports whether the key of the only target is a local variable that a function called
// on the right side could set: lua5.1 reads it after the call, the compiler before.
func (m *mender) keyMayChange(s *ast.AssignStmt) bool {
	a, ok := s.Lhs[0].(*ast.AttrGetExpr)
	return ok && m.isLocalIdent(a.Key) && calls(s.Rhs[0])
}

// Returns statements that evaluate what the targets are into temporaries, as far as
// lua5.1 does so before the right side: a local variable is copied only when it is
// itself a target behind the place that reads it, and is read last everywhere else.
func (m *mender) places(s *ast.AssignStmt) []ast.Stmt {
	h := holder{at: s}
	for i, l := range s.Lhs {
		switch l := l.(type) {
		case *ast.AttrGetExpr:
			h.hold(&l.Object, !m.isLocalIdent(l.Object))
			h.hold(&l.Key, !m.isLocalIdent(l.Key))
		case *ast.IdentExpr:
			h.holdVariable(s.Lhs[:i], l.Value)
		}
	}
	return h.stmts
}

func (m *mender) isLocalIdent(e ast.Expr) bool {
	id, ok := e.(*ast.IdentExpr)
	return ok && m.isLocal(id.Value)
}

// holder gathers the temporaries of one assignment.
type holder struct {
	at    ast.PositionHolder
	stmts []ast.Stmt
}

// Evaluates *e into a temporary, if told and if it is no constant.
func (h *holder) hold(e *ast.Expr, wanted bool) {
	switch (*e).(type) {
	case *ast.StringExpr, *ast.NumberExpr:
		return
	}
	if !wanted {
		return
	}
	name := fmt.Sprintf("(place %d)", len(h.stmts))
	h.stmts = append(h.stmts, place(&ast.LocalAssignStmt{Names: []string{name}, Exprs: []ast.Expr{truncate(*e)}}, h.at))
	*e = ident(name, h.at)
}

// Copies the variable where these places still read it.
func (h *holder) holdVariable(places []ast.Expr, name string) {
	for _, l := range places {
		if a, ok := l.(*ast.AttrGetExpr); ok {
			h.hold(&a.Object, isNamed(a.Object, name))
			h.hold(&a.Key, isNamed(a.Key, name))
		}
	}
}

func isNamed(e ast.Expr, name string) bool {
	id, ok := e.(*ast.IdentExpr)
	return ok && id.Value == name
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
