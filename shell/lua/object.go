package lua

import (
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// keptTables are metatables that a state makes when it first needs them.
type keptTables struct{ time, live, err, file *lua.LTable }

// liveMap is a map that is looked at again whenever one of its fields is read.
type liveMap struct{ look func() *jobs.Map }

// typeKey marks the metatable of a map with the name of the map's type.
const typeKey = "(type)"

// Returns the metatable of maps of a type.
func (s *State) typeMeta(typ string) *lua.LTable {
	mt := s.types[typ]
	if mt == nil {
		mt = s.meta(map[string]lua.LGFunction{"__index": anyCase, "__tostring": mapString})
		mt.RawSetString(typeKey, lua.LString(typ))
		if s.types == nil {
			s.types = make(map[string]*lua.LTable)
		}
		s.types[typ] = mt
	}
	return mt
}

func (s *State) meta(fields map[string]lua.LGFunction) *lua.LTable {
	mt := s.l.CreateTable(0, len(fields)+1)
	for name, f := range fields {
		mt.RawSetString(name, goFunction(f))
	}
	return mt
}

// Returns the type of the map that a table is, and whether it is one.
func mapType(t *lua.LTable) (string, bool) {
	mt, ok := t.Metatable.(*lua.LTable)
	if !ok {
		return "", false
	}
	typ, ok := mt.RawGetString(typeKey).(lua.LString)
	return string(typ), ok
}

// Finds a field in any letter case: __index of maps.
func anyCase(l *lua.LState) int {
	t, isTable := l.Get(1).(*lua.LTable)
	name, isString := l.Get(2).(lua.LString)
	if !isTable || !isString {
		return 0
	}
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		if key, ok := k.(lua.LString); ok && strings.EqualFold(string(key), string(name)) {
			l.Push(v)
			return 1
		}
	}
	return 0
}

func mapString(l *lua.LState) int {
	v, err := stateOf(l).fromLua(l.Get(1))
	if err != nil {
		return raise(l, err)
	}
	l.Push(lua.LString(jobs.Text(v)))
	return 1
}

func (s *State) newTime(t time.Time) lua.LValue {
	if s.kept.time == nil {
		s.kept.time = s.meta(map[string]lua.LGFunction{
			"__tostring": timeString, "__eq": timeEqual, "__lt": timeLess, "__le": timeLessEqual,
			"__sub": timeSub, "__add": timeAdd, "__index": timeField, "__concat": concat,
		})
	}
	return &lua.LUserData{Value: t, Metatable: s.kept.time}
}

func (s *State) newLive(look func() *jobs.Map) lua.LValue {
	if s.kept.live == nil {
		s.kept.live = s.meta(map[string]lua.LGFunction{
			"__index": liveField, "__newindex": readOnly, "__tostring": liveString, "__eq": liveEqual, "__pairs": livePairs, "__concat": concat,
		})
	}
	return &lua.LUserData{Value: liveMap{look}, Metatable: s.kept.live}
}

func (s *State) newError(e *jobs.Error) lua.LValue {
	if s.kept.err == nil {
		s.kept.err = s.meta(map[string]lua.LGFunction{
			"__index": errorField, "__newindex": readOnly, "__tostring": errorString, "__concat": concat, "__pairs": livePairs,
		})
	}
	return &lua.LUserData{Value: e, Metatable: s.kept.err}
}

// Returns the map behind a live object or an error object.
func mapOf(l *lua.LState, n int) *jobs.Map {
	switch v := l.CheckUserData(n).Value.(type) {
	case liveMap:
		return v.look()
	case *jobs.Error:
		return jobs.ErrorValue(v)
	}
	l.ArgError(n, "an object of the shell expected")
	return nil
}

func liveField(l *lua.LState) int {
	if k, ok := l.Get(2).(lua.LString); ok {
		v, _ := mapOf(l, 1).Get(string(k))
		l.Push(stateOf(l).toLua(v))
		return 1
	}
	return 0
}

func readOnly(l *lua.LState) int {
	l.RaiseError("%s of a %s can only be read", text(l, l.Get(2)), mapOf(l, 1).Type)
	return 0
}

func liveString(l *lua.LState) int {
	l.Push(lua.LString(jobs.Text(mapOf(l, 1))))
	return 1
}

func liveEqual(l *lua.LState) int {
	a, b := mapOf(l, 1).String("InstanceId"), mapOf(l, 2).String("InstanceId")
	l.Push(lua.LBool(a != "" && a == b))
	return 1
}

// Goes through the fields as they are when it begins.
func livePairs(l *lua.LState) int {
	s, m := stateOf(l), mapOf(l, 1)
	i := 0
	l.Push(goFunction(func(l *lua.LState) int {
		if i >= m.Len() {
			return 0
		}
		key := m.Keys()[i]
		v, _ := m.Get(key)
		i++
		l.Push(lua.LString(key))
		l.Push(s.toLua(v))
		return 2
	}))
	l.Push(l.Get(1))
	l.Push(lua.LNil)
	return 3
}

// The fields of an error object; Line and Status read 0 where there is none.
func errorField(l *lua.LState) int {
	k, _ := l.Get(2).(lua.LString)
	v, _ := mapOf(l, 1).Get(string(k))
	l.Push(stateOf(l).toLua(v))
	return 1
}

func errorString(l *lua.LState) int {
	l.Push(lua.LString(mapOf(l, 1).String("Message")))
	return 1
}

// Joins the texts of objects and strings: __concat.
func concat(l *lua.LState) int {
	l.Push(lua.LString(text(l, l.Get(1)) + text(l, l.Get(2))))
	return 1
}
