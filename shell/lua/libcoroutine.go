package lua

import (
	"maps"
	"slices"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// A coroutine takes the context of whoever resumes it, so that one that outlives
// its script goes on in the next, and none keeps a context alive.
func coroutineFunctions(stock map[string]lua.LGFunction) map[string]lua.LGFunction {
	create, restart, wrapped := stock["create"], stock["resume"], stock["wrap"]
	own := map[string]lua.LGFunction{
		"create":  func(l *lua.LState) int { return newCoroutine(l, create) },
		"resume":  func(l *lua.LState) int { return resumeCoroutine(l, restart) },
		"wrap":    func(l *lua.LState) int { return wrap(l, wrapped) },
		"running": running,
		"status":  status,
	}
	maps.Copy(stock, own)
	return stock
}

// Makes a coroutine without a context of its own, which would live until the
// script ends.
func newCoroutine(l *lua.LState, create lua.LGFunction) int {
	body := l.CheckFunction(1)
	l.SetTop(0)
	l.Push(luaFunction(bodyCode(), goFunction(startCoroutine), body))
	ctx, options := l.RemoveContext(), l.Options
	l.Options.CallStackSize = coroutineDepth
	defer func() {
		l.Options = options
		l.SetContext(ctx)
	}()
	return create(l)
}

// startCoroutine is the first thing that runs on a new coroutine.
func startCoroutine(l *lua.LState) int {
	l.Panic = stateOf(l).raising(nil)
	return 0
}

// bodyCode is what a coroutine runs around its function.
var bodyCode = sync.OnceValue(func() *lua.FunctionProto {
	return innerCode("local start, body = ... return function(...) start() return body(...) end")
})

// yieldCode is coroutine.yield around the function that yields. gopher-lua fails when
// that one is called in the place of the function that calls it, as in return yield().
var yieldCode = sync.OnceValue(func() *lua.FunctionProto {
	return innerCode("local pass, yield = ... return function(...) return pass(yield(...)) end")
})

// Compiles the function that a text returns.
func innerCode(text string) *lua.FunctionProto {
	proto, err := compile(text, "coroutine", 1, "")
	if err != nil {
		panic(err)
	}
	return proto.FunctionPrototypes[0]
}

// luaFunction makes a function of no state, with the values it has captured.
func luaFunction(proto *lua.FunctionProto, captured ...lua.LValue) *lua.LFunction {
	fn := &lua.LFunction{Proto: proto}
	for _, v := range captured {
		up := &lua.Upvalue{}
		up.SetValue(v)
		fn.Upvalues = append(fn.Upvalues, up)
	}
	return fn
}

func resumeCoroutine(l *lua.LState, restart lua.LGFunction) int {
	th := l.CheckThread(1)
	if why := stateOf(l).cannotResume(th); why != "" {
		l.Push(lua.LFalse)
		l.Push(lua.LString(why))
		return 2
	}
	n := resume(l, th, restart)
	if isOverflow(l.Get(-1)) {
		l.Replace(l.GetTop(), lua.LString(overflowText))
	}
	return n
}

func (s *State) cannotResume(th *lua.LState) string {
	switch {
	case slices.Contains(s.co, th):
		return "cannot resume non-suspended coroutine"
	case th.Dead:
		return "cannot resume dead coroutine"
	}
	return ""
}

// Resumes a coroutine by f. One that an error leaves through here is dead.
func resume(l, th *lua.LState, f lua.LGFunction) int {
	s, ended := stateOf(l), false
	defer s.nest(l)()
	s.co = append(s.co, th)
	defer func() {
		th.Dead = th.Dead || !ended
		s.co = s.co[:len(s.co)-1]
		l.G.CurrentThread = l
	}()
	th.SetContext(l.Context())
	n := f(l)
	ended = true
	return n
}

func wrap(l *lua.LState, stock lua.LGFunction) int {
	newCoroutine(l, stock)
	f := l.Get(-1).(*lua.LFunction)
	th := f.Upvalues[0].Value().(*lua.LState)
	next := l.NewClosure(func(l *lua.LState) int {
		if why := stateOf(l).cannotResume(th); why != "" {
			l.RaiseError("%s", why)
		}
		return resume(l, th, f.GFunction)
	}, th)
	l.Push(next)
	return 1
}

// Returns the coroutine that runs, or nothing.
func running(l *lua.LState) int {
	co := stateOf(l).co
	if len(co) == 0 {
		return 0
	}
	l.Push(co[len(co)-1])
	return 1
}

func status(l *lua.LState) int {
	th, co := l.CheckThread(1), stateOf(l).co
	switch i := slices.Index(co, th); {
	case i >= 0 && i == len(co)-1:
		return pushString(l, "running")
	case i >= 0:
		return pushString(l, "normal")
	case th.Dead:
		return pushString(l, "dead")
	}
	return pushString(l, "suspended")
}

// A coroutine cannot be left through a Go function, such as pcall or table.sort.
func yield(l *lua.LState) int {
	if l.Parent == nil {
		l.Error(lua.LString("attempt to yield from outside a coroutine"), 3) // yield is within a function in Lua
	}
	for level := 1; ; level++ {
		dbg, ok := l.GetStack(level)
		if !ok {
			return -1
		}
		if _, err := l.GetInfo("S", dbg, lua.LNil); err == nil && dbg.What == "G" {
			l.Error(lua.LString("attempt to yield across pcall or another function of the shell"), 3)
		}
	}
}
