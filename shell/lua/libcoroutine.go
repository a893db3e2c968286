package lua

import (
	"maps"

	lua "github.com/yuin/gopher-lua"
)

// A coroutine takes the context of whoever resumes it, so that one that outlives
// its script goes on in the next, and none keeps a context alive.
func coroutineFunctions(stock map[string]lua.LGFunction) map[string]lua.LGFunction {
	create, restart, wrapped := stock["create"], stock["resume"], stock["wrap"]
	own := map[string]lua.LGFunction{
		"create": func(l *lua.LState) int { return withoutContext(l, create) },
		"resume": func(l *lua.LState) int {
			l.CheckThread(1).SetContext(l.Context())
			return resume(l, restart)
		},
		"wrap":  func(l *lua.LState) int { return wrap(l, wrapped) },
		"yield": yield,
	}
	maps.Copy(stock, own)
	return stock
}

// Makes a coroutine without a context of its own, which would live until the
// script ends.
func withoutContext(l *lua.LState, create lua.LGFunction) int {
	ctx := l.RemoveContext()
	defer l.SetContext(ctx)
	return create(l)
}

func resume(l *lua.LState, f lua.LGFunction) int {
	defer stateOf(l).nest(l)()
	n := f(l)
	if isOverflow(l.Get(-1)) {
		l.Replace(l.GetTop(), overflowText)
	}
	return n
}

func wrap(l *lua.LState, stock lua.LGFunction) int {
	withoutContext(l, stock)
	f := l.Get(-1).(*lua.LFunction)
	th := f.Upvalues[0].Value().(*lua.LState)
	next := l.NewClosure(func(l *lua.LState) int {
		th.SetContext(l.Context())
		return resume(l, f.GFunction)
	}, th)
	l.Push(next)
	return 1
}

// A coroutine cannot be left through a Go function, such as pcall or table.sort.
func yield(l *lua.LState) int {
	if l.Parent == nil {
		l.RaiseError("attempt to yield from outside a coroutine")
	}
	for level := 1; ; level++ {
		dbg, ok := l.GetStack(level)
		if !ok {
			return -1
		}
		if _, err := l.GetInfo("S", dbg, lua.LNil); err == nil && dbg.What == "G" {
			l.RaiseError("attempt to yield across pcall or another function of the shell")
		}
	}
}
