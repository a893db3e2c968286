package lua

import (
	"context"
	"errors"
	"regexp"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// Run runs a script in the state's variables. What its text returns is written to
// the output, nil left out. The error is an *jobs.Error: one that a command gave
// passes unchanged, one that Lua raised is of kind KindScript with its line, and
// when ctx ends it is of kind KindStopped, or what the cause of ctx says.
func (s *State) Run(ctx context.Context, sc jobs.Script) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	leave := s.watch(ctx, cancel)
	defer func() { leave(errors.Is(context.Cause(ctx), jobs.KindLimit)) }()
	defer s.closePipes()
	defer cancel(nil)
	defer func() {
		if r := recover(); r != nil {
			err = internalError(r)
			s.reset()
		}
	}()
	sc = named(sc)
	fn, err := s.scriptFunction(ctx, sc)
	if err != nil {
		return err
	}
	defer s.enter(ctx, sc)()
	s.beside(sc.Name)
	values, err := s.call(s.l, ctx, fn, s.argsToLua(sc.Args), nil)
	if err != nil {
		err = s.luaError(err)
	} else {
		err = s.write(ctx, values)
	}
	if ferr := s.flush(ctx); err == nil {
		err = ferr
	}
	return s.outcome(ctx, err)
}

func named(sc jobs.Script) jobs.Script {
	if sc.Name == "" {
		sc.Name = "block"
	}
	sc.Line = max(sc.Line, 1)
	return sc
}

// Compiles the script, or takes the function that travels in it.
func (s *State) scriptFunction(ctx context.Context, sc jobs.Script) (*lua.LFunction, error) {
	if g, ok := sc.Using.Get(graphKey); ok {
		s.l.SetContext(ctx)
		return s.decodeFunction(g)
	}
	return s.load(sc.Text, sc.Name, sc.Line)
}

// Sets what belongs to one script, and returns how to put back what was there.
func (s *State) enter(ctx context.Context, sc jobs.Script) func() {
	using, args, oldCtx, put := s.using, s.argList, s.l.Context(), s.putGiven(givenTables{})
	s.using, s.argList = sc.Using, sc.Args
	s.l.SetContext(ctx)
	return func() {
		s.using, s.argList = using, args
		s.putGiven(put)
		if oldCtx != nil {
			s.l.SetContext(oldCtx)
		} else {
			s.l.RemoveContext()
		}
	}
}

// Makes the table using; the shell's own entries stay hidden.
func (s *State) usingTable() *lua.LTable {
	t := s.l.CreateTable(0, s.using.Len())
	for _, k := range s.using.Keys() {
		if k[:min(1, len(k))] != "(" {
			v, _ := s.using.Get(k)
			t.RawSetString(k, s.toLua(v))
		}
	}
	t.Metatable = s.typeMeta("")
	return t
}

func (s *State) argsToLua(args jobs.List) []lua.LValue {
	out := make([]lua.LValue, len(args))
	for i, a := range args {
		out[i] = s.toLua(a)
	}
	return out
}

// Writes values to the output stream; nil is nothing.
func (s *State) write(ctx context.Context, values []lua.LValue) error {
	for _, lv := range values {
		if lv == lua.LNil {
			continue
		}
		v, err := s.fromLua(lv)
		if err != nil {
			return err
		}
		if err := s.writeValue(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) writeValue(ctx context.Context, v jobs.Value) error {
	if s.opt.Write == nil {
		return nil
	}
	return s.opt.Write(ctx, jobs.Out(v))
}

// Says how a run ended: when its context is over, that is the reason.
func (s *State) outcome(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	return jobs.AsError(err)
}

// Returns the error of a context that is over.
func stopped(ctx context.Context) *jobs.Error {
	e := jobs.AsError(context.Cause(ctx))
	if e.Kind == jobs.KindOther {
		e = jobs.Errorf(jobs.KindStopped, "stopped: %w", context.Cause(ctx))
	}
	return e
}

// luaError brings what Lua raised into an *jobs.Error.
func (s *State) luaError(err error) error {
	ae, ok := errors.AsType[*lua.ApiError](err)
	if !ok {
		return jobs.AsError(err)
	}
	switch o := ae.Object.(type) {
	case *lua.LUserData:
		if e, ok := o.Value.(*jobs.Error); ok {
			return e
		}
	case lua.LString:
		return s.scriptError(string(o))
	case *lua.LTable:
		return s.tableError(o)
	}
	return s.scriptError(s.safeText(ae.Object))
}

// An error that is a table: an Error map as it was, anything else by its text.
func (s *State) tableError(t *lua.LTable) error {
	if typ, _ := mapType(t); typ == jobs.TypeError {
		if v, err := s.fromLua(t); err == nil {
			return jobs.ErrorFromValue(v)
		}
	}
	for _, k := range []string{"message", "Message", "msg"} {
		if m, ok := t.RawGetString(k).(lua.LString); ok {
			return s.scriptError(string(m))
		}
	}
	if v, err := s.fromLua(t); err == nil && s.l.GetMetaField(t, "__tostring") == lua.LNil {
		return s.scriptError(jobs.Text(v))
	}
	return s.scriptError(s.safeText(t))
}

var position = regexp.MustCompile(`^[^\n]*?:([0-9]+): `)

func (s *State) scriptError(msg string) *jobs.Error {
	e := jobs.Errorf(jobs.KindScript, "%s", firstLine(msg))
	if m := position.FindStringSubmatch(msg); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
	}
	if e.Msg != msg {
		e.Detail = msg[len(e.Msg)+1:]
	} else {
		e.Detail = s.detail(msg)
	}
	return e
}

// internalError is what a panic in Go, or in gopher-lua itself, becomes.
func internalError(r any) *jobs.Error { return jobs.Mistake(r) }

// Makes the main thread anew after a failure inside Lua itself: its stack cannot be
// trusted. The variables stay.
func (s *State) reset() {
	l := newThread()
	l.G, l.Env = s.l.G, s.l.Env
	l.G.MainThread, l.G.CurrentThread = l, l
	if ctx := contextOf(s.l); ctx != nil {
		l.SetContext(ctx)
	}
	s.l, s.cur, s.running = l, l, false
}

// raise raises err in Lua.
func raise(l *lua.LState, err error) int {
	l.Error(stateOf(l).newError(jobs.AsError(err)), 0)
	return 0
}

// text returns what tostring gives.
func text(l *lua.LState, v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return formatNumber(float64(v))
	}
	return l.ToStringMeta(v).String()
}

// Returns what tostring gives, outside of a running script.
func (s *State) safeText(v lua.LValue) string {
	values, err := s.call(s.l, s.l.Context(), goFunction(baseTostring), []lua.LValue{v}, nil)
	if err != nil || len(values) != 1 {
		return "an error object that is a " + v.Type().String()
	}
	return values[0].String()
}
