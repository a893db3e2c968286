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
	"time"

	"marsh/jobs"
)

var (
	programs = flag.Int("programs", 400, "how many random programs are compared with lua5.1")
	seed     = flag.Uint64("seed", 0, "the seed of the random programs; 0 takes the day's")
)

// harness runs a program in a way that both interpreters share. out writes values,
// tick ends a program that runs too long. How many calls of pcall fit into one another
// is not compared: lua5.1 counts the calls of C around them too, and gives up at 200 of
// all kinds; what a chain of more than 100 gave is written as DEEP.
const harness = `
local lines, ticks = {}, 0
local function show(v)
  local t = type(v)
  if t == "number" then return string.format("%.14g", v) end
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
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
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
		if bad++; bad > 5 {
			continue
		}
		t.Errorf("program %d:\n%s\n--- got\n%s\n--- lua5.1\n%s", i, src, got, expect[i])
	}
	if bad > 0 {
		t.Errorf("%d of %d programs differ", bad, len(srcs))
	}
}

func TestRandomPrograms(t *testing.T) {
	n := *seed
	if n == 0 {
		n = uint64(time.Now().Unix() / 86400)
	}
	t.Logf("-seed %d -programs %d", n, *programs)
	srcs := make([]string, *programs)
	for i := range srcs {
		srcs[i] = randomProgram(n, uint64(i))
	}
	compare(t, srcs)
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
