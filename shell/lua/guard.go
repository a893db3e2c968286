package lua

import (
	"context"

	lua "github.com/yuin/gopher-lua"
)

// guard is the context that gopher-lua sees. It is asked for Done before each
// instruction, on the goroutine that runs the state: there the state can look at
// itself. Go code is handed the context behind it (see contextOf), because it may wait
// for its end on another goroutine.
type guard struct {
	context.Context
	done <-chan struct{} // of the context; kept, since finding it costs more than the rest
	s    *State

	calls callStack // of the main thread
	steps uint8     // instructions, up to the next look at calls
}

// Done returns the channel of the context behind it, after attending to those who want
// something of the state. The main
// thread has room for more calls then.
func (g *guard) Done() <-chan struct{} {
	if g.steps++; g.steps%growEvery == 0 && g.calls.short() {
		g.calls.growMore()
	}
	if g.s.wanted.Load() {
		g.s.attend(g.Context)
	}
	return g.done
}

// Returns ctx as gopher-lua is to see it on the main thread.
func (s *State) guardedMain(ctx context.Context) context.Context {
	if g, ok := ctx.(*guard); ok {
		ctx = g.Context
	}
	return &guard{Context: ctx, done: ctx.Done(), s: s, calls: callsOf(s.l)}
}

// Returns ctx as gopher-lua is to see it.
func (s *State) guarded(ctx context.Context) context.Context {
	if g, ok := ctx.(*guard); ok && g.s == s {
		return g
	}
	return &guard{Context: ctx, done: ctx.Done(), s: s}
}

// contextOf returns the context of what runs on l, for Go code; nil where there is none.
func contextOf(l *lua.LState) context.Context {
	if g, ok := l.Context().(*guard); ok {
		return g.Context
	}
	return l.Context()
}
