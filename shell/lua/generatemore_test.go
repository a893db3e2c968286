package lua

import (
	"fmt"
	"strings"
)

// rich writes statements that use the library and metatables. What they call is
// declared in front of each program, see richHead.
func (g *generator) rich() {
	parts := []func(){
		g.metaOperators, g.closuresOfALoop, g.packed, g.tangledAssign, g.patterns, g.sorted, g.coroutine, g.caughtValue,
		g.numbers, g.lengths, g.methodCalls, g.counter, g.formatted, g.joined, g.tailCalls, g.longString, g.environment,
	}
	parts[g.r.IntN(len(parts))]()
}

// richHead declares objects with all metamethods, which say what they were called
// with; V.n is what they are.
const richHead = `local V = {}
local function val(x) return type(x) == "table" and rawget(x, "n") or x end
local function mk(n) return setmetatable({n = n}, V) end
local function op(name) return function(a, b) tick() out(name, val(a), val(b)) return mk(name .. "!") end end
for _, e in ipairs{"add", "sub", "mul", "div", "mod", "pow", "concat"} do V["__" .. e] = op(e) end
V.__unm = function(a) tick() out("unm", val(a)) return mk("unm!") end
V.__eq = function(a, b) out("eq", val(a), val(b)) return val(a) == val(b) end
V.__lt = function(a, b) out("lt", val(a), val(b)) return tostring(val(a)) < tostring(val(b)) end
V.__le = function(a, b) out("le", val(a), val(b)) return tostring(val(a)) <= tostring(val(b)) end
V.__call = function(self, ...) tick() out("call", val(self), ...) return ... end
V.__index = function(t, k) tick() out("index", val(t), k) return k end
V.__newindex = function(t, k, v) tick() out("newindex", val(t), k, val(v)) end
V.__tostring = function(t) return "<" .. tostring(val(t)) .. ">" end
local m1, m2 = mk("one"), mk("two")
`

func (g *generator) object() string { return g.pick("m1", "m2", "mk("+g.atomNumber()+")") }

func (g *generator) operandOf() string {
	return g.pick(g.object(), g.object(), g.atomNumber(), "'s'", g.variable(), "nil")
}

func (g *generator) atomNumber() string {
	return g.pick("0", "1", "-1", "2.5", "7", "1e13", "1e300", "-0.25", "2^31", "2^40", "math.huge", "-math.huge", "1e-7", "0.1", "123456789", "3.0")
}

// protected writes a call that shows what an expression gives, or that it fails.
func (g *generator) protected(expr string) {
	if g.vararg {
		g.line("out(pcall(function(...) return %s end, ...))", expr)
		return
	}
	g.line("out(pcall(function() return %s end))", expr)
}

func (g *generator) metaOperators() {
	a, b, c := g.operandOf(), g.operandOf(), g.operandOf()
	switch g.r.IntN(8) {
	case 0, 1:
		g.protected(fmt.Sprintf("val(%s %s %s %s %s)", a, g.pick("+", "-", "*", "/", "^", ".."), b, g.pick("+", "-", "*", ".."), c))
	case 2:
		g.protected(fmt.Sprintf("%s %s %s", g.object(), g.pick("<", "<=", ">", ">=", "==", "~="), b))
	case 3:
		g.protected(fmt.Sprintf("val(-%s), tostring(%s)", a, g.object()))
	case 4:
		g.protected(fmt.Sprintf("%s(%s)", g.object(), g.list(3)))
	case 5:
		g.protected(fmt.Sprintf("%s.%s, %s[%s]", g.object(), g.name(), g.object(), g.expr(1)))
	case 6:
		g.line("out(pcall(function() %s[%s or 1], %s.%s = %s, %s end))", g.object(), g.quiet(), g.object(), g.name(), g.quiet(), g.quiet())
	default:
		g.protected(fmt.Sprintf("%s:%s(%s)", g.object(), g.name(), g.list(2)))
	}
}

// quiet is an expression without ..., for the inside of a function.
func (g *generator) quiet() string {
	vararg := g.vararg
	g.vararg = false
	defer func() { g.vararg = vararg }()
	return g.expr(2)
}

func (g *generator) closuresOfALoop() {
	v, w := g.name(), g.name()
	g.line("do local fs = {}")
	g.line(" for %s = 1, %d do local %s = %s * 2", v, 1+g.r.IntN(4), w, v)
	g.line("  fs[#fs + 1] = function(d) %s = %s + (d or 1) %s = %s .. 'x' return %s, %s end", v, v, w, w, v, w)
	if g.chance(30) {
		g.line("  if %s > 2 then do local z = %s fs[#fs + 1] = function() z = z + 1 return z end break end end", v, v)
	}
	g.line(" end")
	g.line(" for i = 1, #fs do out(fs[i](i)) out(fs[i]()) end out(#fs)")
	g.line("end")
}

func (g *generator) packed() {
	g.line("do local function p(...) local n, t = select('#', ...), {...} return n, t[1], t[n], (...), select(-1, 0, ...) end")
	g.line(" out(p(%s)) out((p(%s))) out(p(p(%s), %s)) out({p(%s)}, #{p(1), p(2)})", g.list(4), g.list(2), g.list(2), g.atom(), g.list(2))
	g.line(" out(p()) out(p(nil)) out(p(nil, nil)) out(p(unpack({%s}, 1, %d)))", g.list(3), g.r.IntN(4))
	g.line("end")
}

// tangledAssign assigns to places that depend on one another, by calls that change them.
func (g *generator) tangledAssign() {
	g.line("do local i, t = 1, {10, 20, 30}")
	g.line(" local function f(n) tick() i = i + 1 t[n or 1] = i return i, n, t[2] end")
	targets := []string{"i", "t[i]", "t[i + 1]", "t[f(2)]", "t.x", "t[t[1]]", "i", "t[#t]"}
	values := []string{"i", "f(1)", "t[i]", "f(3)", "i + 1", "(f(2))", "t[1]", "nil", "#t", "i .. 'k'"}
	n := 1 + g.r.IntN(4)
	var l, r []string
	for range n {
		l = append(l, g.pick(targets...))
	}
	for range 1 + g.r.IntN(4) {
		r = append(r, g.pick(values...))
	}
	g.line(" out(pcall(function() %s = %s end))", strings.Join(l, ", "), strings.Join(r, ", "))
	g.line(" out(i, t[1], t[2], t[3], t[4], t.x) end")
}

func (g *generator) subject() string {
	return g.pick(`"hello world"`, `"key = value, k2=v2"`, `"  padded  "`, `""`, `"a.b.c"`, `"(x(y)z)"`, `"THE (quick) fox"`, `"a\0b\0c"`, `"2024-01-31"`, `("ab"):rep(5)`, `"%d%%"`)
}

func (g *generator) pattern() string {
	if g.chance(60) {
		return g.pick(`"%w+"`, `"(%w+)%s*=%s*(%w+)"`, `"^%s*(.-)%s*$"`, `"%b()"`, `"%f[%w]%w+"`, `"()"`, `"(a)(b)"`, `"[^%.]+"`, `"."`, `"o"`,
			`"(%d+)-(%d+)"`, `"(.)%1"`, `"[%a_][%w_]*"`, `"%z"`, `".-b"`, `"a*"`, `"x?"`, `"^"`, `"$"`, `"%s-$"`, `"[a-c]+"`, `"[%]]"`, `"%%"`)
	}
	items := []string{"a", ".", "%a", "%d", "%s", "%w", "[abc]", "[^ ]", "(", ")", "%1", "()", "%b()", "%f[a]", "-", "*", "+", "?", "^", "$", "[", "]", "%", "b"}
	var b strings.Builder
	for range 1 + g.r.IntN(6) {
		b.WriteString(g.pick(items...))
	}
	return quote(b.String())
}

func (g *generator) patterns() {
	s, p := g.subject(), g.pattern()
	switch g.r.IntN(6) {
	case 0:
		g.protected(fmt.Sprintf("string.find(%s, %s, %d)", s, p, g.r.IntN(6)-2))
	case 1:
		g.protected(fmt.Sprintf("string.match(%s, %s, %d)", s, p, g.r.IntN(6)-2))
	case 2:
		g.protected(fmt.Sprintf("string.gsub(%s, %s, %s, %s)", s, p, g.pick(`"<%0>"`, `"%1"`, `"%2%1"`, `"%%"`, `""`, "{a = 1, o = 'O', hello = false}", "function(...) out(...) return ... end", "function() end", "3", "string.upper"), g.pick("nil", "0", "1", "2", "100")))
	case 3:
		g.line("out(pcall(function() for a, b in string.gmatch(%s, %s) do tick() out(a, b) end end))", s, p)
	case 4:
		g.protected(fmt.Sprintf("string.find(%s, %s, 1, true)", s, p))
	default:
		g.protected(fmt.Sprintf("(%s):sub(%d, %d), (%s):byte(%d, %d)", s, g.r.IntN(12)-6, g.r.IntN(12)-6, s, g.r.IntN(6)-3, g.r.IntN(6)-3))
	}
}

func (g *generator) sorted() {
	items := make([]string, 1+g.r.IntN(12))
	for i := range items {
		items[i] = fmt.Sprint(g.r.IntN(20))
	}
	list := strings.Join(items, ", ")
	less := g.pick("function(a, b) return a < b end", "function(a, b) return a > b end", "function(a, b) if a % 3 ~= b % 3 then return a % 3 < b % 3 end return a < b end", "nil")
	g.line("do local t = {%s} table.sort(t, %s) out(table.concat(t, ' ', %s))", list, less, g.pick("1", "2", "1, #t", "1, 0"))
	g.line(" table.insert(t, %d, 'in') out(table.remove(t, %s), #t, t[1], table.maxn(t)) end", 1+g.r.IntN(len(items)), g.pick("1", "2", "#t", "nil"))
}

func (g *generator) coroutine() {
	g.line("do local co = coroutine.%s(function(a, b)", g.pick("create", "wrap", "create"))
	g.line("  out('in', a, b) tick()")
	for range 1 + g.r.IntN(3) {
		g.line("  %s", g.pick(
			"a, b = coroutine.yield(a, b)", "out(coroutine.yield(b))", "for i = 1, 2 do a = coroutine.yield(i) end", "local t = {coroutine.yield(1, nil)} out(#t, t[1])",
			"out(pcall(error, {})) ", "local inner = coroutine.wrap(function(...) coroutine.yield(...) error('in', 0) end) out(inner(7)) out(pcall(inner))",
			"out(coroutine.status(coroutine.create(tick)))", "b = (coroutine.yield())", "if a then error({a}) end", "error('bad', 0)"))
	}
	g.line("  %s end)", g.pick("return a, b", "return coroutine.yield(b, a)", "error('end', 0)", ""))
	g.line(" local function go(...) if type(co) == 'function' then return pcall(co, ...) end return coroutine.resume(co, ...) end")
	for i := range 2 + g.r.IntN(4) {
		g.line(" out(go(%d, %s))%s", i, g.quiet(), g.pick("", " if type(co) == 'thread' then out(coroutine.status(co)) end"))
	}
	g.line("end")
}

func (g *generator) caughtValue() {
	v := g.pick("'text'", "{1}", "nil", "42", "true", "m1", "function() end")
	switch g.r.IntN(5) {
	case 0:
		g.line("out(pcall(error, %s, %s))", v, g.pick("0", "nil"))
	case 1:
		g.line("out(xpcall(function() error(%s, 0) end, function(e) return type(e), val(e) end))", v)
	case 2:
		g.line("out(pcall(pcall, error, %s))", v)
	case 3:
		g.line("do local ok, e = pcall(function() local x = %s pcall(error, x) error(x, 0) end) out(ok, val(e)) end", v)
	default:
		g.line("out(pcall(assert, %s, %s, 'more'))", g.pick("false", "nil", "1", "'s'"), g.pick("'text'", "'more'"))
	}
}

func (g *generator) numbers() {
	a, b := g.atomNumber(), g.atomNumber()
	switch g.r.IntN(7) {
	case 0:
		g.protected(fmt.Sprintf("%s %s %s, %s %s %s", a, g.pick("+", "-", "*", "/"), b, a, g.pick("<", "<=", "==", "~="), b))
	case 1:
		g.protected(fmt.Sprintf("math.%s(%s)", g.pick("floor", "ceil", "abs", "modf", "frexp", "sqrt"), a))
	case 2:
		g.protected(fmt.Sprintf("math.%s(%s, %s)", g.pick("fmod", "max", "min"), a, b))
	case 3:
		g.protected(fmt.Sprintf("tonumber(%s, %s)", g.pick("'10'", "'ff'", "'zz'", "' 12 '", "'0x1F'", "'1e2'", "'.5'", "'5.'", "''", "'1 2'", "12", "'7'"), g.pick("10", "16", "36", "2", "nil")))
	case 4:
		g.protected(fmt.Sprintf("%s %s %s", g.pick("'10'", "'0x10'", "' 3 '", "'1e1'", "'a'", "'-2'"), g.pick("+", "*", "-", "/", "%", "^"), g.pick("'3'", "2", "'2'", "nil")))
	case 5:
		g.line("for i = %s, %s, %s do tick() out(i) end", g.pick("1", "'1'", "0.5", "3"), g.pick("2", "'3'", "0", "2.5"), g.pick("1", "0.5", "-1", "'1'"))
	default:
		g.protected(fmt.Sprintf("2^%d, -2^2, %s == %s .. '', 7 %% %d, -7 %% 3, 7 %% -3, 5.5 %% 2", g.r.IntN(10), g.pick("'1'", "1"), g.pick("1", "'1'"), 1+g.r.IntN(5)))
	}
}

func (g *generator) lengths() {
	g.line("do local t = {%s}", g.pick("1, 2, 3", "'a'", "", "1, 2, x = 3", "{}, {}"))
	g.line(" t[#t + 1] = %s or 0 out(#t) t[#t] = nil out(#t, next({}), #'x\\0y', rawequal(t, t))", g.quiet())
	g.line(" local n = 0 for k, v in pairs(t) do n = n + 1 t[k] = nil end out(n, next(t), #t) end")
}

func (g *generator) methodCalls() {
	g.line("do local C = {} C.__index = C function C.new(x) return setmetatable({x = x}, C) end")
	g.line(" function C:get(...) tick() return self.x, ... end function C:set(x) self.x = x return self end")
	g.line(" local D = setmetatable({}, {__index = C}) D.__index = D function D:get() return 'D', C.get(self, 1) end")
	g.line(" local o, p = C.new(%s), setmetatable({}, D)", g.expr(1))
	g.line(" out(o:get(%s)) out(o:set(%s):set(%s):get()) out(p:get()) p.x = %s out(p:get(), o.x) end", g.list(2), g.quiet(), g.quiet(), g.quiet())
}

func (g *generator) counter() {
	g.line("do local function make() local n = 0 return function() n = n + 1 return n end, function(x) n = x end, function() return function() n = n * 2 return n end end end")
	g.line(" local inc, set, dbl = make() local inc2 = make()")
	for range 2 + g.r.IntN(4) {
		g.line(" out(%s)", g.pick("inc()", "inc2()", "set(5)", "dbl()()", "inc(), inc()", "inc() + inc2()", "(set(2))"))
	}
	g.line("end")
}

func (g *generator) formatted() {
	f := g.pick("%d", "%5d", "%-5d|", "%05d", "%+d", "%x", "%X", "%o", "%s", "%10s", "%-10s|", "%.2s", "%q", "%e", "%.3f", "%g", "%10.2f", "%i", "%5.1s|", "%%", "%.0f", "%G", "%#x", "% d", "%.20s", "%5%")
	g.protected(fmt.Sprintf("string.format(%s, %s)", quote(f+g.pick("", " %s", " %d")), g.pick("65, 1", "'text', 2", "3.7, 'x'", "-42, 0", "'12', '13'", "2^31, 1", "1e10, 1", "")))
}

func (g *generator) joined() {
	g.protected(fmt.Sprintf("%s .. %s .. %s .. (%s .. %s)", g.operandWord(), g.operandWord(), g.operandWord(), g.operandWord(), g.operandWord()))
}

func (g *generator) operandWord() string {
	return g.pick("'a'", "1", "2.5", "-0.1", "1/3", "''", "'b'", "nil", "true", "100", "(1 .. 2)", "1e100")
}

func (g *generator) tailCalls() {
	g.line("do local function loop(n, ...) if n == 0 then return ... end return loop(n - 1, n, ...) end")
	g.line(" out(loop(%d, %s)) local function even(n) if n == 0 then return true end return (function(k) return not even(k) end)(n - 1) end out(even(%d))", g.r.IntN(5), g.list(2), g.r.IntN(20))
	g.line(" out(select('#', loop(3)), (loop(2, 'x'))) out(pcall(loop, 2, %s)) end", g.list(2))
}

func (g *generator) longString() {
	g.line("out([==[\n%s]]%s]==], 'a\\\nb', \"\\65\\066\\z\", #[[\n\nx]])", g.pick("text", "", "[[in"), g.pick("\n", "]=]", ""))
}

func (g *generator) environment() {
	g.line("do local env = setmetatable({}, {__index = _G, __newindex = function(t, k, v) out('set', k) rawset(t, k, v) end})")
	g.line(" local f = loadstring(%s) setfenv(f, env) out(pcall(f, %s)) out(rawget(env, 'q'), rawget(_G, 'q'), type(f) == 'function' and getfenv(f) == env) end",
		quote(g.pick("q = 1 return q", "local a, b = ... q = b return a, q, tostring(q)", "return (function(...) q = ... return q end)(...)", "function q() return q end return q()")), g.list(2))
}
