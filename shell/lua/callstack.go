package lua

import (
	"reflect"
	"sync"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// gopher-lua makes room for as many calls as a thread may ever have within one another:
// 10 KiB where that is [callDepth], in every state, of which a job mostly uses none. So
// the main thread begins with little, and is given more before it runs out. Its calls are
// in segments of lua.FramesPerSegment; what is too small is the list of these.
const (
	firstDepth = 128 // calls that the main thread has room for at first
	spareDepth = 64  // calls for which there is always room: more than growEvery instructions begin
	growEvery  = 16  // instructions from one look to the next
)

// callStack is the calls of a thread, which gopher-lua keeps to itself. The zero
// callStack is of one that has all the room that it may have.
type callStack struct {
	segments *[]unsafe.Pointer // those it has are first
	last     *uint16           // the one in use
}

// threadLayout is where gopher-lua keeps what a thread has.
type threadLayout struct {
	stack, segments, last int
	segment               reflect.Type // so many calls
	registers, values     int
	open, frame           int  // variables that closures share, and the call under way
	known                 bool // it is as it was when this was written
}

var callLayout = sync.OnceValue(func() (at threadLayout) {
	probe := lua.NewState(lua.Options{CallStackSize: firstDepth, SkipOpenLibs: true, MinimizeStackMemory: true})
	l := reflect.ValueOf(probe).Elem()
	at.known = true
	at.stack = at.field(l.Type(), "stack", reflect.Interface)
	at.registers = at.field(l.Type(), "reg", reflect.Pointer)
	at.open = at.field(l.Type(), "uvcache", reflect.Pointer)
	at.frame = at.field(l.Type(), "currentFrame", reflect.Pointer)
	if !at.known {
		return at
	}
	calls, registers := l.Field(at.stack).Elem().Type().Elem(), l.Field(at.registers).Type().Elem()
	at.segments = at.field(calls, "segments", reflect.Slice)
	at.last = at.field(calls, "segIdx", reflect.Uint16)
	at.values = at.field(registers, "array", reflect.Slice)
	if at.known = at.known && registers.Field(at.values).Type == reflect.TypeFor[[]lua.LValue](); at.known {
		at.segment = calls.Field(at.segments).Type.Elem().Elem()
	}
	return at
})

// field returns the number of a field; where it is not there, or not of that kind,
// nothing is known.
func (at *threadLayout) field(t reflect.Type, name string, kind reflect.Kind) int {
	f, ok := t.FieldByName(name)
	if !ok || f.Type.Kind() != kind {
		at.known = false
		return 0
	}
	return f.Index[0]
}

// callsOf returns the calls of a thread that was made with room for few.
func callsOf(l *lua.LState) callStack {
	at := callLayout()
	if !at.known {
		return callStack{}
	}
	calls := reflect.ValueOf(l).Elem().Field(at.stack).Elem().Elem()
	return callStack{
		segments: (*[]unsafe.Pointer)(unsafe.Pointer(calls.Field(at.segments).UnsafeAddr())), // of pointers, whatever to
		last:     (*uint16)(unsafe.Pointer(calls.Field(at.last).UnsafeAddr())),
	}
}

// mainDepth returns for how many calls a main thread is to be made.
func mainDepth() int {
	if callLayout().known {
		return firstDepth
	}
	return callDepth
}

// short reports whether there is room for little more than spareDepth calls.
func (c callStack) short() bool {
	return c.segments != nil && int(*c.last)+spareDepth/lua.FramesPerSegment >= len(*c.segments)
}

// grow makes room for so many calls in all, at most callDepth.
func (c callStack) grow(depth int) {
	n := min(depth, callDepth) / lua.FramesPerSegment
	if c.segments == nil || n <= len(*c.segments) {
		return
	}
	more := make([]unsafe.Pointer, n)
	copy(more, *c.segments)
	*c.segments = more
}

// growMore makes room for four times as many calls.
func (c callStack) growMore() { c.grow(4 * len(*c.segments) * lua.FramesPerSegment) }
