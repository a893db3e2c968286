package lua

import (
	"reflect"
	"sync"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"marsh/jobs"
)

// maxGap is how far past the end of a table an assignment may be before there has to be
// room for it. gopher-lua fills the gap with nil, whereas lua5.1 keeps such a key by its
// hash. Keys from lua.MaxArrayIndex on fill nothing.
const maxGap = 1 << 22

// gapBytes is what one nil in a gap takes: 16 bytes, twice while the table grows.
const gapBytes = 32

// instructions is gopher-lua's table of what instructions do, which it keeps to itself. Its
// assignment to a table looks at no bound and cannot be interrupted, so that the bound has
// to be in front of it; and only there does it cost nothing else.
//
//go:linkname instructions github.com/yuin/gopher-lua.jumpTable
var instructions [lua.OP_NOP + 1]func(l *lua.LState, inst uint32, base unsafe.Pointer) int

// boundAssignments has assignments to tables look at maxGap, in this process, from the
// first state on.
var boundAssignments = sync.OnceFunc(func() {
	set := instructions[lua.OP_SETTABLE]
	if set == nil {
		return
	}
	instructions[lua.OP_SETTABLE] = func(l *lua.LState, inst uint32, base unsafe.Pointer) int {
		i := instruction(inst)
		if n, ok := l.Get(i.b() + 1).(lua.LNumber); ok && n > maxGap && i.b()&constantBit == 0 && assignsFar(l, i, n) {
			return 0
		}
		return set(l, inst, base)
	}
})

// assignsFar deals with an assignment far past the end: of a value, which is refused where
// there is no room for the gap, or of nil, which changes nothing.
func assignsFar(l *lua.LState, i instruction, n lua.LNumber) (done bool) {
	t := assigned(l, l.Get(i.a()+1), n)
	if t == nil || !isFar(t, n) {
		return false
	}
	if i.c()&constantBit == 0 && l.Get(i.c()+1) == lua.LNil {
		return true
	}
	reserveGap(l, n)
	return false
}

// assigned returns the table that an assignment to obj changes; nil where it is a call, or
// a mistake.
func assigned(l *lua.LState, obj lua.LValue, n lua.LNumber) *lua.LTable {
	for range lua.MaxTableGetLoop {
		t, ok := obj.(*lua.LTable)
		if ok && t.RawGet(n) != lua.LNil {
			return t
		}
		next := l.GetMetaField(obj, "__newindex")
		if next == lua.LNil {
			return t
		}
		obj = next
	}
	return nil
}

// isFar reports whether an assignment fills more than maxGap.
func isFar(t *lua.LTable, n lua.LNumber) bool {
	if n <= maxGap || n >= lua.LNumber(lua.MaxArrayIndex) || n != lua.LNumber(int(n)) {
		return false
	}
	length, _ := part(reflect.ValueOf(t).Elem(), layout().array)
	return int(n) > length+maxGap
}

// checkFar refuses an assignment by a library function where there is no room for the gap.
func checkFar(l *lua.LState, t *lua.LTable, n lua.LNumber) {
	if isFar(t, n) {
		reserveGap(l, n)
	}
}

// reserveGap refuses an assignment for which there is no room.
func reserveGap(l *lua.LState, n lua.LNumber) {
	room := stateOf(l).opt.Room
	if room == nil {
		return
	}
	if err := room(int(n) * gapBytes); err != nil {
		raise(l, jobs.Errorf(jobs.KindLimit, "the index %d is far past the end of the table, and %s; a string as the key takes none", int(n), jobs.AsError(err).Msg))
	}
}

func baseRawset(l *lua.LState) int {
	t, k, v := l.CheckTable(1), l.CheckAny(2), l.CheckAny(3)
	if n, ok := k.(lua.LNumber); ok && isFar(t, n) {
		if v == lua.LNil {
			l.SetTop(1)
			return 1
		}
		reserveGap(l, n)
	}
	l.RawSet(t, k, v)
	l.SetTop(1)
	return 1
}

// farKey has a key that is a constant be computed, where it may be a large one: the bound
// on assignments looks at registers alone. Joining one value gives that value.
func farKey(e ast.Expr) ast.Expr {
	switch c := e.(type) {
	case *ast.NumberExpr:
		if n, ok := parseNumber(c.Value); ok && n <= maxGap {
			return e
		}
	case *ast.ArithmeticOpExpr, *ast.UnaryMinusOpExpr:
		if !isNumeric(c) {
			return e
		}
	default:
		return e
	}
	return place(&ast.FuncCallExpr{Func: place(&ast.StringExpr{Value: concatMark}, e), Args: []ast.Expr{e}, AdjustRet: true}, e)
}

// farKeys is farKey for the targets of an assignment.
func farKeys(targets []ast.Expr) {
	for _, l := range targets {
		if a, ok := l.(*ast.AttrGetExpr); ok {
			a.Key = farKey(a.Key)
		}
	}
}
