package lua

import (
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

func (m *mender) exprs(list []ast.Expr) {
	for i, e := range list {
		list[i] = m.expr(e)
	}
}

func (m *mender) expr(e ast.Expr) ast.Expr {
	m.enter(e)
	defer func() { m.depth-- }()
	switch e := e.(type) {
	case *ast.NumberExpr:
		m.number(e)
		m.constant(e, e.Value)
	case *ast.AttrGetExpr:
		e.Object, e.Key = m.expr(e.Object), m.expr(e.Key)
	case *ast.TableExpr:
		return m.table(e)
	case *ast.FuncCallExpr:
		m.call(e)
	case *ast.FunctionExpr:
		m.function(e)
	case *ast.RelationalOpExpr:
		e.Lhs, e.Rhs = m.expr(e.Lhs), m.expr(e.Rhs)
	case *ast.StringConcatOpExpr:
		return m.concat(e)
	case *ast.ArithmeticOpExpr:
		e.Lhs, e.Rhs = m.expr(e.Lhs), m.expr(e.Rhs)
	case *ast.LogicalOpExpr:
		e.Lhs, e.Rhs = m.expr(e.Lhs), m.expr(e.Rhs)
		return foldLogical(e)
	default:
		return m.unary(e)
	}
	return e
}

func (m *mender) unary(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.StringExpr:
		m.constant(e, e.Value)
	case *ast.IdentExpr:
		m.constant(e, e.Value)
	case *ast.UnaryMinusOpExpr:
		e.Expr = m.expr(e.Expr)
	case *ast.UnaryLenOpExpr:
		e.Expr = m.expr(e.Expr)
	case *ast.UnaryNotOpExpr:
		e.Expr = m.expr(e.Expr)
		return foldNot(e)
	}
	return e
}

func (m *mender) call(e *ast.FuncCallExpr) {
	if e.Func != nil {
		e.Func = m.expr(e.Func)
	}
	if e.Receiver != nil {
		e.Receiver = m.expr(e.Receiver)
	}
	m.exprs(e.Args)
}

// The compiler reads 010 as octal, and a hexadecimal number past 2^63 as no number.
func (m *mender) number(e *ast.NumberExpr) {
	n, ok := parseNumber(e.Value)
	if !ok {
		m.errorf(e, "malformed number near '%s'", e.Value)
	}
	e.Value = strconv.FormatFloat(n, 'g', -1, 64)
}

// Keeps an expression that moved out of an operator to one value.
func truncate(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
	return e
}

// Reports whether e can give several values.
func isMulti(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		return !e.AdjustRet
	case *ast.Comma3Expr:
		return !e.AdjustRet
	}
	return false
}
