package lua

import (
	"context"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// HasFunction reports whether the user has set a variable of that name to a function.
func (s *State) HasFunction(name string) bool {
	_, ok := s.l.G.Global.RawGetString(name).(*lua.LFunction)
	return ok
}

// Call calls the function that the user's variable name holds, and returns its
// values, nil left out. It must be called as [State.Run] is, or by what runs in it;
// the errors are those of Run, and of kind KindNotFound where there is no such
// function.
func (s *State) Call(ctx context.Context, name string, args ...jobs.Value) ([]jobs.Value, error) {
	fn, ok := s.l.G.Global.RawGetString(name).(*lua.LFunction)
	if !ok {
		return nil, jobs.Errorf(jobs.KindNotFound, "there is no function %s", name)
	}
	list, err := jobs.Normalize(jobs.List(args))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if s.l.Context() == nil { // no script runs
		defer s.closePipes()
	}
	values, err := (&Func{s, fn}).Call(ctx, list.(jobs.List)...)
	if ferr := s.flush(ctx); err == nil {
		err = ferr
	}
	return values, err
}
