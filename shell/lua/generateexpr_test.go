package lua

import (
	"fmt"
	"strconv"
)

func (g *generator) expr(depth int) string {
	if depth <= 0 || g.chance(25) {
		return g.atom()
	}
	switch g.r.IntN(14) {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", g.expr(depth-1), g.pick("and", "or"), g.expr(depth-1))
	case 2, 3:
		return fmt.Sprintf("%s %s %s", g.expr(depth-1), g.pick("and", "or"), g.expr(depth-1))
	case 4:
		return fmt.Sprintf("(%s %s %s)", g.expr(depth-1), g.pick("==", "~="), g.expr(depth-1))
	case 5:
		return fmt.Sprintf("(%s %s %s)", g.number(), g.pick("<", "<=", ">", ">="), g.number())
	case 6:
		return fmt.Sprintf("not %s", g.expr(depth-1))
	case 7:
		return fmt.Sprintf("(%s %s %s) %% 1000", g.number(), g.pick("+", "-", "*"), g.number())
	case 8:
		return fmt.Sprintf("(tostring(%s) .. %s)", g.number(), g.pick("'x'", "''", "1 .. 'y'", "G2"))
	case 9:
		return g.called(depth)
	case 10:
		return fmt.Sprintf("{%s, x = %s}", g.list(2), g.expr(depth-1))
	case 11:
		return "function" + g.shortFunction()
	case 12:
		return "(" + g.called(depth) + ")"
	}
	return g.atom()
}

// called is a call that may give several values.
func (g *generator) called(depth int) string {
	switch g.r.IntN(4) {
	case 0:
		return fmt.Sprintf("select(%d, %s, 8, 9)", 1+g.r.IntN(3), g.expr(depth-1))
	case 1:
		return fmt.Sprintf("(function%s)(%s)", g.shortFunction(), g.expr(depth-1))
	case 2:
		return fmt.Sprintf("pcall(%s)", g.variable())
	}
	return fmt.Sprintf("unpack({%s, %s})", g.expr(depth-1), g.atom())
}

func (g *generator) shortFunction() string {
	name := g.name()
	old, vararg := g.scope, g.vararg
	g.scope, g.vararg = append(append([]string{}, old...), name), false
	defer func() { g.scope, g.vararg = old, vararg }()
	if g.chance(40) {
		v := g.variable()
		return fmt.Sprintf("(%s) tick() %s = %s return %s end", name, v, g.expr(1), v)
	}
	return fmt.Sprintf("(%s) tick() return %s, %s end", name, g.expr(1), g.atom())
}

func (g *generator) number() string {
	if g.chance(40) {
		return "(tonumber(" + g.variable() + ") or 3)"
	}
	return strconv.Itoa(g.r.IntN(10))
}

func (g *generator) atom() string {
	if g.vararg && g.chance(10) {
		return g.pick("...", "(...)", "select('#', ...)")
	}
	if g.chance(50) {
		return g.variable()
	}
	return g.pick("nil", "true", "false", "0", "1", "2", "7", "'s'", "'12'", "G3.x", "G3.y", "#'abc'", "-3", "010", "0x10")
}
