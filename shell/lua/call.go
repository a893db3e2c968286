package lua

import (
	"context"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// Calls a function on a thread of its own, which runs beside l or nothing, with the
// context, and returns its values, or what it raised. An error in gopher-lua leaves the
// stack of its thread as it was; such a thread is not used again.
func (s *State) call(l *lua.LState, ctx context.Context, fn lua.LValue, args []lua.LValue, handler lua.LValue) (values []lua.LValue, err error) {
	th := s.thread(l, ctx)
	s.calls = append(s.calls, th)
	defer func() {
		s.calls = s.calls[:len(s.calls)-1]
		if r := recover(); r != nil {
			values, err = nil, s.panicked(th, r)
			if th == s.l {
				s.reset()
			}
		}
	}()
	th.Panic = s.raising(handler)
	if fn.Type() != lua.LTFunction && th.GetMetaField(fn, "__call") == lua.LNil {
		th.RaiseError("attempt to call a %s value", typeName(fn))
	}
	th.Push(fn)
	for _, a := range args {
		th.Push(a)
	}
	th.Call(len(args), lua.MultRet)
	values = make([]lua.LValue, th.GetTop())
	for i := range values {
		values[i] = th.Get(i + 1)
	}
	th.SetTop(0)
	s.keepThread(th)
	return values, nil
}

// panicked returns as an error what a call on a thread ended with: what Lua raised, or
// a failure in Go.
func (s *State) panicked(th *lua.LState, r any) error {
	if e, ok := r.(*lua.ApiError); ok {
		return e
	}
	if text, ok := r.(string); ok && isOverflow(lua.LString(text)) {
		return &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(s.located(th, overflowText))}
	}
	e := internalError(r)
	if m := position.FindStringSubmatch(s.located(th, e.Msg)); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
	}
	return &lua.ApiError{Type: lua.ApiErrorPanic, Object: s.newError(e)}
}

// located puts the position of the innermost call in front of a message, where the
// thread can still tell it.
func (s *State) located(th *lua.LState, msg string) (at string) {
	defer func() {
		if recover() != nil { // the calls are not what they seem
			at = msg
		}
	}()
	f, ok := nearest(th)
	if !ok {
		return msg
	}
	return s.noted(f, blame{text: msg})
}

// overflowText says clearly what gopher-lua panics with when its stack of calls is full.
const overflowText = "stack overflow (too many calls within one another; a function that calls itself without end?)"

func isOverflow(v lua.LValue) bool { return v == lua.LString("lua callstack overflow") }

// maxIdleThreads is how many threads a state keeps for the next calls.
const maxIdleThreads = 8

// Returns a thread for a call within what runs on l, with that context. Variables of a
// thread are cut off from the closures that share them by an error; on a thread of its
// own, these are only the variables of the call that failed. The main thread is for what
// runs within nothing else.
func (s *State) thread(l *lua.LState, ctx context.Context) *lua.LState {
	var th *lua.LState
	if l == s.l && !s.running {
		return s.mainThread(ctx)
	}
	if n := len(s.idle); n > 0 && s.nested < deepCalls {
		th, s.idle = s.idle[n-1], s.idle[:n-1]
	} else {
		th = s.newThread(l, callDepthAt(s.nested))
	}
	th.Env = l.Env
	if ctx != nil {
		th.SetContext(s.guarded(ctx))
	} else {
		th.RemoveContext()
	}
	return th
}

// mainThread returns the main thread, with that context, for a call within nothing else.
func (s *State) mainThread(ctx context.Context) *lua.LState {
	s.running = true
	if ctx != nil {
		s.l.SetContext(s.guardedMain(ctx))
		return s.l
	}
	s.l.RemoveContext()
	callsOf(s.l).grow(callDepth) // nobody looks meanwhile
	return s.l
}

// newThread makes a thread without a context for calls of that depth.
func (s *State) newThread(l *lua.LState, depth int) *lua.LState {
	ctx := l.RemoveContext()
	options := l.Options
	l.Options.CallStackSize = depth
	th, _ := l.NewThread()
	l.Options = options
	if ctx != nil {
		l.SetContext(ctx)
	}
	return th
}

// keepThread keeps a thread on which nothing runs any more.
func (s *State) keepThread(th *lua.LState) {
	if th == s.l {
		s.running = false
		return
	}
	if len(s.idle) < maxIdleThreads && th.Options.CallStackSize == callDepth {
		th.RemoveContext()
		s.idle = append(s.idle, th)
	}
}

// The calls of all threads that run within one another share the stack of one
// goroutine, where they may go through Go: deepCalls threads go callDepth deep, those
// within them less.
const (
	deepCalls       = 10
	nestedCallDepth = 1000
	coroutineDepth  = 2000
)

func callDepthAt(nested int) int {
	if nested < deepCalls {
		return callDepth
	}
	return nestedCallDepth
}

// Calls the function that is the first argument on l with the other arguments, and
// takes all from the stack.
func (s *State) protect(l *lua.LState, handler lua.LValue) ([]lua.LValue, error) {
	defer s.nest(l)()
	args := make([]lua.LValue, l.GetTop()-1)
	for i := range args {
		args[i] = l.Get(i + 2)
	}
	fn := l.Get(1)
	l.SetTop(0)
	return s.call(l, l.Context(), fn, args, handler)
}

// Counts a level of calls that go through Go, and returns how to leave it.
func (s *State) nest(l *lua.LState) func() {
	if s.nested >= maxNested {
		l.RaiseError("stack overflow (more than %d protected calls and coroutines within one another)", maxNested)
	}
	s.nested++
	return func() { s.nested-- }
}
