package lua

import (
	"fmt"
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// frame is a call of a Lua function that is under way.
type frame struct {
	l     *lua.LState
	dbg   *lua.Debug
	proto *lua.FunctionProto
	pc    int // the instruction that runs
}

// frameAt returns the call at a level, which 0 is the one that runs now; ok is false
// where it is not of a Lua function.
func frameAt(l *lua.LState, level int) (f frame, ok bool) {
	dbg, ok := l.GetStack(level)
	if !ok {
		return frame{}, false
	}
	fn, err := l.GetInfo("f", dbg, lua.LNil)
	called, ok := fn.(*lua.LFunction)
	if err != nil || !ok || called.IsG {
		return frame{}, false
	}
	f.l, f.dbg, f.proto, f.pc = l, dbg, called.Proto, programCounter(dbg)-1
	return f, f.pc >= 0 && f.pc < len(f.proto.Code)
}

// programCounter reads where a call is, which gopher-lua keeps to itself.
func programCounter(dbg *lua.Debug) int {
	call := reflect.ValueOf(dbg).Elem().FieldByName("frame")
	if call.Kind() != reflect.Pointer || call.IsNil() {
		return 0
	}
	if pc := call.Elem().FieldByName("Pc"); pc.CanInt() {
		return int(pc.Int())
	}
	return 0
}

// where returns the position of a call, as it stands in front of a message.
func (f frame) where() string {
	return fmt.Sprintf("%s:%d: ", f.proto.SourceName, f.proto.DbgSourcePositions[f.pc])
}

// instruction is one of gopher-lua's, which are Lua 5.1's (lopcodes.h) in another
// order of B and C.
type instruction uint32

func (i instruction) op() int { return int(i >> 26) }
func (i instruction) a() int  { return int(i>>18) & 0xff }
func (i instruction) b() int  { return int(i & 0x1ff) }
func (i instruction) c() int  { return int(i>>9) & 0x1ff }
func (i instruction) bx() int { return int(i & 0x3ffff) }

// jump returns by how much a jump goes on.
func (i instruction) jump() int { return i.bx() - 1<<17 + 1 }

// constantBit marks an operand that is a constant.
const constantBit = 1 << 8

func (f frame) at(pc int) instruction { return instruction(f.proto.Code[pc]) }

// value returns what is in a register.
func (f frame) value(reg int) lua.LValue {
	_, v := f.l.GetLocal(f.dbg, reg+1)
	return v
}

// constant returns the text of an operand that is a constant string, or "".
func (f frame) constant(operand int) string {
	if operand&constantBit == 0 {
		return ""
	}
	return f.text(operand &^ constantBit)
}

func (f frame) text(i int) string {
	if i < len(f.proto.Constants) {
		if s, ok := f.proto.Constants[i].(lua.LString); ok {
			return string(s)
		}
	}
	return ""
}
