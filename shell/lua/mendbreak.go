package lua

import "github.com/yuin/gopher-lua/ast"

// Reports whether a block inside this loop body, with variables that a function
// could capture, is left by a break.
func breaksFromCapture(body []ast.Stmt) bool {
	for _, s := range body {
		for _, b := range innerBlocks(s) {
			if hasBreak(b) && hasFunction(b) {
				return true
			}
		}
	}
	return false
}

// Returns the blocks of a statement that is no loop.
func innerBlocks(s ast.Stmt) [][]ast.Stmt {
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		return [][]ast.Stmt{s.Stmts}
	case *ast.IfStmt:
		return [][]ast.Stmt{s.Then, s.Else}
	}
	return nil
}

func hasBreak(stmts []ast.Stmt) bool {
	for _, s := range stmts {
		if _, ok := s.(*ast.BreakStmt); ok {
			return true
		}
		for _, b := range innerBlocks(s) {
			if hasBreak(b) {
				return true
			}
		}
	}
	return false
}

// Reports whether a function is made anywhere in the statements.
func hasFunction(stmts []ast.Stmt) bool {
	found := false
	for _, s := range stmts {
		eachExpr(s, func(ast.Expr) { found = true })
	}
	return found
}

// Calls f for every function expression in s, functions within functions not
// included.
func eachExpr(s ast.Stmt, f func(ast.Expr)) {
	w := walker{f}
	w.stmt(s)
}

type walker struct{ f func(ast.Expr) }

func (w walker) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		w.exprs(s.Lhs)
		w.exprs(s.Rhs)
	case *ast.LocalAssignStmt:
		w.exprs(s.Exprs)
	case *ast.FuncCallStmt:
		w.expr(s.Expr)
	case *ast.ReturnStmt:
		w.exprs(s.Exprs)
	case *ast.FuncDefStmt:
		w.expr(s.Func)
	default:
		w.compound(s)
	}
}

func (w walker) compound(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		w.stmts(s.Stmts)
	case *ast.IfStmt:
		w.expr(s.Condition)
		w.stmts(s.Then)
		w.stmts(s.Else)
	case *ast.WhileStmt:
		w.expr(s.Condition)
		w.stmts(s.Stmts)
	case *ast.RepeatStmt:
		w.stmts(s.Stmts)
		w.expr(s.Condition)
	case *ast.NumberForStmt:
		w.exprs([]ast.Expr{s.Init, s.Limit, s.Step})
		w.stmts(s.Stmts)
	case *ast.GenericForStmt:
		w.exprs(s.Exprs)
		w.stmts(s.Stmts)
	}
}

func (w walker) stmts(list []ast.Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w walker) exprs(list []ast.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w walker) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.FunctionExpr:
		w.f(e)
	case *ast.AttrGetExpr:
		w.exprs([]ast.Expr{e.Object, e.Key})
	case *ast.TableExpr:
		for _, f := range e.Fields {
			w.exprs([]ast.Expr{f.Key, f.Value})
		}
	case *ast.FuncCallExpr:
		w.exprs([]ast.Expr{e.Func, e.Receiver})
		w.exprs(e.Args)
	case *ast.LogicalOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.RelationalOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.StringConcatOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.ArithmeticOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.UnaryMinusOpExpr:
		w.expr(e.Expr)
	case *ast.UnaryNotOpExpr:
		w.expr(e.Expr)
	case *ast.UnaryLenOpExpr:
		w.expr(e.Expr)
	}
}
