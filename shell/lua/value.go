package lua

import (
	"math"
	"strconv"
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// toLua returns v, which is normalised, as a Lua value. Lists become tables; maps
// become tables that know their type and find fields in any letter case; maps that
// change (see Options.Live) become objects whose fields are looked up when read.
// Integers past 2^53 lose their last digits.
func (s *State) toLua(v jobs.Value) lua.LValue {
	switch v := v.(type) {
	case bool:
		return lua.LBool(v)
	case int64:
		return lua.LNumber(v)
	case float64:
		return lua.LNumber(v)
	case string:
		return lua.LString(v)
	case []byte:
		return lua.LString(v)
	case time.Time:
		return s.newTime(v)
	case jobs.List:
		return s.listToLua(v)
	case *jobs.Map:
		return s.mapToLua(v)
	}
	return lua.LNil
}

func (s *State) listToLua(l jobs.List) lua.LValue {
	t := s.l.CreateTable(len(l), 0)
	for i, e := range l {
		t.RawSetInt(i+1, s.toLua(e))
	}
	return t
}

func (s *State) mapToLua(m *jobs.Map) lua.LValue {
	if m == nil {
		return lua.LNil
	}
	if s.opt.Live != nil {
		if look := s.opt.Live(m); look != nil {
			return s.newLive(look)
		}
	}
	t := s.l.CreateTable(0, m.Len())
	for _, k := range m.Keys() {
		v, _ := m.Get(k)
		t.RawSetString(k, s.toLua(v))
	}
	t.Metatable = s.typeMeta(m.Type)
	return t
}

// fromLua returns a Lua value as a value. Numbers without a fraction below 2^53
// become int64. A table whose keys are 1 to n becomes a list, with nil in its gaps
// where these are few, and so does an empty table without a type; any other table
// becomes a map in the order of insertion, its integer keys as text. What cannot be
// carried gives an error of kind KindValue that says where it is.
func (s *State) fromLua(lv lua.LValue) (jobs.Value, error) {
	r := reader{s: s}
	v := r.value(lv, 0)
	return v, r.failure()
}

// reader turns Lua values into values and keeps the way to where it is.
type reader struct {
	s     *State
	path  []string
	open  map[*lua.LTable]bool // the tables it is in
	nodes int
	err   *jobs.Error
}

func (r *reader) failure() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

func (r *reader) fail(kind jobs.Kind, format string, args ...any) jobs.Value {
	if r.err == nil {
		where := ""
		for _, p := range r.path {
			where += p
		}
		r.err = jobs.Errorf(kind, format, args...)
		if where != "" {
			r.err.Msg += " (at " + where + ")"
		}
	}
	return nil
}

func (r *reader) value(lv lua.LValue, depth int) jobs.Value {
	r.nodes++
	if r.nodes > jobs.MaxNodes {
		return r.fail(jobs.KindValue, "a value of more than %d parts is too large to carry", jobs.MaxNodes)
	}
	switch lv := lv.(type) {
	case *lua.LNilType:
		return nil
	case lua.LBool:
		return bool(lv)
	case lua.LString:
		return string(lv)
	case lua.LNumber:
		return numberValue(float64(lv))
	case *lua.LUserData:
		return r.object(lv)
	case *lua.LTable:
		return r.table(lv, depth)
	}
	return r.fail(jobs.KindValue, "a %s is not a value that can be carried", lv.Type())
}

func numberValue(n float64) jobs.Value {
	if n == math.Trunc(n) && math.Abs(n) < maxExact {
		return int64(n)
	}
	return n
}

func (r *reader) object(ud *lua.LUserData) jobs.Value {
	switch v := ud.Value.(type) {
	case time.Time:
		return v
	case liveMap:
		return v.look()
	case *jobs.Error:
		return jobs.ErrorValue(v)
	}
	return r.fail(jobs.KindValue, "a userdata is not a value that can be carried")
}

func (r *reader) table(t *lua.LTable, depth int) jobs.Value {
	if depth >= jobs.MaxDepth {
		return r.fail(jobs.KindValue, "a value nested deeper than %d levels cannot be carried", jobs.MaxDepth)
	}
	if r.open[t] {
		return r.fail(jobs.KindValue, "a table that contains itself cannot be carried")
	}
	if r.open == nil {
		r.open = map[*lua.LTable]bool{}
	}
	r.open[t] = true
	defer delete(r.open, t)
	typ, typed := mapType(t)
	if n, ok := listLen(t); ok && !typed {
		return r.list(t, n, depth)
	}
	return r.mapping(t, typ, depth)
}

func (r *reader) list(t *lua.LTable, n, depth int) jobs.Value {
	out := make(jobs.List, n)
	for i := range out {
		out[i] = r.at("["+strconv.Itoa(i+1)+"]", t.RawGetInt(i+1), depth)
	}
	return out
}

func (r *reader) mapping(t *lua.LTable, typ string, depth int) jobs.Value {
	m := &jobs.Map{Type: typ}
	for k, v := t.Next(lua.LNil); k != lua.LNil && r.err == nil; k, v = t.Next(k) {
		switch k := k.(type) {
		case lua.LString:
			m.Set(string(k), r.at("."+string(k), v, depth))
		case lua.LNumber:
			key := formatNumber(float64(k))
			m.Set(key, r.at("["+key+"]", v, depth))
		default:
			r.fail(jobs.KindValue, "a key that is a %s cannot be carried", k.Type())
		}
	}
	return m
}

// Reads a part of a table.
func (r *reader) at(step string, lv lua.LValue, depth int) jobs.Value {
	if r.err != nil {
		return nil
	}
	r.path = append(r.path, step)
	v := r.value(lv, depth+1)
	r.path = r.path[:len(r.path)-1]
	return v
}

// Reports whether the table is a list, and its length.
func listLen(t *lua.LTable) (int, bool) {
	n, top := 0, 0
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		i, ok := k.(lua.LNumber)
		if !ok || i < 1 || i != lua.LNumber(int(i)) {
			return 0, false
		}
		n, top = n+1, max(top, int(i))
	}
	return top, top <= 2*n+8 && (n > 0 || top == 0)
}
