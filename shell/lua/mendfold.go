package lua

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// The compiler loses its way in conditions that are constant, so they are decided
// here.
func foldLogical(e *ast.LogicalOpExpr) ast.Expr {
	t, known := truth(e.Lhs)
	if !known {
		return e
	}
	if t == (e.Operator == "and") {
		return truncate(e.Rhs)
	}
	return e.Lhs
}

func foldNot(e *ast.UnaryNotOpExpr) ast.Expr {
	t, known := truth(e.Expr)
	switch {
	case !known:
		return e
	case t:
		return place(&ast.FalseExpr{}, e)
	}
	return place(&ast.TrueExpr{}, e)
}

// Reports what a constant means as a condition, and whether e is a constant.
func truth(e ast.Expr) (isTrue, known bool) {
	switch e.(type) {
	case *ast.TrueExpr, *ast.NumberExpr, *ast.StringExpr:
		return true, true
	case *ast.FalseExpr, *ast.NilExpr:
		return false, true
	}
	return isNumeric(e), isNumeric(e)
}

// Reports whether e is computed from numbers alone, which lua5.1 does when it compiles:
// what is left of "-1 and x" is x.
func isNumeric(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.NumberExpr:
		return true
	case *ast.UnaryMinusOpExpr:
		return isNumeric(e.Expr)
	case *ast.ArithmeticOpExpr:
		return isNumeric(e.Lhs) && isNumeric(e.Rhs) && !dividesByZero(e)
	}
	return false
}

// Reports whether lua5.1 leaves a division for the run.
func dividesByZero(e *ast.ArithmeticOpExpr) bool {
	n, ok := e.Rhs.(*ast.NumberExpr)
	return (e.Operator == "/" || e.Operator == "%") && (!ok || n.Value == "0")
}

// Reports whether evaluating e calls a function by name; metamethods do not count.
func calls(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		return !isConcat(e) || slices.ContainsFunc(e.Args, calls)
	case *ast.LogicalOpExpr:
		return calls(e.Lhs) || calls(e.Rhs)
	case *ast.RelationalOpExpr:
		return calls(e.Lhs) || calls(e.Rhs)
	case *ast.StringConcatOpExpr:
		return calls(e.Lhs) || calls(e.Rhs)
	case *ast.ArithmeticOpExpr:
		return calls(e.Lhs) || calls(e.Rhs)
	case *ast.AttrGetExpr:
		return calls(e.Object) || calls(e.Key)
	case *ast.TableExpr:
		return slices.ContainsFunc(e.Fields, fieldCalls)
	case *ast.UnaryMinusOpExpr:
		return calls(e.Expr)
	case *ast.UnaryNotOpExpr:
		return calls(e.Expr)
	case *ast.UnaryLenOpExpr:
		return calls(e.Expr)
	}
	return false
}

func fieldCalls(f *ast.Field) bool {
	return f.Key != nil && calls(f.Key) || calls(f.Value)
}
