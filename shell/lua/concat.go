package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// concatMark stands for the function that joins strings where the tree is compiled;
// afterwards the function itself is the constant. gopher-lua's own operator makes
// strings of any length, writes numbers as Go does, and cannot say what it refuses.
const concatMark = "\x00marsh: the function that joins strings\x00"

// maxOperands is how many values may be joined in one expression: each is in a
// register of the function. lua5.1 takes 197.
const maxOperands = 199

// joinStrings is what a .. b .. c calls.
var joinStrings = goFunction(concatValues)

// concat turns a .. b .. c into one call.
func (m *mender) concat(e *ast.StringConcatOpExpr) ast.Expr {
	var args []ast.Expr
	var rest ast.Expr = e
	for {
		c, ok := rest.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		args = append(args, truncate(m.expr(c.Lhs)))
		if len(args) >= maxOperands {
			m.errorf(e, "more than %d values are joined in one expression; join them in a loop, or with table.concat", maxOperands)
		}
		rest = c.Rhs
	}
	args = append(args, truncate(m.expr(rest)))
	return place(&ast.FuncCallExpr{Func: place(&ast.StringExpr{Value: concatMark}, e), Args: args, AdjustRet: true}, e)
}

// isConcat reports whether a call is what concat made.
func isConcat(e *ast.FuncCallExpr) bool {
	f, ok := e.Func.(*ast.StringExpr)
	return ok && f.Value == concatMark
}

// Puts the function where its mark is.
func linkConcat(p *lua.FunctionProto) {
	for i, k := range p.Constants {
		if k == lua.LString(concatMark) {
			p.Constants[i] = joinStrings
		}
	}
}

func concatValues(l *lua.LState) int {
	n := l.GetTop()
	if n == 2 {
		a, aok := l.Get(1).(lua.LString)
		b, bok := l.Get(2).(lua.LString)
		if aok && bok {
			checkLength(l, len(a)+len(b))
			l.Push(a + b)
			return 1
		}
	}
	acc, at := l.Get(n), n // at is 0 once acc is no operand
	for i := n - 1; i >= 1; {
		if lua.LVCanConvToString(acc) && lua.LVCanConvToString(l.Get(i)) {
			acc, i = joinRun(l, i, acc)
		} else {
			acc = concatMeta(l, i, at, acc)
			i--
		}
		at = 0
	}
	l.Push(acc)
	return 1
}

// Joins acc with the strings and numbers up to operand i, and returns the operand
// before the first of them.
func joinRun(l *lua.LState, i int, acc lua.LValue) (lua.LValue, int) {
	last := joinText(acc)
	first, size := i, len(last)
	for ; first >= 1; first-- {
		switch v := l.Get(first).(type) {
		case lua.LString:
			size += len(v)
			continue
		case lua.LNumber:
			size += 24
			continue
		}
		break
	}
	checkLength(l, size)
	var b strings.Builder
	b.Grow(size)
	for k := first + 1; k <= i; k++ {
		b.WriteString(joinText(l.Get(k)))
	}
	b.WriteString(last)
	return lua.LString(b.String()), first
}

func joinText(v lua.LValue) string {
	if n, ok := v.(lua.LNumber); ok {
		return formatNumber(float64(n))
	}
	return string(v.(lua.LString))
}

// Refuses the value that is operand i of the call; with i 0 it is none of them.
func badConcat(l *lua.LState, v lua.LValue, i int) {
	name := variable{}
	f, ok := frameAt(l, 1)
	if ok && i > 0 {
		name = f.variable(f.at(f.pc).a() + i)
	}
	what := "attempt to concatenate " + name.describe(v)
	if ok {
		l.Error(lua.LString(stateOf(l).noted(f, blame{what, name})), 0)
	}
	l.RaiseError("%s", what)
}

// Joins operand i and acc, which is operand at, by the metamethod of one of them.
func concatMeta(l *lua.LState, i, at int, acc lua.LValue) lua.LValue {
	v := l.Get(i)
	op := l.GetMetaField(v, "__concat")
	if op == lua.LNil {
		op = l.GetMetaField(acc, "__concat")
	}
	if op == lua.LNil {
		if lua.LVCanConvToString(v) {
			v, i = acc, at
		}
		badConcat(l, v, i)
	}
	l.Push(op)
	l.Push(v)
	l.Push(acc)
	l.Call(2, 1)
	ret := l.Get(-1)
	l.Pop(1)
	return ret
}
