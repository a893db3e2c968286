package lua

import (
	"errors"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// What a script that fails says: the program, the message without its position, and
// the column of the caret, 0 for none.
var failures = []struct {
	text, msg string
	col       int
}{
	{`local x; x.y = 1`, "attempt to index nil 'x' (a local)", 10},
	{`function f(x) return x.y end f()`, "attempt to index nil 'x' (a local)", 22},
	{`local t = {} t.a.b.c = 5`, "attempt to index nil 'a' (a field)", 16},
	{`local t = {{}} ; return t[1].name.first`, "attempt to index nil 'name' (a field)", 30},
	{`local i = 1; local t = {} ; return t[i].name`, "attempt to index a nil value (field 'name')", 41},
	{`x.y.z = 2`, "attempt to index nil 'x' (a global)", 1},
	{`local up; local function f() up.x = 1 end f()`, "attempt to index nil 'up' (an upvalue)", 30},
	{`frob()`, "attempt to call nil 'frob' (a global)", 1},
	{`print(1, frob(2), frob)`, "attempt to call nil 'frob' (a global)", 10},
	{`local frob frob(1) frob(2)`, "attempt to call nil 'frob' (a local)", 0},
	{`local t = {} t:nope(1)`, "attempt to call nil 'nope' (a method)", 16},
	{`local t = {a={}} t.a.foo()`, "attempt to call nil 'foo' (a field)", 22},
	{`local x = 5 ; return x()`, "attempt to call number 'x' (a local)", 22},
	{`("x")()`, "attempt to call a string value", 0},
	{`for k, v in {} do end`, "attempt to call a table value; for … in takes an iterator, such as pairs(t)", 0},
	{`local n = 1 + undefined`, "attempt to perform arithmetic on nil 'undefined' (a global)", 15},
	{`local t = {} return 2 * t.size`, "attempt to perform arithmetic on nil 'size' (a field)", 27},
	{`local s = "x" return s + 1`, "attempt to perform arithmetic on string 's' (a local)", 22},
	{`return -{}`, "attempt to perform arithmetic on a table value", 0},
	{`local s, t = "a" return s .. "b" .. t .. "c"`, "attempt to concatenate nil 't' (a local)", 37},
	{`return 1 .. {}`, "attempt to concatenate a table value", 0},
	{`return #undefined`, "attempt to get length of nil 'undefined' (a global)", 9},
	{`return {} < {}`, "attempt to compare two table values", 0},
	{`return 1 < "2"`, "attempt to compare number with string", 0},
	{`for i = {}, 2 do end`, "'for' initial value must be a number", 0},
	{`for i = 1, "x" do end`, "'for' limit must be a number", 0},
	{`for i = 1, 2, nil do end`, "'for' step must be a number", 0},
	{`string.rep()`, "bad argument #1 to 'rep' (string expected, got no value)", 0},
	{`string.rep("x", nil)`, "bad argument #2 to 'rep' (number expected, got nil)", 0},
	{`("x"):rep({})`, "bad argument #1 to 'rep' (number expected, got table)", 0},
	{`local r = string.rep r({})`, "bad argument #1 to 'r' (string expected, got table)", 0},
	{`local t = {} t[nil] = 1`, "table index is nil", 0},
	{`error("boom")`, "boom", 0},
	{`local q coroutine.wrap(function() q.z = 1 end)()`, "attempt to index nil 'q' (an upvalue)", 35},
	{`local a, b = {} a.x, b.y = 1, 2`, "attempt to index nil 'b' (a local)", 22},
}

func TestErrorsNameWhatTheyAreAbout(t *testing.T) {
	for _, c := range failures {
		_, err := run(t, c.text)
		e := jobs.AsError(err)
		if e == nil || e.Kind != jobs.KindScript || e.Msg != "test:1: "+c.msg || e.Line != 1 {
			t.Errorf("%s\ngot  %v\nwant %s", c.text, err, c.msg)
			continue
		}
		want := "\t" + c.text
		if c.col > 0 {
			want += "\n\t" + strings.Repeat(" ", c.col-1) + "^"
		}
		if e.Detail != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.msg, e.Detail, want)
		}
	}
}

// The registers of variables whose blocks are over hold other things.
func TestErrorsNameNoVariableOfAnotherBlock(t *testing.T) {
	for _, c := range []struct{ text, msg string }{
		{"do\n local a, b = 1, 2\nend\nio.nothing()", "attempt to call nil 'nothing' (a field)"},
		{"for i = 1, 2 do\n local c = i\nend\nfrob()", "attempt to call nil 'frob' (a global)"},
		{"for k, v in pairs({1}) do\n local c = k\nend\nlocal x\nx.y = 1", "attempt to index nil 'x' (a local)"},
		{"if true then\n local a\nelse\n local b\nend\nwhile x do\n local c\nend\nrepeat local d = 1 until d\nfrob()", "attempt to call nil 'frob' (a global)"},
		{"local m = {}\nfunction m:f(a, ...)\n do local z end\n return a.b\nend\nm:f()", "attempt to index nil 'a' (a local)"},
		{"local m = {}\nfunction m:f(a)\n return self.x.y\nend\nm:f()", "attempt to index nil 'x' (a field)"},
		{"local a, b = 1, 2\na, b = b, a\nlocal function f() return a, b end\nlocal c\nc()", "attempt to call nil 'c' (a local)"},
		{"local t, i = {}, 1\nt[i], i = i, 2\ndo local q = t end\nreturn t.u.v", "attempt to index nil 'u' (a field)"},
	} {
		_, err := run(t, c.text)
		if e := jobs.AsError(err); e == nil || position.ReplaceAllString(e.Msg, "") != c.msg {
			t.Errorf("%s\ngot  %v\nwant %s", c.text, err, c.msg)
		}
	}
}

func TestErrorsShowTheLineAsItWasWritten(t *testing.T) {
	_, _, err := typed(t, "$n = 3\nget-job x\n\t=$n + $missing")
	e := jobs.AsError(err)
	if e == nil || e.Line != 3 || e.Detail != "\t\t=$n + $missing\n\t\t       ^" {
		t.Errorf("got %v\n%s", err, e.Detail)
	}
	_, err = run(t, "\n\npcall(function() local x; x.y = 1 end)\nerror('other')")
	if e := jobs.AsError(err); e.Detail != "\terror('other')" {
		t.Errorf("the line of another error is shown: %q", e.Detail)
	}
	_, err = run(t, "local function f()\n error('caller', 2)\nend\nf()")
	if e := jobs.AsError(err); e.Line != 4 || e.Detail != "\tf()" {
		t.Errorf("line %d, %q", e.Line, e.Detail)
	}
}

// A function of Go that fails in its own way.
func broken(l *lua.LState) int {
	var t *lua.LTable
	return t.Len()
}

func TestGoPanicIsAnErrorOfTheScript(t *testing.T) {
	for _, text := range []string{
		`broken()`, `pcall(broken) pcall(pcall, broken) broken()`, `coroutine.wrap(broken)()`,
		`table.sort({2, 1}, function() broken() end)`, `("x"):gsub("x", broken)`, `return setmetatable({}, {__index = broken}).x`,
		`return setmetatable({}, {__add = broken}) + 1`, `return setmetatable({}, {__concat = broken}) .. 1`,
		`return tostring(setmetatable({}, {__tostring = broken}))`, `for _ in broken do end`, `error(setmetatable({}, {__tostring = broken}))`,
		`setmetatable({}, {__newindex = broken}).x = 1`, `return setmetatable({}, {__call = broken})()`, `load(broken)`,
	} {
		s := (&world{}).state(t)
		s.l.G.Global.RawSetString("broken", goFunction(broken))
		err := s.Run(t.Context(), jobs.Script{Text: text, Name: "test"})
		if !errors.Is(err, jobs.KindScript) {
			t.Errorf("%s: got %v", text, err)
		}
		if err := s.Run(t.Context(), jobs.Script{Text: "local ok, e = pcall(broken) assert(not ok and e:find('internal error')) x = 1"}); err != nil {
			t.Errorf("after %s: %v", text, err)
		}
	}
}
