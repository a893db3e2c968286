package lua

import (
	"reflect"
	"runtime"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// recycled runs a script in a state, closes it, and returns its thread, and that of the
// next state.
func recycled(t *testing.T, c *Cache, text string) (was, is *lua.LState) {
	t.Helper()
	s := New(Options{Cache: c})
	was = s.l
	s.Run(t.Context(), jobs.Script{Text: text})
	s.Recycle()
	next := New(Options{Cache: c})
	t.Cleanup(next.Close)
	return was, next.l
}

// A thread that is used again knows nothing of the state that had it.
func TestRecycledThread(t *testing.T) {
	const text = `local a, b = {}, "x" x = {a} string.trim = print
		local function f(n) local t = {n} if n > 0 then f(n - 1) end return function() return t, a end end
		g = f(20) pcall(error, a) coroutine.wrap(function() coroutine.yield(a) end)() return a, b`
	var c Cache
	was, is := recycled(t, &c, text)
	for is != was { // a pool may forget
		was, is = recycled(t, &c, text)
	}
	at := callLayout()
	l := reflect.ValueOf(is).Elem()
	values := l.Field(at.registers).Elem().Field(at.values)
	for i := range values.Len() {
		if !values.Index(i).IsNil() {
			t.Errorf("register %d has a value", i)
		}
	}
	if calls := l.Field(at.stack).Elem().Elem().Field(at.segments).Index(0); !calls.Elem().IsZero() {
		t.Error("a call is left")
	}
	s := New(Options{Cache: &c})
	defer s.Close()
	if got := s.Globals(); len(got) != 0 {
		t.Errorf("it has the globals %v", got)
	}
	if err := s.Run(t.Context(), jobs.Script{Text: `assert(x == nil and g == nil and string.trim == nil)`}); err != nil {
		t.Error(err)
	}
}

// What a closed state held is garbage, whether its thread is used again or not.
func TestClosedStateIsGarbage(t *testing.T) {
	var c Cache
	gone := make(chan struct{})
	func() {
		s := New(Options{Cache: &c})
		if err := s.Run(t.Context(), jobs.Script{Text: `local t = {} big = t local function f(n) if n > 0 then return 1 + f(n - 1) end return #t end f(6)`}); err != nil {
			t.Fatal(err)
		}
		runtime.AddCleanup(s.l.G.Global.RawGetString("big").(*lua.LTable), func(gone chan struct{}) { close(gone) }, gone)
		s.Recycle()
	}()
	next := New(Options{Cache: &c})
	defer next.Close()
	for late := time.After(time.Minute); ; {
		runtime.GC()
		select {
		case <-gone:
			runtime.KeepAlive(next)
			return
		case <-late:
			t.Fatal("it is kept")
		default:
		}
	}
}

// A thread that is not as it was is not used again.
func TestThreadIsNotRecycled(t *testing.T) {
	for _, text := range []string{
		`debug.setmetatable(1, {__index = {}})`,
		`error("x")`,
		`local function f(n) return n == 0 and 0 or 1 + f(n - 1) end f(5000)`,
		`local t = {} for i = 1, 3000 do t[i] = i end return select("#", unpack(t))`,
	} {
		for range 4 {
			if was, is := recycled(t, new(Cache), text); was == is {
				t.Errorf("%s: its thread is used again", text)
			}
		}
	}
}

// Scripts may be as deep as ever, whether the room for their calls has grown or not.
func TestDeepCallsInOneState(t *testing.T) {
	s := New(Options{Cache: new(Cache)})
	defer s.Close()
	for _, n := range []string{"10", "9000", "100", "9900"} {
		if err := s.Run(t.Context(), jobs.Script{Text: `local function f(n) return n == 0 and 0 or 1 + f(n - 1) end assert(f(` + n + `) == ` + n + `)`}); err != nil {
			t.Errorf("%s calls: %v", n, err)
		}
	}
}
