package main

import (
	"strings"
	"testing"
)

// hostile is a script that would take a shell down, or hold it up, if it could.
type hostile struct {
	name, text string
	reason     string // of the job that failed, a part of it; "" is endless, and is stopped
}

// The scripts of which each runs as a job. Those that end by themselves fail, with a
// reason; the others can be stopped wherever they are.
var hostiles = []hostile{
	{"loop", `while true do end`, ""},
	{"loop of calls", `local function f() end while true do f() end`, ""},
	{"loop in an index", `setmetatable({}, {__index = function() while true do end end}).x()`, ""},
	{"loop in a comparison", `local m = {__eq = function() while true do end end} return setmetatable({}, m) == setmetatable({}, m)`, ""},
	{"loop in a join", `return setmetatable({}, {__concat = function() while true do end end}) .. "x"`, ""},
	{"loop in tostring", `return tostring(setmetatable({}, {__tostring = function() while true do end end}))`, ""},
	{"loop in a coroutine", `coroutine.wrap(function() while true do end end)()`, ""},
	{"loop of yields", `local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end`, ""},
	{"loop in pcall", `while true do pcall(function() while true do end end) end`, ""},
	{"loop of pcalls of errors", `while true do pcall(error, "again") end`, ""},
	{"loop in xpcall's handler", `xpcall(error, function() while true do end end)`, ""},
	{"loop in a sort", `table.sort({3, 2, 1}, function() while true do end end)`, ""},
	{"loop in gsub", `("x"):gsub("x", function() while true do end end)`, ""},
	{"loop in load", `load(function() while true do end end)`, ""},
	{"loop in a sort without end", `local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t, function(a, b) return a > b end) end`, ""},
	{"pattern", `return ("a"):rep(40):find(("a-"):rep(40) .. "b")`, ""},
	{"pattern of captures", `while true do pcall(string.find, ("x"):rep(1e5), (".-"):rep(30) .. "y") end`, ""},
	{"rep, again and again", `while true do local s = ("x"):rep(1e7) end`, ""},
	{"writing", `while true do emit("x") end`, ""},
	{"errors", `while true do write_error("x") end`, ""},
	{"a reader without a writer", `io.popen("sleep 600"):read("*a")`, ""},
	{"waiting for input", `while true do io.read() sleep(0.01) end`, ""},
	{"waiting", `sleep(1e8)`, ""},
	{"programs", `while true do os.execute("true") end`, ""},
	{"jobs", `while true do remove_job(wait_job(start_job({scriptblock = "return 1"}))) end`, ""},
	{"collecting", `while true do collectgarbage() end`, ""},

	{"rep", `return string.rep("x", 1e10)`, "longer than"},
	{"rep of rep", `return ("x"):rep(1e5):rep(1e5)`, "longer than"},
	{"rep of nothing", `return ("x"):rep(1e300)`, "longer than"},
	{"doubling", `local s = "x" while true do s = s .. s end`, ""},
	{"format", `return string.format("%1000000000d", 1)`, "format"},
	{"unpack", `return unpack({}, 1, 1e8)`, "unpack"},
	{"concat of nothing", `return table.concat({}, "x", 1, 1e10)`, "concat"},
	{"recursion", `local function f() return f() + 1 end return f()`, "stack overflow"},
	{"recursion by index", `local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. "x"] end return t.a`, "stack overflow"},
	{"a chain of indexes", `local t = setmetatable({}, {}) getmetatable(t).__index = t return t.a`, "loop"},
	{"recursion by pcall", `local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()`, "stack overflow"},
	{"recursion by gsub", `local function f() ("x"):gsub("x", f) end f()`, "stack overflow"},
	{"recursion by tostring", `local m = {} local t = setmetatable({}, m) m.__tostring = function(a) return tostring(a) end return tostring(t)`, "stack overflow"},
	{"recursion by coroutines", `local function f() coroutine.wrap(f)() end f()`, "stack overflow"},
	{"table", `local t = {} while true do t[#t + 1] = {} end`, "used more memory than the shell may"},
	{"far past the end", `local t = {} t[6e7] = 1`, "past the end of the table"},
	{"far past the end of many", `local all = {} for i = 1, 1e6 do all[i] = {} all[i][4e6] = 1 end`, "used more memory than the shell may"},
	{"table of strings", `local t = {} while true do t[#t + 1] = ("x"):rep(1e5) .. #t end`, ""},
	{"insert", `local t = {} while true do table.insert(t, 1, "x" .. #t) end`, ""},
	{"closures", `local f for i = 1, 1e12 do local g = f f = function() return g end end`, "used more memory than the shell may"},
	{"globals", `for i = 1, 1e12 do _G["g" .. i] = ("x"):rep(1e3) .. i end`, "used more memory than the shell may"},
	{"coroutines", `local t = {} for i = 1, 1e12 do t[i] = coroutine.create(print) coroutine.resume(t[i]) end`, "used more memory than the shell may"},
	{"nesting", `return assert(loadstring("return " .. ("("):rep(1e6) .. "1" .. (")"):rep(1e6)))()`, "more than 200 constructs are nested"},
	{"source", `return assert(loadstring(("local a = 1 "):rep(1e7)))()`, "there is no room for"},
	{"a value in itself", `local t = {} t.t = t return t`, "itself"},
	{"a deep value", `local t = {} for i = 1, 1e5 do t = {t} end return t`, "deep"},
	{"exit", `os.exit(3)`, "exit status 3"},
	{"an error that is no text", `error(setmetatable({}, {__tostring = function(e) error(e) end}))`, ""},
	{"a closed file", `local f = io.open("/dev/null") f:close() f:read()`, "closed file"},
	{"a dead coroutine", `local c = coroutine.wrap(function() end) c() c()`, "dead coroutine"},
	{"the debug library", `debug.sethook(function() end, "l") debug.getregistry()[1] = nil error("went on")`, ""},
	{"the library taken away", `for k in pairs(_G) do _G[k] = nil end for k in pairs(string or {}) do string[k] = nil end error("gone")`, ""},
}

// Whatever a job does in Lua, the prompt answers, another job works on, and the job fails
// with a reason or can be stopped.
func TestHostileJobs(t *testing.T) {
	for _, h := range hostiles {
		t.Run(strings.ReplaceAll(h.name, " ", "-"), func(t *testing.T) { h.run(t) })
	}
}

// script is what is typed: a job that works on, the hostile one, and questions.
func (h hostile) script() string {
	const begun = `set-option MemoryLimit 64MB
$w = start-job -name worker { local n = 0 while true do n = n + 1 emit(n) sleep(0.01) end }
$h = start-job -name hostile { emit("begun"); HOSTILE }
if not $w or not $h then exit 9 end
repeat local b = receive_job($h, {stream = "output"}) sleep(0.001) until b
`
	const stop = `stop-job $h
`
	const wait = `wait-job $h -force | out-null
`
	const after = `receive-job $w | out-null
repeat local n = receive_job($w) sleep(0.001) until n
write-output "$($h.State)|$($h.Reason.Msg)|$(6 * 7)|$($w.State)"
exit -force
`
	text := strings.Replace(begun, "HOSTILE", h.text, 1)
	if h.reason == "" {
		return text + stop + after
	}
	return text + wait + after
}

func (h hostile) run(t *testing.T) {
	dir := home(t)
	got := beginOf(t, fast(t), dir, h.script()).wait()
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	cells := strings.Split(lines[len(lines)-1], "|")
	if len(cells) != 4 || cells[2] != "42" || cells[3] != "Running" {
		t.Fatalf("%s\nstatus %d\n%s\n%s", h.text, got.status, got.stdout, tail(got.stderr, 5))
	}
	if h.reason == "" {
		return
	}
	if cells[0] != "Failed" || !strings.Contains(cells[1], h.reason) {
		t.Errorf("%s\n%q, want Failed because of %q", h.text, cells, h.reason)
	}
}
