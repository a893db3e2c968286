package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

func baseFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"assert": baseAssert, "error": baseError, "pcall": basePcall, "xpcall": baseXpcall,
		"tostring": baseTostring, "tonumber": baseTonumber, "type": baseType, "unpack": baseUnpack,
		"pairs": basePairs, "ipairs": baseIpairs, "getmetatable": baseGetmetatable,
		"setmetatable": baseSetmetatable, "rawset": baseRawset, "collectgarbage": baseCollectgarbage,
	}
}

func baseAssert(l *lua.LState) int {
	if lua.LVAsBool(l.CheckAny(1)) {
		return l.GetTop()
	}
	if l.GetTop() > 1 {
		l.Error(l.Get(2), 0)
	}
	l.Error(lua.LString("assertion failed!"), 0)
	return 0
}

func baseError(l *lua.LState) int {
	level := l.OptInt(2, 1)
	v := l.Get(1)
	if n, ok := v.(lua.LNumber); ok && level > 0 {
		v = lua.LString(formatNumber(float64(n)))
	}
	if str, ok := v.(lua.LString); ok && level > 0 {
		v = lua.LString(strings.TrimPrefix(l.Where(level)+" "+string(str), " "))
	}
	l.Error(v, 0)
	return 0
}

func basePcall(l *lua.LState) int {
	l.CheckAny(1)
	values, err := stateOf(l).protect(l, nil)
	if err != nil {
		return caught(l, err)
	}
	return pushed(l, lua.LTrue, values)
}

// Pushes what a protected call caught. Leaving the shell is no error and goes on.
func caught(l *lua.LState, err error) int {
	var obj lua.LValue = lua.LString(err.Error())
	if ae, ok := err.(*lua.ApiError); ok {
		obj = ae.Object
	}
	if leaves(obj) {
		l.Error(obj, 0)
	}
	l.Push(lua.LFalse)
	l.Push(obj)
	return 2
}

// Pushes how a protected call ended and its values, and returns their number.
func pushed(l *lua.LState, ok lua.LBool, values []lua.LValue) int {
	l.Push(ok)
	for _, v := range values {
		l.Push(v)
	}
	return len(values) + 1
}

func leaves(obj lua.LValue) bool {
	ud, ok := obj.(*lua.LUserData)
	if !ok {
		return false
	}
	e, ok := ud.Value.(*jobs.Error)
	return ok && (e.Kind == jobs.KindExit || e.Kind == jobs.KindExitSession)
}

func baseXpcall(l *lua.LState) int {
	handler := l.Get(2)
	l.SetTop(1)
	s := stateOf(l)
	values, err := s.protect(l, handler)
	if e, ok := err.(*lua.ApiError); ok && e.Type == lua.ApiErrorPanic { // the handler had no room on the stack
		values, err = s.call(l, l.Context(), handler, []lua.LValue{e.Object}, nil)
		if err == nil {
			return pushed(l, lua.LFalse, values[:min(1, len(values))])
		}
	}
	if err != nil {
		return caught(l, err)
	}
	return pushed(l, lua.LTrue, values)
}

func baseTostring(l *lua.LState) int {
	v := l.CheckAny(1)
	if f, ok := l.GetMetaField(v, "__tostring").(*lua.LFunction); ok {
		l.Push(f)
		l.Push(v)
		l.Call(1, 1)
		return 1
	}
	l.Push(lua.LString(text(l, v)))
	return 1
}

func baseTonumber(l *lua.LState) int {
	v := l.CheckAny(1)
	base := l.OptInt(2, 10)
	if base < 2 || base > 36 {
		l.ArgError(2, "base out of range")
	}
	n, ok := 0.0, false
	if base == 10 {
		n, ok = number(v)
	} else {
		n, ok = parseSigned(l.CheckString(1), base)
	}
	if ok {
		l.Push(lua.LNumber(n))
	} else {
		l.Push(lua.LNil)
	}
	return 1
}

func parseSigned(s string, base int) (float64, bool) {
	s = strings.Trim(s, spaces)
	digits, negative := strings.CutPrefix(s, "-")
	if base == 16 {
		digits = strings.TrimPrefix(strings.TrimPrefix(digits, "0x"), "0X")
	}
	n, ok := parseBase(digits, base)
	if negative {
		n = -n
	}
	return n, ok
}

func baseType(l *lua.LState) int {
	l.Push(lua.LString(l.CheckAny(1).Type().String()))
	return 1
}

// maxUnpack is how many values unpack returns at most.
const maxUnpack = registryMax / 4

func baseUnpack(l *lua.LState) int {
	t := l.CheckTable(1)
	i := l.OptInt(2, 1)
	j := t.Len()
	if l.Get(3) != lua.LNil {
		j = l.CheckInt(3)
	}
	if j >= i && (j-i >= maxUnpack || j-i < 0) {
		l.RaiseError("too many results to unpack")
	}
	for k := i; k <= j; k++ {
		l.Push(t.RawGet(lua.LNumber(k)))
	}
	return max(j-i+1, 0)
}

// Goes through a table, or through what __pairs gives.
func basePairs(l *lua.LState) int {
	v := l.CheckAny(1)
	if f, ok := l.GetMetaField(v, "__pairs").(*lua.LFunction); ok {
		l.Push(f)
		l.Push(v)
		l.Call(1, 3)
		return 3
	}
	return pairsOf(l, l.CheckTable(1))
}

func pairsOf(l *lua.LState, t *lua.LTable) int {
	l.Push(stateOf(l).lib.base["next"])
	l.Push(t)
	l.Push(lua.LNil)
	return 3
}

func baseIpairs(l *lua.LState) int {
	t := l.CheckTable(1)
	l.Push(goFunction(ipairsNext))
	l.Push(t)
	l.Push(lua.LNumber(0))
	return 3
}

func ipairsNext(l *lua.LState) int {
	i := l.CheckInt(2) + 1
	v := l.CheckTable(1).RawGetInt(i)
	if v == lua.LNil {
		return 0
	}
	l.Push(lua.LNumber(i))
	l.Push(v)
	return 2
}

// Strings have a metatable of their own in each state; the shell's other
// metatables stay hidden.
func baseGetmetatable(l *lua.LState) int {
	switch v := l.CheckAny(1).(type) {
	case lua.LString:
		l.Push(stringMeta(l))
	case *lua.LTable:
		if _, typed := mapType(v); typed {
			return 0
		}
		l.Push(l.GetMetatable(v))
	case *lua.LUserData:
		l.Push(l.GetMetaField(v, "__metatable"))
	default:
		l.Push(l.GetMetatable(v))
	}
	return 1
}

func stringMeta(l *lua.LState) lua.LValue {
	mt := l.NewTable()
	mt.RawSetString("__index", l.GetField(stateOf(l).l.G.Global, "string"))
	return mt
}

func baseSetmetatable(l *lua.LState) int {
	t, mt := l.CheckTable(1), l.Get(2)
	if mt.Type() != lua.LTNil && mt.Type() != lua.LTTable {
		l.ArgError(2, "nil or table expected")
	}
	if l.GetMetaField(t, "__metatable") != lua.LNil {
		l.RaiseError("cannot change a protected metatable")
	}
	if s := stateOf(l); t == s.l.G.Global {
		s.ownGlobals()
	}
	t.Metatable = mt
	l.SetTop(1)
	return 1
}

// Puts the library into the table of globals itself, before a script changes its
// metatable.
func (s *State) ownGlobals() {
	lib := s.lib
	for name := range lib.base {
		s.l.G.Global.RawSetString(name, s.library(name))
	}
	for name := range lib.tables {
		s.l.G.Global.RawSetString(name, s.l.GetField(s.base, name))
	}
	s.l.G.Global.RawSetString("_G", s.l.G.Global)
}

// Go collects garbage by itself, and no state has a heap of its own: the options of
// Lua 5.1 are known, and all answer 0.
func baseCollectgarbage(l *lua.LState) int {
	switch option := l.OptString(1, "collect"); option {
	case "stop", "restart", "collect", "count", "step", "setpause", "setstepmul":
		l.Push(lua.LNumber(0))
		return 1
	default:
		l.ArgError(1, "invalid option '"+option+"'")
		return 0
	}
}
