package lua

import (
	"context"
	"errors"
	"testing"
	"time"

	"marsh/jobs"
)

func TestForkCopiesVariables(t *testing.T) {
	w := &world{cmds: []string{"get-job"}}
	s := w.state(t)
	err := s.Run(t.Context(), jobs.Script{Text: `
		local n = 1
		function inc() n = n + 1 return n end
		t = {1, {2}} t.me = t co = coroutine.create(print) gj = get_job string.trim = function(x) return "T" .. x end inc()`})
	if err != nil {
		t.Fatal(err)
	}
	v := &world{cmds: w.cmds}
	f, err := s.Fork(v.options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	if err := f.Run(t.Context(), jobs.Script{Text: `t[1] = 9 return inc(), t.me == t, t[2][1], co, type(gj), ("x"):trim()`}); err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(v.out), int64(3), true, int64(2), "function", "Tx")
	if err := s.Run(t.Context(), jobs.Script{Text: `return inc(), t[1]`}); err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), int64(3), int64(1))
}

func TestGlobals(t *testing.T) {
	s := (&world{}).state(t)
	if err := s.SetGlobal("x", jobs.List{"a", 1}); err != nil {
		t.Fatal(err)
	}
	if v, ok := s.Global("x"); !ok || !jobs.Equal(v, jobs.List{"a", int64(1)}) {
		t.Errorf("x = %v %v", v, ok)
	}
	if s.HasGlobal("print") || !s.HasGlobal("x") {
		t.Error("library names count as variables, or x does not")
	}
	if err := s.Run(t.Context(), jobs.Script{Text: "b = 1 print(args[1], using.k, ...)", Args: jobs.List{"A"}, Using: jobs.NewMap("", "k", "K")}); err != nil {
		t.Fatal(err)
	}
	if got := s.Globals(); len(got) != 2 || got[0] != "b" || got[1] != "x" {
		t.Errorf("globals: %v", got)
	}
}

func TestErrorsKeepTheirKind(t *testing.T) {
	gone := jobs.Errorf(jobs.KindBroken, "the link is gone")
	w := &world{cmds: []string{"get-job"}}
	w.exec = func(context.Context, *Pipeline) ([]jobs.Value, error) { return nil, gone }
	s := w.state(t)
	if err := s.Run(t.Context(), jobs.Script{Text: "get_job()"}); err != error(gone) {
		t.Errorf("got %v", err)
	}
	err := s.Run(t.Context(), jobs.Script{Text: `local ok, e = pcall(get_job) print(e.kind, e.Message, tostring(e), "x" .. e) error(e)`})
	if err != error(gone) {
		t.Errorf("rethrown: got %v", err)
	}
	want(t, jobs.List(w.out), "Broken\tthe link is gone\tthe link is gone\txthe link is gone")
	err = s.Run(t.Context(), jobs.Script{Text: "pcall(os.exit, 3) print('never')"})
	if e := jobs.AsError(err); e == nil || e.Kind != jobs.KindExit || e.Status != 3 {
		t.Errorf("exit: got %v", err)
	}
}

func TestErrorInPcallKeepsSharedVariables(t *testing.T) {
	wantOut(t, `local x = 1 local function inc() x = x + 1 end pcall(error, "e") inc() return x`, int64(2))
}

func TestStackOverflowIsAnErrorOfTheScript(t *testing.T) {
	const plain = "stack overflow (too many calls within one another; a function that calls itself without end?)"
	const msg = "test:1: " + plain
	wantError(t, `local function f() return 1 + f() end f()`, jobs.KindScript, msg)
	wantOut(t, `local function f() return 1 + f() end return pcall(f)`, false, msg)
	wantOut(t, `local function f() return 1 + f() end return xpcall(f, function(e) return "<" .. e .. ">" end)`, false, "<"+msg+">")
	wantOut(t, `local function f() return 1 + f() end return coroutine.resume(coroutine.create(f))`, false, plain)
	wantOut(t, `local function f() return 1 + f() end return pcall(coroutine.wrap(f))`, false, msg)
	wantOut(t, `local function f(n) return n == 0 and 0 or 1 + f(n - 1) end return f(9000)`, int64(9000))
}

func TestCancelStops(t *testing.T) {
	for _, text := range []string{
		"while true do end", "while true do pcall(error) end", `while true do pcall(function() while true do end end) end`,
		`("a"):rep(28):find(("a*"):rep(14) .. "b")`, "sleep(1000)", `io.popen("sleep 1000"):read("*a") while true do end`,
		`coroutine.wrap(function() while true do end end)()`, `table.sort({3, 2, 1}, function() while true do end end)`,
		`("x"):gsub("x", function() while true do end end)`,
	} {
		s := (&world{}).state(t)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, jobs.Errorf(jobs.KindStopped, "stopped by test"))
		err := s.Run(ctx, jobs.Script{Text: text})
		cancel()
		if e := jobs.AsError(err); e == nil || e.Kind != jobs.KindStopped || e.Msg != "stopped by test" {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, text := range []string{
		`("x"):rep(2^40)`, `local function f() return 1 + f() end f()`, `unpack({}, 1, 1e8)`,
		`local function f() pcall(f) error("x") end f()`, `string.format("%999d", 1)`,
	} {
		if _, err := run(t, text); !errors.Is(err, jobs.KindScript) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestLiveObjects(t *testing.T) {
	state := "Running"
	now := func() *jobs.Map { return jobs.NewMap(jobs.TypeJob, "Name", "Job1", "State", state, "InstanceId", "i") }
	w := &world{cmds: []string{"get-job", "end-it"}}
	w.live = func(m *jobs.Map) func() *jobs.Map { return now }
	w.exec = func(_ context.Context, p *Pipeline) ([]jobs.Value, error) {
		if p.Stages[0].Name == "end-it" {
			state = "Completed"
			return nil, nil
		}
		return []jobs.Value{now()}, nil
	}
	err := w.state(t).Run(t.Context(), jobs.Script{Text: `local j, k = get_job(), get_job()
		print(j.state, j == k, tostring(j)) end_it() print(j.State) for k, v in pairs(j) do print(k, v) end return j`})
	if err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), "Running\ttrue\tJob1", "Completed", "Name\tJob1", "State\tCompleted", "InstanceId\ti", now())
}

func TestValuesBothWays(t *testing.T) {
	at := time.Unix(1700000000, 5)
	m := jobs.NewMap("Job", "Name", "x", "Id", int64(3), "When", at, "L", jobs.List{int64(1), "a", true, 2.5}, "E", jobs.NewMap("T"))
	w := &world{}
	s := w.state(t)
	if err := s.SetGlobal("m", m); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), jobs.Script{Text: `return m, m.NAME, m.when.year, os.date("!%Y-%m-%d", m.When), m.When - 5 < m.When, {}, {a = 1, [2] = "b"}`}); err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), m, "x", int64(2023), "2023-11-14", true, jobs.List{}, jobs.NewMap("", "2", "b", "a", int64(1)))
	wantError(t, `local t = {a = {b = print}} return t`, jobs.KindValue, "a function is not a value that can be carried (at .a.b)")
	wantError(t, `local t = {} t.x = {t} return t`, jobs.KindValue, "a table that contains itself cannot be carried (at .x[1])")
}

func BenchmarkNewState(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(Options{}).Close()
	}
}

func BenchmarkRunTiny(b *testing.B) {
	s := New(Options{})
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Run(b.Context(), jobs.Script{Text: "return 1 + 1"}); err != nil {
			b.Fatal(err)
		}
	}
}
