package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// moduleFunction makes a file a module in the way of Lua 5.1: module(name, options…)
// makes a table that is the module, the global of that name, and the environment of
// the file.
func moduleFunction(setfenv lua.LGFunction) lua.LGFunction {
	setEnvironment := goFunction(setfenv)
	return func(l *lua.LState) int {
		s, name := stateOf(l), checkString(l, 1)
		loaded, ok := l.GetField(l.GetField(s.l.G.Global, "package"), "loaded").(*lua.LTable)
		if !ok {
			l.RaiseError("package.loaded is not a table")
		}
		t, ok := loaded.RawGetString(name).(*lua.LTable)
		if !ok {
			t = s.globalTable(l, name)
			loaded.RawSetString(name, t)
		}
		if t.RawGetString("_NAME") == lua.LNil {
			t.RawSetString("_M", t)
			t.RawSetString("_NAME", lua.LString(name))
			t.RawSetString("_PACKAGE", lua.LString(name[:strings.LastIndexByte(name, '.')+1]))
		}
		l.Push(setEnvironment)
		l.Push(lua.LNumber(2))
		l.Push(t)
		l.Call(2, 0)
		for i, top := 2, l.GetTop(); i <= top; i++ {
			l.Push(l.Get(i))
			l.Push(t)
			l.Call(1, 0)
		}
		return 0
	}
}

// Finds the table that a name with dots stands for, and makes what is missing.
func (s *State) globalTable(l *lua.LState, name string) *lua.LTable {
	t := s.l.G.Global
	for step := range strings.SplitSeq(name, ".") {
		switch next := t.RawGetString(step).(type) {
		case *lua.LTable:
			t = next
		case *lua.LNilType:
			made := l.NewTable()
			t.RawSetString(step, made)
			t = made
		default:
			l.RaiseError("name conflict for module '%s'", name)
		}
	}
	return t
}

// Makes the globals visible in a module: package.seeall.
func seeAll(l *lua.LState) int {
	t := l.CheckTable(1)
	mt, ok := t.Metatable.(*lua.LTable)
	if !ok {
		mt = l.NewTable()
		t.Metatable = mt
	}
	mt.RawSetString("__index", stateOf(l).l.G.Global)
	return 0
}
