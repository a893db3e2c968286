package lua

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator writes random programs that end, and that favour what a compiler gets
// wrong: shadowed and captured variables, multiple assignment, constant conditions,
// breaks, varargs.
type generator struct {
	r      *rand.Rand
	b      strings.Builder
	scope  []string // variables in scope, latest last
	depth  int
	loops  int  // loops around, in this function
	vararg bool // ... may be used
}

func randomProgram(seed, n uint64) string {
	g := &generator{r: rand.New(rand.NewPCG(seed, n)), vararg: true}
	g.b.WriteString(richHead)
	g.block(4 + g.r.IntN(8))
	g.line("out(%s)", g.list(3))
	return g.b.String()
}

func (g *generator) pick(options ...string) string { return options[g.r.IntN(len(options))] }
func (g *generator) chance(percent int) bool       { return g.r.IntN(100) < percent }

func (g *generator) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat(" ", g.depth))
	fmt.Fprintf(&g.b, format+"\n", args...)
}

func (g *generator) block(n int) {
	g.depth++
	mark := len(g.scope)
	for range n {
		g.statement()
	}
	g.scope = g.scope[:mark]
	g.depth--
}

func (g *generator) name() string { return g.pick("a", "b", "c", "d", "e", "f") }

func (g *generator) variable() string {
	if len(g.scope) > 0 && g.chance(85) {
		return g.scope[g.r.IntN(len(g.scope))]
	}
	return g.pick("G1", "G2", "G4")
}

func (g *generator) target() string {
	if g.chance(25) {
		return g.pick("G3.x", "G3.y", "G3["+g.expr(1)+"]", "G3[1]")
	}
	return g.variable()
}

func (g *generator) list(most int) string {
	parts := make([]string, 1+g.r.IntN(most))
	for i := range parts {
		parts[i] = g.expr(2)
	}
	return strings.Join(parts, ", ")
}

func (g *generator) statement() {
	simple := []func(){g.local, g.local, g.assign, g.assign, g.assign, g.show, g.call, g.localFunction}
	compound := []func(){g.ifStatement, g.ifStatement, g.numericFor, g.genericFor, g.while, g.repeat, g.do, g.method}
	if g.chance(30) {
		g.rich()
		return
	}
	if g.depth < 5 && g.chance(40) {
		compound[g.r.IntN(len(compound))]()
		return
	}
	simple[g.r.IntN(len(simple))]()
}

func (g *generator) local() {
	names := []string{g.name()}
	for g.chance(35) && len(names) < 3 {
		names = append(names, g.name())
	}
	if g.chance(15) {
		g.line("local %s", strings.Join(names, ", "))
	} else {
		g.line("local %s = %s", strings.Join(names, ", "), g.list(3))
	}
	g.scope = append(g.scope, names...)
}

func (g *generator) assign() {
	targets := []string{g.target()}
	for g.chance(45) && len(targets) < 4 {
		targets = append(targets, g.target())
	}
	g.line("%s = %s", strings.Join(targets, ", "), g.list(4))
}

func (g *generator) show() { g.line("out(%s)", g.list(3)) }

func (g *generator) call() {
	g.line("out(pcall(%s, %s))", g.variable(), g.list(2))
}

func (g *generator) localFunction() {
	name := g.name()
	if g.chance(50) {
		g.scope = append(g.scope, name)
		g.line("local function %s%s", name, g.function())
		return
	}
	fn := "function" + g.function()
	g.scope = append(g.scope, name)
	g.line("local %s = %s", name, fn)
}

// function writes the parameters and the body of a function.
func (g *generator) function() string {
	old := *g
	g.b = strings.Builder{}
	params := []string{g.name(), g.name()}[:g.r.IntN(3)]
	if len(params) == 2 && params[0] == params[1] {
		params = params[:1]
	}
	g.scope = append(append([]string{}, old.scope...), params...)
	g.loops, g.depth = 0, old.depth+1
	g.vararg = g.chance(30)
	list := append([]string{}, params...)
	if g.vararg {
		list = append(list, "...")
	}
	g.line("tick()")
	g.block(1 + g.r.IntN(3))
	if g.chance(70) {
		g.line("return %s", g.list(3))
	}
	body := g.b.String()
	g.b, g.scope, g.loops, g.vararg, g.depth = old.b, old.scope, old.loops, old.vararg, old.depth
	return "(" + strings.Join(list, ", ") + ")\n" + body + strings.Repeat(" ", g.depth) + "end"
}

func (g *generator) ifStatement() {
	g.line("if %s then", g.condition())
	g.inner()
	for g.chance(25) {
		g.line("elseif %s then", g.condition())
		g.inner()
	}
	if g.chance(40) {
		g.line("else")
		g.inner()
	}
	g.line("end")
}

// inner writes a block that may leave the loop around it, or the function.
func (g *generator) inner() {
	g.block(1 + g.r.IntN(3))
	if g.loops > 0 && g.chance(30) {
		g.line(" do break end")
	} else if g.chance(5) {
		g.line(" do return %s end", g.list(2))
	}
}

func (g *generator) condition() string {
	if g.chance(25) {
		return g.pick("true", "false", "nil", "1", "not nil", "nil and 1", "false or nil", "not not 1", "'s'")
	}
	return g.expr(2)
}

func (g *generator) loop(vars ...string) {
	mark := len(g.scope)
	g.scope = append(g.scope, vars...)
	g.loops++
	g.line(" tick()")
	g.inner()
	g.loops--
	g.scope = g.scope[:mark]
}

func (g *generator) numericFor() {
	v := g.name()
	g.line("for %s = %d, %d, %d do", v, g.r.IntN(4), g.r.IntN(5), []int{1, 2, -1}[g.r.IntN(3)])
	g.loop(v)
	g.line("end")
}

func (g *generator) genericFor() {
	v, w := g.name(), g.name()
	g.line("for %s, %s in ipairs({%s}) do", v, w, g.list(3))
	g.loop(v, w)
	g.line("end")
}

func (g *generator) while() {
	g.line("while %s do", g.condition())
	g.loop()
	g.line("  if %s then break end", g.expr(1))
	g.line("end")
}

func (g *generator) repeat() {
	g.line("repeat")
	mark := len(g.scope)
	g.loops++
	g.line(" tick()")
	g.local()
	if g.chance(50) {
		vararg := g.vararg
		g.vararg = false
		g.line("do %s = function() return %s end end", g.target(), g.expr(2))
		g.vararg = vararg
	}
	g.loops--
	g.line("until %s", g.condition())
	g.scope = g.scope[:mark]
}

func (g *generator) do() {
	g.line("do")
	g.inner()
	g.line("end")
}

func (g *generator) method() {
	g.line("function G3:m%s", g.function())
	g.line("out(pcall(G3.m, G3, %s))", g.list(2))
}
