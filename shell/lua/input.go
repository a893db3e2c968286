package lua

import (
	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// inputKey is the name under which the values given to a script as its input travel in
// [jobs.Script.Using].
const inputKey = "(input"

// inputName is what a script knows them by.
const inputName = "input"

// WithInput returns the script with values as its input: in the script, input is the
// list of them, and a call of it gives the next one and nil at the end, as in
// for v in input do.
func WithInput(sc jobs.Script, values jobs.List) jobs.Script {
	using := &jobs.Map{}
	if sc.Using != nil {
		using = sc.Using.Clone()
	}
	using.Set(inputKey, values)
	sc.Using = using
	return sc
}

// Returns the table of a script's input, or nil where it was given none.
func (s *State) inputTable(using *jobs.Map) lua.LValue {
	v, ok := using.Get(inputKey)
	if !ok {
		return lua.LNil
	}
	values, _ := v.(jobs.List)
	return s.newInput(values)
}

// Makes a list that is its own iterator.
func (s *State) newInput(values jobs.List) *lua.LTable {
	t := s.listToLua(values).(*lua.LTable)
	at := 0
	t.Metatable = metaOf(map[string]lua.LGFunction{"__call": func(l *lua.LState) int {
		if at == len(values) {
			return 0
		}
		at++
		if values[at-1] == nil {
			l.Push(lua.LFalse) // nil would end the loop
			return 1
		}
		l.Push(t.RawGetInt(at))
		return 1
	}})
	return t
}
