package lua

import (
	"errors"
	"strings"
	"testing"

	"marsh/jobs"
)

// Programs that ask for more than there is: each is an error of the script.
var greedy = []string{
	`local s = ("x"):rep(2^20) for i = 1, 60 do s = s .. s end`,
	`local s = ("x"):rep(2^27) return s .. s .. s .. s`,
	`local s = ("x"):rep(2^27) s = "a" .. s .. 1 .. s .. 2 .. s`,
	`return ("x"):rep(2^40)`, `return ("x"):rep(1e300)`, `return ("x"):rep(2^27):gsub("x", ("y"):rep(100))`,
	`return string.format("%999999d", 1)`, `return string.format(("%99d"):rep(2^22), 1)`,
	`local t = {} for i = 1, 300 do t[i] = ("x"):rep(2^20) end return table.concat(t)`,
	`return unpack({}, 1, 1e8)`, `return unpack({}, -1e9, 1e9)`,
	`return string.char(unpack({}, 1, 250000))`, `return ("x"):rep(2^20):byte(1, -1)`,
	`local function f() return f() + 1 end return f()`,
	`local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. "x"] end return t.a`,
	`local t = setmetatable({}, {}) getmetatable(t).__index = t return t.a`,
	`local t = setmetatable({}, {}) getmetatable(t).__newindex = t t.a = 1`,
	`local t = setmetatable({}, {}) getmetatable(t).__newindex = function(t, k, v) t[k] = v end t.a = 1`,
	`local m = {} local t = setmetatable({}, m) m.__concat = function(a, b) return a .. b end return t .. "x"`,
	`local m = {} local t = setmetatable({}, m) m.__tostring = function(a) return tostring(a) end return tostring(t)`,
	`local m = {} local t = setmetatable({}, m) m.__eq = function(a, b) return a == b end return t == setmetatable({}, m)`,
	`local m = {} local t = setmetatable({}, m) m.__call = function(f) return f() + 1 end return t()`,
	`local m = {} local t = setmetatable({}, m) m.__call = t return t()`,
	`local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()`,
	`local function f() return select(2, xpcall(f, function(e) return e end)).x.y end f()`,
	`local function f() coroutine.wrap(f)() end f()`,
	`local function f() return coroutine.resume(coroutine.create(f)).x end f()`,
	`local function f() table.sort({1, 2}, f) end f()`, `local function f() ("x"):gsub("x", f) end f()`,
	`local function f() load(f) end f()`, `local function f() loadstring("return ...")(f)() end local function g() return g(f()) end g()`,
	`local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) local ok, e = pcall(function() return t[k] end) error(e, 0) end return t.a`,
	`return loadstring(("("):rep(1e5) .. "1" .. (")"):rep(1e5))()`, `return loadstring("return " .. ("{"):rep(1e5) .. ("}"):rep(1e5))()`,
	`return loadstring(("do "):rep(1e5) .. ("end "):rep(1e5))().x`, `return loadstring("return " .. ("not "):rep(1e5) .. "1")().x`,
	`return loadstring("return " .. ("a.."):rep(1e5) .. "'b'")()`,
	`return loadstring("local a = " .. ("function() return "):rep(1e4) .. ("end "):rep(1e4))().x`,
	`return ("x"):rep(40):find(("(x"):rep(40))`, `return ("x"):rep(1e6):find((".-"):rep(1e5) .. "y")`,
	`return ("a"):rep(3e5):match(("a?"):rep(3e5) .. ("a"):rep(3e5)).x`,
	`error(setmetatable({}, {__tostring = function(e) error(e) end}))`,
	`local t = {} t[1] = t for i = 1, 1e4 do t = {t} end return t`,
	`for i = 1, math.huge do local t = {} t[2^53 * i] = i coroutine.wrap(error)(i) end`,
}

func TestGreedyProgramsAreErrors(t *testing.T) {
	for _, text := range greedy {
		s := (&world{}).state(t)
		err := s.Run(t.Context(), jobs.Script{Text: text, Name: "test"})
		e := jobs.AsError(err)
		if e == nil || !errors.Is(err, jobs.KindScript) && !errors.Is(err, jobs.KindValue) {
			t.Errorf("%s: got %v", text, err)
			continue
		}
		if len(e.Msg) > 400 || strings.Contains(e.Msg, "internal error") {
			t.Errorf("%s: says %.400s", text, e.Msg)
		}
		if err := s.Run(t.Context(), jobs.Script{Text: "local ok = pcall(error) assert(not ok) local n = 0 for i = 1, 10 do n = n + i end assert(n == 55)"}); err != nil {
			t.Errorf("after %s: %v", text, err)
		}
	}
}
