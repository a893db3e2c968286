package lua

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
)

var (
	programs = flag.Int("programs", 0, "how many random programs are compared with lua5.1; 0 takes 6000 in CI, 200 with the race detector, and else 400")
	seed     = flag.Uint64("seed", 20781, "the seed of the random programs")
)

// harness runs a program in a way that both interpreters share. out writes values,
// tick ends a program that runs too long. How many calls of pcall fit into one another
// is not compared: lua5.1 counts the calls of C around them too, and gives up at 200 of
// all kinds; what a chain of more than 100 gave is written as DEEP.
const harness = `
local lines, ticks = {}, 0
local function show(v)
  local t = type(v)
  if t == "number" then return v ~= v and "nan" or v == 0 and "0" or string.format("%.14g", v) end
  if t == "string" then v = v:gsub("%-nan", "nan"):gsub("0x%x+", "0x") end
  if t == "string" and (v:find("attempt to", 1, true) or v:find("bad argument") or v:find("too long") or v:find("overflow") or v:find(":%d+:")) then return "MESSAGE" end
  if t == "string" then return "'" .. v .. "'" end
  if t == "table" or t == "function" or t == "thread" then return t end
  return tostring(v)
end
function out(...)
  if select("#", ...) > 100 then lines[#lines + 1] = "DEEP" return end
  local s = {}
  for i = 1, select("#", ...) do s[i] = show((select(i, ...))) end
  lines[#lines + 1] = table.concat(s, " ")
end
function tick() ticks = ticks + 1 if ticks > 80 then error("too long", 0) end end
function run(src)
  lines, ticks = {}, 0
  G1, G2, G3, G4 = 1, "g", {x = 1, y = 2}, nil
  local f, e = loadstring(src)
  if not f then return "SYNTAX " .. tostring(e) end
  local ok, e = pcall(f, 1, "v", nil, 4)
  if not ok then out("ERROR") end
  return table.concat(lines, "\n")
end
`

// reference runs the programs in lua5.1 and returns what they wrote.
func reference(t *testing.T, srcs []string) []string {
	t.Helper()
	exe, err := exec.LookPath("lua5.1")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("lua5.1 is not installed: the differential test cannot run")
		}
		t.Skipf("SKIPPED: lua5.1 is not installed; %d programs were not compared with it", len(srcs))
	}
	var b strings.Builder
	b.WriteString(harness + "local mark = ...\n")
	for _, src := range srcs {
		fmt.Fprintf(&b, "io.write(run(%s), '\\n', mark, '\\n')\n", quote(src))
	}
	file := filepath.Join(t.TempDir(), "programs.lua")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), exe, file, "=====")
	cmd.Stderr = &errs
	got, err := cmd.Output()
	if err != nil {
		t.Fatalf("lua5.1: %v: %s", err, errs.String())
	}
	parts := strings.Split(string(got), "\n=====\n")
	return parts[:len(parts)-1]
}

// ours runs one program in a state of its own.
func ours(t *testing.T, src string) string {
	t.Helper()
	w := &world{}
	s := New(w.options())
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	err := s.Run(ctx, jobs.Script{Text: harness + "return run(" + quote(src) + ")"})
	if err != nil {
		return "FAILED " + err.Error()
	}
	if len(w.out) != 1 {
		return fmt.Sprintf("FAILED %d values", len(w.out))
	}
	return jobs.Text(w.out[0])
}

func compare(t *testing.T, srcs []string) {
	t.Helper()
	expect := reference(t, srcs)
	if len(expect) != len(srcs) {
		t.Fatalf("lua5.1 gave %d answers to %d programs", len(expect), len(srcs))
	}
	bad := 0
	for i, src := range srcs {
		got := ours(t, src)
		if strings.HasPrefix(expect[i], "SYNTAX") {
			if !strings.HasPrefix(got, "SYNTAX") {
				t.Errorf("program %d: lua5.1 says %s\n%s", i, expect[i], src)
			}
			continue
		}
		if got == expect[i] {
			continue
		}
		if bad++; bad > 20 {
			continue
		}
		t.Errorf("program %d:\n%s\n--- %s", i, strings.TrimPrefix(src, richHead), firstDifference(got, expect[i]))
	}
	if bad > 0 {
		t.Errorf("%d of %d programs differ", bad, len(srcs))
	}
}

// Returns the first line in which two outputs differ, with the one before.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i < len(g) && i < len(w) && g[i] == w[i] {
			continue
		}
		before := ""
		if i > 0 {
			before = g[i-1]
		}
		return fmt.Sprintf("behind %q\ngot    %q\nlua5.1 %q", before, g[min(i, len(g)):min(i+1, len(g))], w[min(i, len(w)):min(i+1, len(w))])
	}
	return ""
}

// The programs are the same each time, so that a change that breaks none of them does not
// fail; make fuzz makes others.
func TestRandomPrograms(t *testing.T) {
	t.Logf("-seed %d", *seed)
	count := *programs
	switch {
	case count > 0:
	case raceDetector:
		count = 200
	case os.Getenv("CI") != "":
		count = 6000
	default:
		count = 400
	}
	srcs := make([]string, count)
	for i := range srcs {
		srcs[i] = randomProgram(*seed, uint64(i))
	}
	compare(t, srcs)
}

// knownDifferences are where marsh does something else than lua5.1, and why. The random
// programs stay clear of them.
var knownDifferences = []struct{ program, ours, theirs, why string }{
	{"out(1e300 % 7)", "1", "0", "the remainder is exact, and not by a division that rounds"},
	{"out(1 / (-1 % 1))", "-inf", "inf", "so is its sign, which is that of the C function fmod"},
	{"out(tostring(2^53 - 1), tostring(1e15))", "'9007199254740991' '1000000000000000'", "'9.007199254741e+15' '1e+15'", "integers are written in full: they are sizes and identifiers"},
	{"out(string.format('%s', nil))", "'nil'", "", "values are written as tostring does, as in Lua 5.2"},
	{"out(#string.format('%c', 0))", "1", "0", "a byte 0 ends no string"},
	{"out(pcall(string.gsub, 'a', 'a', '%'))", "false 'malformed replacement (ends with '%')'", "true '\x00' 1", "a replacement that ends in % is an error, as in Lua 5.2"},
	{"out(pcall(assert, false, {}))", "false table", "false MESSAGE", "any value is a message, as in Lua 5.2: errors are objects"},
	{"local z, i = -0, 1/0 out(i)", "inf", "-inf", "0 and -0 are two constants; in lua5.1 the one that comes first is both"},
	{"out(tonumber('-7', 36))", "-7", "1.844674407371e+19", "the sign is part of a number in any base"},
	{"out(loadstring('goto = 1') == nil)", "true", "false", "goto is a reserved word, as in Lua 5.2"},
	{"local t = setmetatable({}, {__newindex = function() out('set') end}) out(pcall(function() t[nil] = 1 end))", "'set'\ntrue", "false MESSAGE", "__newindex sees every key, as in Lua 5.2"},
	{"local t = setmetatable({}, {__unm = function(a, b) return b end}) out(-t)", "nil", "table", "an operator of one operand hands over one"},
	{"local t = setmetatable({}, {__len = function() return 7 end}) out(#t)", "7", "0", "__len counts for tables, as in Lua 5.2"},
	{"local t = setmetatable({}, {__pairs = function() return next, {1}, nil end}) for k, v in pairs(t) do out(k, v) end", "1 1", "", "pairs asks __pairs, as in Lua 5.2: objects of the shell need it"},
	{"local t, i = {}, 1 local o = setmetatable({}, {__add = function() i = 2 return 'x' end}) t[i] = o + 1 out(t[1], t[2])", "'x' nil", "nil 'x'", "a metamethod that sets the local variable which is the key comes too late"},
}

func TestKnownDifferences(t *testing.T) {
	var srcs []string
	for _, d := range knownDifferences {
		srcs = append(srcs, d.program)
	}
	theirs := reference(t, srcs)
	for i, d := range knownDifferences {
		if got := ours(t, d.program); got != d.ours {
			t.Errorf("%s: marsh gives %q, not %q", d.program, got, d.ours)
		}
		if strings.TrimSuffix(theirs[i], "ERROR") != d.theirs && strings.TrimSuffix(theirs[i], "'ERROR'") != d.theirs {
			t.Errorf("%s: lua5.1 gives %q, not %q", d.program, theirs[i], d.theirs)
		}
	}
}

func TestHandPrograms(t *testing.T) {
	text, err := os.ReadFile("testdata/programs.lua")
	if err != nil {
		t.Fatal(err)
	}
	srcs := strings.Split(string(text), "\n---\n")
	if len(srcs) < 20 {
		t.Fatalf("only %d programs in testdata/programs.lua", len(srcs))
	}
	srcs = append(srcs, longTables()...)
	compare(t, srcs)
}

// longTables are table constructors around the compiler's batches.
func longTables() []string {
	var srcs []string
	for _, n := range []int{1, 49, 50, 51, 99, 100, 101, 150} {
		items := make([]string, n)
		for i := range items {
			items[i] = strconv.Itoa(i + 1)
		}
		list := strings.Join(items, ",")
		for _, more := range []string{"", ",(select('#', ...))", ",...", ",x=1", ",x=1,y=2,...", ",x=1,99"} {
			srcs = append(srcs, fmt.Sprintf("local t = {%s%s} out(t[1], t[%d], t[%d], t[%d], t[%d], t.x, t.y)", list, more, n, n+1, n+2, n+4))
			srcs = append(srcs, fmt.Sprintf("local t = {x=1,%s%s} out(t[1], t[%d], t[%d], t[%d], t[%d], t.x, t.y)", list, more, n, n+1, n+2, n+4))
		}
	}
	return srcs
}
