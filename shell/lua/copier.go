package lua

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// copier copies variables from one state to another. Tables, functions and the
// variables that functions share keep their identity among the copies. Compiled
// code is shared.
type copier struct {
	from, to *State
	tables   map[*lua.LTable]*lua.LTable
	funcs    map[*lua.LFunction]*lua.LFunction
	cells    map[*lua.Upvalue]*lua.Upvalue
}

func newCopier(from, to *State) *copier {
	c := &copier{from: from, to: to, tables: map[*lua.LTable]*lua.LTable{}, funcs: map[*lua.LFunction]*lua.LFunction{}, cells: map[*lua.Upvalue]*lua.Upvalue{}}
	c.tables[from.l.G.Global] = to.l.G.Global
	c.tables[from.base] = to.base
	return c
}

// globals copies the variables, and what scripts have added to the libraries.
func (c *copier) globals() {
	c.from.base.ForEach(func(k, v lua.LValue) {
		name := lua.LVAsString(k)
		t, ok := v.(*lua.LTable)
		if !ok || name == "args" || name == "using" || name == inputName {
			return
		}
		if own, ok := c.to.l.GetField(c.to.base, name).(*lua.LTable); ok {
			c.tables[t] = own
			c.fields(t, own)
		}
	})
	g := c.from.l.G.Global
	c.fields(g, c.to.l.G.Global)
	if mt, ok := g.Metatable.(*lua.LTable); ok && mt.RawGetString("__index") != c.from.base {
		c.to.l.G.Global.Metatable = c.table(mt)
	}
}

// Copies the fields that can be copied.
func (c *copier) fields(from, to *lua.LTable) {
	for k, v := from.Next(lua.LNil); k != lua.LNil; k, v = from.Next(k) {
		key, kok := c.value(k)
		val, vok := c.value(v)
		if kok && vok {
			to.RawSet(key, val)
		}
	}
}

// value copies one value; ok is false for what belongs to the running state.
func (c *copier) value(v lua.LValue) (copied lua.LValue, ok bool) {
	switch v := v.(type) {
	case *lua.LTable:
		return c.table(v), true
	case *lua.LFunction:
		return c.function(v)
	case *lua.LUserData:
		return c.object(v)
	case *lua.LState:
		return lua.LNil, false
	}
	return v, true
}

func (c *copier) object(ud *lua.LUserData) (lua.LValue, bool) {
	switch v := ud.Value.(type) {
	case time.Time:
		return c.to.newTime(v), true
	case liveMap:
		return c.to.toLua(v.look()), true
	case *jobs.Error:
		return c.to.newError(v), true
	}
	return lua.LNil, false
}

func (c *copier) table(t *lua.LTable) *lua.LTable {
	if done, ok := c.tables[t]; ok {
		return done
	}
	n := c.to.l.NewTable()
	c.tables[t] = n
	c.fields(t, n)
	if typ, typed := mapType(t); typed {
		n.Metatable = c.to.typeMeta(typ)
	} else if mt, ok := t.Metatable.(*lua.LTable); ok {
		n.Metatable = c.table(mt)
	}
	return n
}

func (c *copier) function(f *lua.LFunction) (lua.LValue, bool) {
	if f.IsG {
		return c.goFunction(f)
	}
	if done, ok := c.funcs[f]; ok {
		return done, true
	}
	n := c.to.l.NewFunctionFromProto(f.Proto)
	c.funcs[f] = n
	if f.Env != nil {
		n.Env = c.table(f.Env)
	}
	for i, up := range f.Upvalues {
		n.Upvalues[i] = c.cell(up)
	}
	return n, true
}

// Library functions belong to no state; commands are found by name.
func (c *copier) goFunction(f *lua.LFunction) (lua.LValue, bool) {
	if _, ok := c.from.lib.names[f]; ok {
		return f, true
	}
	if name, ok := c.from.named[f]; ok {
		v := c.to.l.GetField(c.to.base, name)
		return v, v != lua.LNil
	}
	return lua.LNil, false
}

// Copies a captured variable; one that cannot be copied reads nil.
func (c *copier) cell(up *lua.Upvalue) *lua.Upvalue {
	if done, ok := c.cells[up]; ok {
		return done
	}
	n := &lua.Upvalue{}
	c.cells[up] = n
	n.SetValue(lua.LNil)
	if v, ok := c.value(up.Value()); ok {
		n.SetValue(v)
	}
	return n
}
