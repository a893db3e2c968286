package lua

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// A function travels as a graph in the captured values of its script, under
// graphKey: a Map with "nodes", a list of Maps, and "root", the function's place in
// it, from 0. What is no table and no function stands in a node itself; a list of
// one integer stands for the node with that number. A node's "kind" is
//
//	function  text, name, line; up: the names of its captured variables; cells: their nodes
//	cell      value: a captured variable, which several functions may share
//	table     keys, values, meta; type: of a map that has one
//	library   name: a library function, library table or command, "string.rep"
//	globals   the table of globals
//	value     value: anything that is no table in Lua, such as a time or a job
const graphKey = "(function"

// maxGraphNodes is how many tables, functions and captured variables a function
// may take along.
const maxGraphNodes = 10000

// maxUpvalues is how many variables one function may capture (Lua 5.1, luaconf.h
// has 60).
const maxUpvalues = 180

// blockOf makes a block of a Lua function, with its captured variables as they are
// now. Where these cannot travel the block still runs here, and its Script fails.
func (s *State) blockOf(fn *lua.LFunction) *Block {
	b := &Block{Line: 1, Name: "function", Func: &Func{s, fn}}
	if fn.Proto != nil {
		b.Line, b.Name = max(fn.Proto.LineDefined, 1), fn.Proto.SourceName
		b.Text, _ = textOf(fn.Proto)
	}
	e := encoder{s: s, seen: map[any]int{}}
	root := e.ref(fn)
	if e.err != nil {
		b.err = e.err
		return b
	}
	b.Using = jobs.NewMap("", graphKey, jobs.NewMap("", "nodes", e.nodes, "root", root.(jobs.List)[0]))
	return b
}

// encoder turns a function and all it reaches into nodes.
type encoder struct {
	s     *State
	nodes jobs.List
	seen  map[any]int // where tables, functions and captured variables are
	path  string      // how it came to where it is
	at    string      // the function it is in
	err   *jobs.Error
}

func (e *encoder) refuse(what string) jobs.Value {
	if e.err == nil {
		e.err = jobs.Errorf(jobs.KindValue, "%s is %s, which cannot travel (captured by the function at %s); take it out or make it a string, number or table", e.path, what, e.at)
	}
	return nil
}

// node reserves a node and returns what stands for it.
func (e *encoder) node(key any, kind string) (*jobs.Map, jobs.List) {
	m := jobs.NewMap("", "kind", kind)
	i := len(e.nodes)
	e.nodes = append(e.nodes, m)
	if key != nil {
		e.seen[key] = i
	}
	if i >= maxGraphNodes && e.err == nil {
		e.err = jobs.Errorf(jobs.KindLimit, "the function at %s captures more than %d tables and functions", e.at, maxGraphNodes)
	}
	return m, jobs.List{int64(i)}
}

// ref returns what stands for a value.
func (e *encoder) ref(v lua.LValue) jobs.Value {
	if e.err != nil {
		return nil
	}
	switch v := v.(type) {
	case *lua.LNilType:
		return nil
	case lua.LBool:
		return bool(v)
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return numberValue(float64(v))
	case *lua.LTable:
		return e.table(v)
	case *lua.LFunction:
		return e.function(v)
	case *lua.LUserData:
		return e.object(v)
	}
	return e.refuse("a coroutine")
}

func (e *encoder) object(ud *lua.LUserData) jobs.Value {
	var val jobs.Value
	switch v := ud.Value.(type) {
	case time.Time:
		val = v
	case liveMap:
		val = v.look()
	case *jobs.Error:
		val = jobs.ErrorValue(v)
	case *file:
		return e.refuse("an open file")
	default:
		return e.refuse("a userdata")
	}
	m, ref := e.node(nil, "value")
	m.Set("value", val)
	return ref
}

// library stands for what every state has.
func (e *encoder) library(name string) jobs.Value {
	m, ref := e.node(nil, "library")
	m.Set("name", name)
	return ref
}

func (e *encoder) table(t *lua.LTable) jobs.Value {
	if i, ok := e.seen[t]; ok {
		return jobs.List{int64(i)}
	}
	if t == e.s.l.G.Global {
		_, ref := e.node(t, "globals")
		return ref
	}
	for name := range e.s.lib.tables {
		if e.s.base.RawGetString(name) == t {
			return e.library(name)
		}
	}
	m, ref := e.node(t, "table")
	e.fields(m, t)
	if typ, typed := mapType(t); typed {
		m.Set("type", typ)
	} else if mt, ok := t.Metatable.(*lua.LTable); ok {
		m.Set("meta", e.ref(mt))
	}
	return ref
}

func (e *encoder) fields(m *jobs.Map, t *lua.LTable) {
	var keys, vals jobs.List
	path := e.path
	for k, v := t.Next(lua.LNil); k != lua.LNil && e.err == nil; k, v = t.Next(k) {
		e.path = path + fieldPath(k)
		keys = append(keys, e.ref(k))
		vals = append(vals, e.ref(v))
	}
	e.path = path
	m.Set("keys", keys)
	m.Set("values", vals)
}

func fieldPath(k lua.LValue) string {
	if name, ok := k.(lua.LString); ok {
		return "." + string(name)
	}
	return "[" + k.String() + "]"
}

func (e *encoder) function(f *lua.LFunction) jobs.Value {
	if i, ok := e.seen[f]; ok {
		return jobs.List{int64(i)}
	}
	if name, ok := e.s.lib.names[f]; ok {
		return e.library(name)
	}
	if name, ok := e.s.named[f]; ok {
		return e.library(name)
	}
	if f.IsG {
		return e.refuse("a function of the shell")
	}
	text, ok := textOf(f.Proto)
	if !ok {
		return e.refuse("a function whose source is not known")
	}
	m, ref := e.node(f, "function")
	m.Set("text", text)
	m.Set("name", f.Proto.SourceName)
	m.Set("line", int64(f.Proto.LineDefined))
	if f.Env != e.s.l.G.Global {
		e.path, e.at = "its environment", functionName(f)
		return e.refuse("one of its own (setfenv)")
	}
	e.captured(m, f)
	return ref
}

func functionName(f *lua.LFunction) string {
	return fmt.Sprintf("%s:%d", f.Proto.SourceName, f.Proto.LineDefined)
}

// captured notes the captured variables of a function.
func (e *encoder) captured(m *jobs.Map, f *lua.LFunction) {
	path, at := e.path, e.at
	defer func() { e.path, e.at = path, at }()
	var names, cells jobs.List
	for i, up := range f.Upvalues {
		e.path, e.at = "'"+f.Proto.DbgUpvalues[i]+"'", functionName(f)
		names = append(names, f.Proto.DbgUpvalues[i])
		cells = append(cells, e.cell(up))
	}
	m.Set("up", names)
	m.Set("cells", cells)
}

func (e *encoder) cell(up *lua.Upvalue) jobs.Value {
	if i, ok := e.seen[up]; ok {
		return jobs.List{int64(i)}
	}
	m, ref := e.node(up, "cell")
	m.Set("value", e.ref(up.Value()))
	return ref
}
