package shell

import (
	"reflect"
	"time"

	"marsh/jobs"
	"marsh/shell/lua"
)

// userCode is what a user's command does; it does not change.
type userCode struct {
	params   []*Param
	defaults []reflect.Value
	here     *lua.Func // the function, in the state where it was declared; nil where it came as text
	block    *Block    // the same for all other states
}

// userRunner is one call of a user's command.
type userRunner struct {
	code   *userCode
	values []reflect.Value // of the parameters; the zero Value where not given
}

// Run calls the function on this goroutine, with the Lua state lent to it.
func (u *userRunner) Run(c *Call) error {
	given, err := u.given(c)
	if err != nil {
		return err
	}
	l, err := c.borrow()
	if err != nil {
		return err
	}
	vals, err := u.call(c, l, given)
	l.end()
	if err != nil {
		return within(c.Cmd.Name, err)
	}
	for _, v := range vals {
		if err := c.Write(jobs.Out(v)); err != nil {
			return err
		}
	}
	return nil
}

// within says in which user's command an error happened.
func within(name string, err error) error {
	e := *jobs.AsError(err)
	if e.Op == "" || e.Op == name || isExit(&e) || e.Kind == jobs.KindClosed || e.Kind == jobs.KindStopped {
		return err
	}
	e.Op, e.Msg = name, e.Op+": "+e.Msg
	return &e
}

func (u *userRunner) call(c *Call, l *loan, given []lua.Given) ([]jobs.Value, error) {
	state := c.Engine.state
	fn := u.code.here
	if fn == nil || !state.Owns(fn) {
		var err error
		if fn, err = state.Function(u.code.block); err != nil {
			return nil, err
		}
	}
	return fn.CallGiven(c.Ctx, given, func() (jobs.Value, bool, error) {
		r, ok, err := l.next()
		return WithHost(r), ok, err
	})
}

// given returns the parameters that have a value.
func (u *userRunner) given(c *Call) ([]lua.Given, error) {
	var out []lua.Given
	for i, v := range u.values {
		if !v.IsValid() {
			continue
		}
		p := u.code.params[i]
		g := lua.Given{Name: p.Name}
		var err error
		switch x := v.Interface().(type) {
		case *Block:
			g.Block = x
		case time.Duration:
			g.Value = x.Seconds()
		default:
			g.Value, err = jobs.Normalize(x)
		}
		if err == nil {
			g.Value, err = c.resolve(p, g.Value)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}
