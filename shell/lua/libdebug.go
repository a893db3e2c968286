package lua

import lua "github.com/yuin/gopher-lua"

// debugFunctions are what of the library debug does not reach into other states.
func debugFunctions(stock map[string]lua.LGFunction) map[string]lua.LGFunction {
	stock["setmetatable"], stock["getmetatable"] = debugSetmetatable, debugGetmetatable
	stock["setfenv"], stock["getfenv"] = debugSetfenv, debugGetfenv
	return stock
}

// Sets the metatable of a value, or of all values of a basic type. That of strings
// stays: the language is built on it.
func debugSetmetatable(l *lua.LState) int {
	v, mt := l.CheckAny(1), l.Get(2)
	if mt != lua.LNil {
		l.CheckTable(2)
	}
	switch v := v.(type) {
	case *lua.LTable:
		v.Metatable = mt
	case lua.LString, *lua.LUserData:
		l.RaiseError("the metatable of a %s cannot be changed", typeName(v))
	default:
		stateOf(l).marked = true
		l.SetMetatable(v, mt)
	}
	l.Push(lua.LTrue)
	return 1
}

func debugGetmetatable(l *lua.LState) int {
	if t, ok := l.CheckAny(1).(*lua.LTable); ok {
		l.Push(t.Metatable)
		return 1
	}
	return baseGetmetatable(l)
}

// Sets the environment of a function or coroutine of the script.
func debugSetfenv(l *lua.LState) int {
	env := l.CheckTable(2)
	switch v := l.Get(1).(type) {
	case *lua.LState:
		v.Env = env
	default:
		checkOwnFunction(l, v)
		l.SetFEnv(v, env)
	}
	l.SetTop(1)
	return 1
}

func debugGetfenv(l *lua.LState) int {
	env := l.GetFEnv(l.CheckAny(1))
	if t, ok := env.(*lua.LTable); !ok || t == nil {
		env = stateOf(l).l.G.Global
	}
	l.Push(env)
	return 1
}

// Refuses functions that all states share.
func checkOwnFunction(l *lua.LState, v lua.LValue) {
	fn, ok := v.(*lua.LFunction)
	if !ok || fn.IsG || stateOf(l).lib.names[fn] != "" {
		l.RaiseError("'setfenv' cannot change environment of given object")
	}
}

// Sets the environment of a function, or of one that runs: setfenv(f, table).
func ownSetfenv(stock lua.LGFunction) lua.LGFunction {
	return func(l *lua.LState) int {
		if fn, ok := l.Get(1).(*lua.LFunction); ok {
			checkOwnFunction(l, fn)
		}
		return stock(l)
	}
}

// Returns the environment of a function, or of one that runs: getfenv([f]).
func ownGetfenv(stock lua.LGFunction) lua.LGFunction {
	return func(l *lua.LState) int {
		if l.Get(1) == lua.LNil {
			l.SetTop(0)
			return stock(l)
		}
		if l.Get(1).Type() == lua.LTFunction {
			return debugGetfenv(l)
		}
		level := checkInt(l, 1)
		if _, ok := l.GetStack(level); level < 0 || !ok {
			l.ArgError(1, "invalid level")
		}
		l.SetTop(0)
		l.Push(lua.LNumber(level))
		return stock(l)
	}
}
