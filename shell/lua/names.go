package lua

import (
	"maps"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// Name is a name that can stand at a place in the source.
type Name struct {
	Text string
	// Kind says in a word what it names: "function", "library", the type of a value
	// ("string", "list", "table"…), or the type name of an object ("Job").
	Kind string
}

// Bounds of what [State.Names] looks at.
const (
	maxNameChain = 16      // tables behind one another by __index
	maxNameKeys  = 1 << 16 // keys of one table
)

// Names lists what can stand behind path, sorted, at most limit names: for an empty
// path the variables, libraries and functions that a script sees, else the fields of
// the value that the path leads to, as {"job", "ChildJobs"} does. Steps are found in
// any letter case where the language finds them so. It runs no Lua, not even
// metamethods, and must be called as [State.Run] is.
func (s *State) Names(path []string, limit int) []Name {
	found := map[string]string{}
	if len(path) == 0 {
		s.globalNames(found)
	} else if v := s.follow(path); v != lua.LNil {
		s.fieldNames(found, v)
	}
	var names []Name
	for _, text := range slices.Sorted(maps.Keys(found)) {
		if len(names) == limit {
			break
		}
		names = append(names, Name{text, found[text]})
	}
	return names
}

func (s *State) globalNames(found map[string]string) {
	for name := range s.lib.base {
		found[name] = "function"
	}
	for name := range s.lib.tables {
		found[name] = "library"
	}
	found["_G"], found["package"], found["args"], found["using"], found[inputName] = "table", "library", "list", "table", "list"
	if s.opt.Commands != nil {
		for _, name := range s.opt.Commands() {
			found[strings.ReplaceAll(name, "-", "_")] = "function"
		}
	}
	for name := range found {
		if strings.HasPrefix(name, "__") {
			delete(found, name)
		}
	}
	s.keyNames(found, s.l.G.Global)
}

// follow returns the value that a path leads to, or nil.
func (s *State) follow(path []string) lua.LValue {
	v := s.l.G.Global.RawGetString(path[0])
	if v == lua.LNil {
		v = s.base.RawGetString(path[0])
	}
	if t, ok := s.lib.tables[path[0]]; ok && v == lua.LNil {
		v = t
	}
	if path[0] == "_G" {
		v = s.l.G.Global
	}
	for _, step := range path[1:] {
		v = s.field(v, step)
	}
	return v
}

// field returns a field of a value without running anything.
func (s *State) field(v lua.LValue, name string) lua.LValue {
	if m := mapBehind(v); m != nil {
		field, _ := m.Get(name)
		return s.toLua(field)
	}
	field := lua.LValue(lua.LNil)
	s.eachTable(v, func(t *lua.LTable) {
		if field == lua.LNil {
			field = t.RawGetString(name)
		}
		if _, typed := mapType(t); typed && field == lua.LNil {
			field = foldedField(t, name)
		}
	})
	return field
}

func foldedField(t *lua.LTable, name string) lua.LValue {
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		if key, ok := k.(lua.LString); ok && strings.EqualFold(string(key), name) {
			return v
		}
	}
	return lua.LNil
}

// Returns the map behind an object of the shell, or nil.
func mapBehind(v lua.LValue) *jobs.Map {
	ud, _ := v.(*lua.LUserData)
	if ud == nil {
		return nil
	}
	switch v := ud.Value.(type) {
	case liveMap:
		return v.look()
	case *jobs.Error:
		return jobs.ErrorValue(v)
	}
	return nil
}

// Calls f for the table that v is, and for those that __index puts behind it.
func (s *State) eachTable(v lua.LValue, f func(*lua.LTable)) {
	for range maxNameChain {
		if t, ok := v.(*lua.LTable); ok {
			f(t)
		}
		mt := s.behind(v)
		if mt == nil {
			return
		}
		v = mt.RawGetString("__index")
	}
}

func (s *State) behind(v lua.LValue) *lua.LTable {
	var mt lua.LValue
	switch v := v.(type) {
	case *lua.LTable:
		mt = v.Metatable
	case *lua.LUserData:
		mt = v.Metatable
	case lua.LString:
		mt = s.lib.strMeta
	}
	t, _ := mt.(*lua.LTable)
	return t
}

func (s *State) fieldNames(found map[string]string, v lua.LValue) {
	if m := mapBehind(v); m != nil {
		for _, k := range m.Keys() {
			field, _ := m.Get(k)
			found[k] = s.kindOf(s.toLua(field))
		}
		return
	}
	if ud, ok := v.(*lua.LUserData); ok {
		if _, ok := ud.Value.(time.Time); ok {
			for name := range timeFields {
				found[name] = "number"
			}
		}
	}
	s.eachTable(v, func(t *lua.LTable) { s.keyNames(found, t) })
}

// keyNames adds the keys of a table that are names, unless one is there already.
func (s *State) keyNames(found map[string]string, t *lua.LTable) {
	own := t == s.l.G.Global
	n := 0
	for k, v := t.Next(lua.LNil); k != lua.LNil && n < maxNameKeys; k, v = t.Next(k) {
		n++
		name, ok := k.(lua.LString)
		if !ok || strings.HasPrefix(string(name), "__") {
			continue
		}
		if _, there := found[string(name)]; !there || own {
			found[string(name)] = s.kindOf(v)
		}
	}
}

// kindOf returns the word for a value.
func (s *State) kindOf(v lua.LValue) string {
	if m := mapBehind(v); m != nil && m.Type != "" {
		return m.Type
	}
	switch v := v.(type) {
	case *lua.LTable:
		if typ, _ := mapType(v); typ != "" {
			return typ
		}
		if v.RawGetInt(1) != lua.LNil {
			return "list"
		}
	case *lua.LUserData:
		if _, ok := v.Value.(time.Time); ok {
			return "time"
		}
		return "object"
	case *lua.LState:
		return "coroutine"
	}
	return v.Type().String()
}
