package lua

import (
	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// pipeline reads the table that translated text makes of a command line.
func (s *State) pipeline(t *lua.LTable) (*Pipeline, error) {
	p := &Pipeline{Line: intField(t, "line"), Source: s.source, Text: stringField(t, "text"), Background: boolField(t, "bg")}
	for i := 1; ; i++ {
		st, ok := t.RawGetInt(i).(*lua.LTable)
		if !ok {
			return p, nil
		}
		stage, err := s.stage(st, p)
		if err != nil {
			return nil, err
		}
		p.Stages = append(p.Stages, stage)
	}
}

func (s *State) stage(t *lua.LTable, p *Pipeline) (Stage, error) {
	st := Stage{Kind: stageKind(stringField(t, "kind")), Name: stringField(t, "name")}
	args, _ := t.RawGetString("args").(*lua.LTable)
	var err error
	if st.Args, err = s.args(args, intField(t, "n")); err != nil {
		return st, err
	}
	redirs, _ := t.RawGetString("redir").(*lua.LTable)
	for i := 1; redirs != nil; i++ {
		rt, ok := redirs.RawGetInt(i).(*lua.LTable)
		if !ok {
			break
		}
		r, err := s.redir(rt)
		if err != nil {
			return st, err
		}
		st.Redirs = append(st.Redirs, r)
	}
	return st, nil
}

func stageKind(k string) StageKind {
	switch k {
	case "p":
		return Program
	case "!":
		return ShellLine
	}
	return Command
}

func (s *State) redir(t *lua.LTable) (Redir, error) {
	r := Redir{From: intField(t, "from"), Append: boolField(t, "append"), Merge: intField(t, "merge")}
	to, ok := t.RawGetString("to").(*lua.LTable)
	if !ok {
		return r, nil
	}
	var err error
	r.To, err = s.arg(to)
	return r, err
}

// Reads n arguments, from index 1.
func (s *State) args(t *lua.LTable, n int) ([]Arg, error) {
	var args []Arg
	for i := 1; t != nil && i <= n; i++ {
		at, ok := t.RawGetInt(i).(*lua.LTable)
		if !ok {
			break
		}
		a, err := s.arg(at)
		if err != nil {
			return nil, err
		}
		args = append(args, a)
	}
	return args, nil
}

func (s *State) arg(t *lua.LTable) (a Arg, err error) {
	v := t.RawGetInt(2)
	switch lua.LVAsString(t.RawGetInt(1)) {
	case "w":
		return Arg{Kind: Word, Text: lua.LVAsString(v)}, nil
	case "q":
		return Arg{Kind: Quoted, Text: lua.LVAsString(v)}, nil
	case "l":
		return s.listArg(t)
	case "-":
		return Arg{Kind: Param, Text: lua.LVAsString(v)}, nil
	case "-:":
		return s.attachedArg(t, lua.LVAsString(v))
	case "b":
		return s.blockArg(t)
	}
	return s.valueArg(v)
}

// A comma list: its items begin at index 2.
func (s *State) listArg(t *lua.LTable) (Arg, error) {
	a := Arg{Kind: List, List: []Arg{}}
	for i := 1; i <= intField(t, "n"); i++ {
		it, ok := t.RawGetInt(i + 1).(*lua.LTable)
		if !ok {
			break
		}
		item, err := s.arg(it)
		if err != nil {
			return a, err
		}
		a.List = append(a.List, item)
	}
	return a, nil
}

func (s *State) attachedArg(t *lua.LTable, name string) (Arg, error) {
	at, ok := t.RawGetInt(3).(*lua.LTable)
	if !ok {
		return Arg{Kind: Param, Text: name}, nil
	}
	a, err := s.arg(at)
	return Arg{Kind: Param, Text: name, Attached: &a}, err
}

// A value; a Lua function is a block.
func (s *State) valueArg(v lua.LValue) (Arg, error) {
	if fn, ok := v.(*lua.LFunction); ok {
		return Arg{Kind: BlockArg, Block: s.blockOf(fn)}, nil
	}
	val, err := s.fromLua(v)
	return Arg{Kind: Value, Value: val}, err
}

func (s *State) blockArg(t *lua.LTable) (Arg, error) {
	b := &Block{Text: stringField(t, "text"), Line: max(intField(t, "line"), 1), Name: s.source}
	if ut, ok := t.RawGetString("using").(*lua.LTable); ok {
		using, err := s.usingMap(ut)
		if err != nil {
			return Arg{}, err
		}
		b.Using = using
	}
	if fn, ok := t.RawGetString("fn").(*lua.LFunction); ok {
		b.Func = &Func{s, fn}
	}
	return Arg{Kind: BlockArg, Block: b}, nil
}

func (s *State) usingMap(t *lua.LTable) (*jobs.Map, error) {
	m := jobs.NewMap("")
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		val, err := s.fromLua(v)
		if err != nil {
			return nil, usingError(k.String(), err)
		}
		m.Set(k.String(), val)
	}
	if m.Len() == 0 {
		return nil, nil
	}
	return m, nil
}

func stringField(t *lua.LTable, name string) string { return lua.LVAsString(t.RawGetString(name)) }

func boolField(t *lua.LTable, name string) bool { return lua.LVAsBool(t.RawGetString(name)) }

func intField(t *lua.LTable, name string) int {
	n, _ := t.RawGetString(name).(lua.LNumber)
	return int(n)
}
