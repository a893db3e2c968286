package lua

import (
	"context"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"

	"marsh/jobs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is what a test gives a state, and what the state has done with it.
type world struct {
	out  []jobs.Value
	exec func(ctx context.Context, p *Pipeline) ([]jobs.Value, error)
	env  map[string]string
	dir  string
	live func(m *jobs.Map) func() *jobs.Map
	cmds []string
}

func (w *world) options() Options {
	return Options{
		Exec: func(ctx context.Context, p *Pipeline) ([]jobs.Value, error) { return w.exec(ctx, p) },
		Write: func(_ context.Context, r jobs.Record) error {
			w.out = append(w.out, r.Value)
			return nil
		},
		Getenv:   func(n string) (string, bool) { v, ok := w.env[n]; return v, ok },
		Setenv:   w.setenv,
		Dir:      func() string { return w.dir },
		Live:     w.live,
		Special:  func(string) jobs.Value { return int64(7) },
		Commands: func() []string { return w.cmds },
	}
}

func (w *world) setenv(n string, v *string) {
	if w.env == nil {
		w.env = map[string]string{}
	}
	if v == nil {
		delete(w.env, n)
		return
	}
	w.env[n] = *v
}

func (w *world) state(t testing.TB) *State {
	s := New(w.options())
	t.Cleanup(s.Close)
	return s
}

// run runs text in a new state and returns what it wrote.
func run(t *testing.T, text string) ([]jobs.Value, error) {
	t.Helper()
	w := &world{}
	err := w.state(t).Run(t.Context(), jobs.Script{Text: text, Name: "test"})
	return w.out, err
}

func want(t *testing.T, got jobs.Value, want ...jobs.Value) {
	t.Helper()
	if !jobs.Equal(got, jobs.List(want)) {
		t.Errorf("got %s, want %s", jobs.Text(got), jobs.Text(want))
	}
}

// wantOut runs text and compares what it writes.
func wantOut(t *testing.T, text string, values ...jobs.Value) {
	t.Helper()
	out, err := run(t, text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	want(t, jobs.List(out), values...)
}

func wantError(t *testing.T, text string, kind jobs.Kind, msg string) {
	t.Helper()
	_, err := run(t, text)
	e := jobs.AsError(err)
	if e == nil || e.Kind != kind || e.Msg != msg {
		t.Errorf("%s: got %#v, want %v %q", text, e, kind, msg)
	}
}

func TestSmoke(t *testing.T) {
	wantOut(t, `print("a", 1, nil, 2.5) emit(1, "x", {1,2}, {a=1}) return 5, nil, "z"`,
		"a\t1\tnil\t2.5", int64(1), "x", jobs.List{int64(1), int64(2)}, jobs.NewMap("", "a", int64(1)), int64(5), "z")
	wantOut(t, `local a,b=1,2 a,b=b,a return a,b`, int64(2), int64(1))
	wantOut(t, `local t = {} for i=1,3 do if false then local x = 1 end t[i]=i end return #t`, int64(3))
	wantOut(t, `return "00001"+"00011", 010, tonumber("1e1"), tostring(math.huge), ("x"):rep(3)`, int64(12), int64(10), int64(10), "inf", "xxx")
	wantError(t, `
		frobnicate()`, jobs.KindScript, "test:2: attempt to call nil 'frobnicate' (a global)")
	wantError(t, `local x; return x.y`, jobs.KindScript, "test:1: attempt to index nil 'x' (a local)")
}

// asFunction returns a value that has to be a function.
func asFunction(t *testing.T, v lua.LValue) *lua.LFunction {
	t.Helper()
	fn, ok := v.(*lua.LFunction)
	if !ok {
		t.Fatalf("%v is no function", v)
	}
	return fn
}
