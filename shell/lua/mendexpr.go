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

// fieldsPerFlush is how many items of a table constructor the compiler gathers
// before it stores them.
const fieldsPerFlush = 50

// A keyed field behind a full batch of items makes the compiler store the batch
// again, and a call at the end behind a full batch lands on the items of the batch
// before it.
func (m *mender) table(e *ast.TableExpr) ast.Expr {
	for _, f := range e.Fields {
		if f.Key != nil {
			f.Key = m.expr(f.Key)
		}
		f.Value = m.expr(f.Value)
	}
	items, keyed := splitFields(e.Fields)
	if len(items) < fieldsPerFlush {
		return e
	}
	e.Fields = append(keyed, items...)
	last := items[len(items)-1]
	if (len(items)-1)%fieldsPerFlush != 0 || !isMulti(last.Value) {
		return e
	}
	e.Fields = e.Fields[:len(e.Fields)-1]
	n := place(&ast.NumberExpr{Value: strconv.Itoa(len(items))}, e)
	return place(&ast.FuncCallExpr{
		Receiver: place(&ast.StringExpr{}, e), Method: appendMethod, AdjustRet: true,
		Args: []ast.Expr{e, n, last.Value},
	}, e)
}

// appendMethod is a method of strings, so that it is found in every environment:
// ("").__m_append(t, n, …) stores … in t from index n on.
const appendMethod = "__m_append"

func splitFields(fields []*ast.Field) (items, keyed []*ast.Field) {
	for _, f := range fields {
		if f.Key == nil {
			items = append(items, f)
		} else {
			keyed = append(keyed, f)
		}
	}
	return items, keyed
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
