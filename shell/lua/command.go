package lua

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// Returns the Lua function of a command, such as start_job for start-job, or nil.
func (s *State) commandFunction(name string) lua.LValue {
	if s.opt.Commands == nil || strings.HasPrefix(name, "__") {
		return lua.LNil
	}
	command := strings.ReplaceAll(name, "_", "-")
	if !slices.Contains(s.opt.Commands(), command) {
		return lua.LNil
	}
	list := false
	if s.opt.Resolver != nil {
		info, _ := s.opt.Resolver.Command(command)
		list = info.List
	}
	fn := goFunction(func(l *lua.LState) int { return callCommand(l, command, name, list) })
	if s.named == nil {
		s.named = make(map[*lua.LFunction]string)
	}
	s.named[fn] = name
	return fn
}

// Calls a command from Lua: start_job(a, b, {name = "x", keep = true}).
func callCommand(l *lua.LState, command, name string, list bool) int {
	s := stateOf(l)
	st := Stage{Kind: Command, Name: command}
	top := l.GetTop()
	var err error
	for i := 1; i <= top && err == nil; i++ {
		var args []Arg
		if t, ok := l.Get(i).(*lua.LTable); ok && i == top && hasNames(t) {
			args, err = s.tableArgs(t, top > 1)
		} else {
			args, err = s.oneArg(l.Get(i))
		}
		st.Args = append(st.Args, args...)
	}
	if err != nil {
		return raise(l, jobs.AsError(err).WithOp(command))
	}
	p := &Pipeline{Line: currentLine(l), Source: sourceName(l), Text: name + "(…)", Capture: true, Stages: []Stage{st}}
	values, err := s.exec(l, p)
	if err != nil {
		return raise(l, err)
	}
	l.Push(s.captured(values, list))
	return 1
}

// Returns what the source of the running function is called.
func sourceName(l *lua.LState) string {
	dbg, ok := l.GetStack(1)
	if !ok {
		return "block"
	}
	if _, err := l.GetInfo("S", dbg, lua.LNil); err != nil || dbg.Source == "" {
		return "block"
	}
	return dbg.Source
}

func currentLine(l *lua.LState) int {
	dbg, ok := l.GetStack(1)
	if !ok {
		return 0
	}
	if _, err := l.GetInfo("l", dbg, lua.LNil); err != nil {
		return 0
	}
	return max(dbg.CurrentLine, 0)
}

// Reports whether the table gives parameters by name: it has string keys and is not
// a value with a type.
func hasNames(t *lua.LTable) bool {
	if _, typed := mapType(t); typed {
		return false
	}
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		if _, ok := k.(lua.LString); ok {
			return true
		}
	}
	return false
}

func (s *State) oneArg(v lua.LValue) ([]Arg, error) {
	a, err := s.valueArg(v)
	return []Arg{a}, err
}

// Returns what a table with names says, the last argument of a call. Behind others it may
// be a value as well: which of the two, the parameters of the command decide.
func (s *State) tableArgs(t *lua.LTable, behind bool) ([]Arg, error) {
	named, err := s.namedArgs(t)
	if err != nil || !behind {
		return named, err
	}
	whole, err := s.valueArg(t)
	if err != nil { // functions, which are parameters
		return named, nil
	}
	whole.Named = named
	return []Arg{whole}, nil
}

// The array part is positional, the other fields are parameters: true gives a
// switch, false leaves it out as -Name:$false does.
func (s *State) namedArgs(t *lua.LTable) ([]Arg, error) {
	var args []Arg
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		a, err := s.valueArg(v)
		if err != nil {
			return nil, err
		}
		name, isName := k.(lua.LString)
		switch {
		case !isName:
			args = append(args, a)
		case v == lua.LTrue:
			args = append(args, Arg{Kind: Param, Text: string(name)})
		default:
			args = append(args, Arg{Kind: Param, Text: string(name), Attached: &a})
		}
	}
	return args, nil
}
