package lua

import (
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// decodeFunction makes the function of a graph in this state. The graph may come
// from anywhere: what is not right gives an error of kind KindProtocol.
func (s *State) decodeFunction(g jobs.Value) (*lua.LFunction, error) {
	m, _ := g.(*jobs.Map)
	nodes, _ := m.Get("nodes")
	d := decoder{s: s}
	d.nodes, _ = nodes.(jobs.List)
	if len(d.nodes) > maxGraphNodes {
		return nil, badGraph("it has too many parts")
	}
	d.values = make([]lua.LValue, len(d.nodes))
	d.cells = make([]*lua.Upvalue, len(d.nodes))
	for i := range d.nodes {
		if err := d.make(i); err != nil {
			return nil, err
		}
	}
	for i := range d.nodes {
		if err := d.fill(i); err != nil {
			return nil, err
		}
	}
	root, err := d.ref(jobs.List{rawGet(m, "root")})
	if err != nil {
		return nil, err
	}
	fn, ok := root.(*lua.LFunction)
	if !ok {
		return nil, badGraph("its root is no function")
	}
	return fn, nil
}

func badGraph(why string) error {
	return jobs.Errorf(jobs.KindProtocol, "a function that came here cannot be read: %s", why)
}

func rawGet(m *jobs.Map, key string) jobs.Value {
	v, _ := m.Get(key)
	return v
}

// decoder makes all nodes first and connects them then, since they may point at one
// another.
type decoder struct {
	s      *State
	nodes  jobs.List
	values []lua.LValue   // what the nodes became; nil for cells
	cells  []*lua.Upvalue // captured variables; nil for other nodes
}

// node returns node i, or an empty one.
func (d *decoder) node(i int) *jobs.Map {
	m, _ := d.nodes[i].(*jobs.Map)
	return m
}

func (d *decoder) make(i int) error {
	m := d.node(i)
	switch m.String("kind") {
	case "function":
		return d.makeFunction(i, m)
	case "cell":
		d.cells[i] = &lua.Upvalue{}
	case "table":
		d.values[i] = d.s.l.NewTable()
	case "globals":
		d.values[i] = d.s.l.G.Global
	case "library":
		d.values[i] = d.s.libraryNamed(m.String("name"))
		if d.values[i] == lua.LNil {
			return badGraph("there is no " + m.String("name") + " here")
		}
	case "value":
		v, err := jobs.Normalize(rawGet(m, "value"))
		if err != nil {
			return err
		}
		d.values[i] = d.s.toLua(v)
	default:
		return badGraph("it has a part of an unknown kind")
	}
	return nil
}

// libraryNamed finds "string.rep", "string", "pcall" or "start_job".
func (s *State) libraryNamed(name string) lua.LValue {
	table, field, ok := strings.Cut(name, ".")
	if !ok {
		return s.l.GetField(s.base, name)
	}
	if t, ok := s.lib.tables[table]; ok {
		return t.RawGetString(field)
	}
	return lua.LNil
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Compiles a function behind a declaration of the variables it captures.
func (d *decoder) makeFunction(i int, m *jobs.Map) error {
	names := textList(rawGet(m, "up"))
	if len(names) > maxUpvalues {
		return badGraph("a function captures too many variables")
	}
	head := ""
	for _, n := range names {
		if !identifier.MatchString(n) {
			return badGraph("it names a variable " + n)
		}
	}
	if len(names) > 0 {
		head = "local " + strings.Join(names, ",") + " "
	}
	text := m.String("text")
	lead := len(text) - len(strings.TrimLeft(text, "\n"))
	line := int(min(max(m.Int("line")-int64(lead), 1), maxLines))
	proto, err := compile(text[:lead]+head+"return "+text[lead:], m.String("name"), line, text)
	if err != nil {
		return err
	}
	if len(proto.FunctionPrototypes) != 1 {
		return badGraph("a part of it is no function")
	}
	d.values[i] = d.s.l.NewFunctionFromProto(proto.FunctionPrototypes[0])
	return nil
}

// maxLines is the last line on which a function that travels may begin.
const maxLines = 1 << 20

func textList(v jobs.Value) []string {
	l, _ := v.(jobs.List)
	out := make([]string, len(l))
	for i, e := range l {
		out[i], _ = e.(string)
	}
	return out
}

func (d *decoder) fill(i int) (err error) {
	m := d.node(i)
	switch m.String("kind") {
	case "function":
		return d.fillFunction(d.values[i].(*lua.LFunction), m)
	case "cell":
		v, err := d.ref(rawGet(m, "value"))
		d.cells[i].SetValue(v)
		return err
	case "table":
		return d.fillTable(d.values[i].(*lua.LTable), m)
	}
	return nil
}

func (d *decoder) fillFunction(f *lua.LFunction, m *jobs.Map) error {
	names := textList(rawGet(m, "up"))
	refs, _ := rawGet(m, "cells").(jobs.List)
	cells := map[string]*lua.Upvalue{}
	for i, n := range names {
		if i < len(refs) {
			if at, ok := d.index(refs[i]); ok {
				cells[n] = d.cells[at]
			}
		}
	}
	for i, n := range f.Proto.DbgUpvalues {
		if cells[n] == nil {
			return badGraph("the variable " + n + " is missing")
		}
		f.Upvalues[i] = cells[n]
	}
	return nil
}

func (d *decoder) fillTable(t *lua.LTable, m *jobs.Map) error {
	keys, _ := rawGet(m, "keys").(jobs.List)
	vals, _ := rawGet(m, "values").(jobs.List)
	for i := range min(len(keys), len(vals)) {
		k, err := d.ref(keys[i])
		if err != nil {
			return err
		}
		v, err := d.ref(vals[i])
		if err != nil {
			return err
		}
		if n, ok := k.(lua.LNumber); k == lua.LNil || ok && (n != n || n > maxArrayKey) {
			return badGraph("a table has a key that it cannot have")
		}
		t.RawSet(k, v)
	}
	if typ, ok := rawGet(m, "type").(string); ok {
		t.Metatable = d.s.typeMeta(typ)
		return nil
	}
	meta, err := d.ref(rawGet(m, "meta"))
	if mt, ok := meta.(*lua.LTable); ok {
		t.Metatable = mt
	}
	return err
}

// maxArrayKey bounds the integer keys of a table that travels: gopher-lua fills up
// the places before a key.
const maxArrayKey = 1 << 22

// index reads the number of a node.
func (d *decoder) index(v jobs.Value) (int, bool) {
	l, ok := v.(jobs.List)
	if !ok || len(l) != 1 {
		return 0, false
	}
	n, ok := l[0].(int64)
	return int(n), ok && n >= 0 && n < int64(len(d.nodes))
}

// ref returns the value that a reference stands for.
func (d *decoder) ref(v jobs.Value) (lua.LValue, error) {
	if _, ok := v.(jobs.List); !ok {
		switch v.(type) {
		case nil, bool, string, int64, float64:
			return d.s.toLua(v), nil
		}
		return lua.LNil, badGraph("it holds a value in the wrong place")
	}
	i, ok := d.index(v)
	if !ok || d.values[i] == nil {
		return lua.LNil, badGraph("it points at a part that is not there")
	}
	return d.values[i], nil
}
