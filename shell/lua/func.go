package lua

import (
	"context"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// Func is a function of a state: a block compiled in place, or a Lua function given
// as a block.
type Func struct {
	s  *State
	fn *lua.LFunction
}

// Call calls f. It must run on the goroutine that runs f's state. The errors are
// those of [State.Run].
func (f *Func) Call(ctx context.Context, args ...jobs.Value) ([]jobs.Value, error) {
	return f.callLua(ctx, f.s.argsToLua(args))
}

func (f *Func) callLua(ctx context.Context, args []lua.LValue) (vals []jobs.Value, err error) {
	s := f.s
	if s.nested >= maxNested {
		return nil, jobs.Errorf(jobs.KindLimit, "more than %d blocks within one another", maxNested)
	}
	s.nested++
	defer func() { s.nested-- }()
	defer func() {
		if r := recover(); r != nil {
			vals, err = nil, internalError(r)
		}
	}()
	got, err := s.call(s.cur, ctx, f.fn, args, nil)
	if err != nil {
		return nil, s.outcome(ctx, s.luaError(err))
	}
	for _, lv := range got {
		if lv == lua.LNil {
			continue
		}
		v, err := s.fromLua(lv)
		if err != nil {
			return nil, err
		}
		vals = append(vals, v)
	}
	return vals, nil
}
