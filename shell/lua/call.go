package lua

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Calls a function on the thread l, on which nothing else runs, and returns its
// values, or what gopher-lua caught.
func (s *State) call(l *lua.LState, fn lua.LValue, args []lua.LValue, handler *lua.LFunction) ([]lua.LValue, error) {
	l.SetTop(0)
	l.Push(fn)
	for _, a := range args {
		l.Push(a)
	}
	if err := l.PCall(len(args), lua.MultRet, handler); err != nil {
		return nil, overflowed(err)
	}
	values := make([]lua.LValue, l.GetTop())
	for i := range values {
		values[i] = l.Get(i + 1)
	}
	l.SetTop(0)
	return values, nil
}

// Says clearly what gopher-lua panics with when its stack of calls is full.
func overflowed(err error) error {
	if ae, ok := errors.AsType[*lua.ApiError](err); ok && isOverflow(ae.Object) {
		return &lua.ApiError{Type: lua.ApiErrorRun, Object: overflowText, StackTrace: ae.StackTrace}
	}
	return err
}

func isOverflow(v lua.LValue) bool { return v == lua.LString("lua callstack overflow") }

// Reports whether err is what overflowed made. What a handler of xpcall returned has
// another type.
func isOverflowed(err error) bool {
	ae, ok := errors.AsType[*lua.ApiError](err)
	return ok && ae.Type == lua.ApiErrorRun && ae.Object == overflowText
}

// overflowText is the message of an error in the script, as Lua's own are.
var overflowText = lua.LString(fmt.Sprintf(
	"stack overflow (more than %d calls deep; a function that calls itself without end?)", callDepth))

// Makes a thread for a call within what runs on l. An error in gopher-lua cuts off
// all variables of its thread from the closures that share them; on a thread of
// its own, that are only the variables of the call that failed.
func (s *State) thread(l *lua.LState) *lua.LState {
	ctx := l.RemoveContext()
	th, _ := l.NewThread()
	if ctx != nil {
		l.SetContext(ctx)
		th.SetContext(ctx)
	}
	return th
}

// Calls the function that is the first argument on l with the other arguments, and
// takes all from the stack.
func (s *State) protect(l *lua.LState, handler *lua.LFunction) ([]lua.LValue, error) {
	defer s.nest(l)()
	args := make([]lua.LValue, l.GetTop()-1)
	for i := range args {
		args[i] = l.Get(i + 2)
	}
	fn := l.Get(1)
	l.SetTop(0)
	return s.call(s.thread(l), fn, args, handler)
}

// Counts a level of calls that go through Go, and returns how to leave it.
func (s *State) nest(l *lua.LState) func() {
	if s.nested >= maxNested {
		l.RaiseError("more than %d protected calls and coroutines within one another (stack overflow)", maxNested)
	}
	s.nested++
	return func() { s.nested-- }
}
