package lua

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// thread returns a main thread for a new state: one that was recycled, or a new one.
func (c *Cache) thread() *lua.LState {
	if c != nil {
		if l, ok := c.threads.Get().(*lua.LState); ok {
			return l
		}
	}
	return newThread()
}

// Recycle closes the state, which must not be used any more, and gives its main thread to
// the next state that shares the cache, if it is then as a new one is. What a state is
// known by, its tables of globals and its registry, are those of its Global, which the
// next state gets a new one of.
func (s *State) Recycle() {
	s.Close()
	l := s.l
	s.l = nil
	if s.opt.Cache == nil || s.running || s.marked || l == nil || !wipe(l) {
		return
	}
	g := *l.G
	g.Registry, g.Global, g.MainThread, g.CurrentThread = nil, nil, nil, nil
	l.G, l.Env, l.Panic = &g, nil, nil
	l.RemoveContext()
	s.opt.Cache.threads.Put(l)
}

// wipe removes all that calls have left on a thread on which nothing runs, and reports
// whether that is all there was: one that has grown, or is in use, is not worth it.
func wipe(l *lua.LState) bool {
	at := callLayout()
	if !at.known || l.Parent != nil || l.Dead || l.GetTop() != 0 {
		return false
	}
	v := reflect.ValueOf(l).Elem()
	values := (*[]lua.LValue)(unsafe.Pointer(v.Field(at.registers).Elem().Field(at.values).UnsafeAddr()))
	calls := callsOf(l)
	if !v.Field(at.open).IsNil() || !v.Field(at.frame).IsNil() || len(*values) != registryStart ||
		*calls.last != 0 || len(*calls.segments) != firstDepth/lua.FramesPerSegment {
		return false
	}
	clear(*values)
	reflect.NewAt(at.segment, (*calls.segments)[0]).Elem().SetZero()
	return true
}
