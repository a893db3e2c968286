package lua

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func tableFunctions(stock map[string]lua.LGFunction) map[string]lua.LGFunction {
	own := map[string]lua.LGFunction{
		"concat": tableConcat, "insert": tableInsert, "remove": tableRemove, "sort": tableSort, "foreach": tableForeach, "foreachi": tableForeachi, "setn": tableSetn, "maxn": tableMaxn,
	}
	maps.Copy(own, stock)
	return own
}

func tableConcat(l *lua.LState) int {
	t, sep, i := l.CheckTable(1), l.OptString(2, ""), l.OptInt(3, 1)
	j := t.Len()
	if l.Get(4) != lua.LNil {
		j = l.CheckInt(4)
	}
	var b strings.Builder
	for k := i; k <= j; k++ {
		v := t.RawGet(lua.LNumber(k))
		if !lua.LVCanConvToString(v) {
			l.RaiseError("invalid value (%s) at index %d in table for 'concat'", v.Type(), k)
		}
		b.WriteString(text(l, v))
		if k < j {
			b.WriteString(sep)
		}
		checkLength(l, b.Len())
	}
	l.Push(lua.LString(b.String()))
	return 1
}

// checkLength refuses a string that has grown too long.
func checkLength(l *lua.LState, n int) {
	if n > maxStringBytes {
		l.RaiseError("the string would be longer than %d MiB", maxStringBytes>>20)
	}
}

// largeString is from how many bytes on a string is asked room for.
const largeString = 1 << 20

// reserve refuses a string that is about to be made and is too long, or for which there
// is no room.
func reserve(l *lua.LState, n int) {
	checkLength(l, n)
	if n < largeString {
		return
	}
	if room := stateOf(l).opt.Room; room != nil {
		if err := room(n); err != nil {
			raise(l, err)
		}
	}
}

func tableInsert(l *lua.LState) int {
	t := l.CheckTable(1)
	n := t.Len() + 1
	switch l.GetTop() {
	case 2:
		t.RawSetInt(n, l.Get(2))
		return 0
	case 3:
	default:
		l.RaiseError("wrong number of arguments to 'insert'")
	}
	checkFar(l, t, l.CheckNumber(2))
	pos := int(l.CheckNumber(2))
	n = max(n, pos)
	if pos < 1 {
		l.ArgError(2, "position out of bounds")
	}
	for i := n; i > pos; i-- {
		t.RawSetInt(i, t.RawGetInt(i-1))
	}
	t.RawSetInt(pos, l.Get(3))
	return 0
}

func tableRemove(l *lua.LState) int {
	t := l.CheckTable(1)
	n := t.Len()
	pos := int(l.OptNumber(2, lua.LNumber(n)))
	if pos < 1 || pos > n {
		return 0
	}
	l.Push(t.Remove(pos))
	return 1
}

// tableSorter sorts the items 1 to n of a table.
type tableSorter struct {
	l    *lua.LState
	less *lua.LFunction
	vals []lua.LValue
}

func (s *tableSorter) Len() int      { return len(s.vals) }
func (s *tableSorter) Swap(i, j int) { s.vals[i], s.vals[j] = s.vals[j], s.vals[i] }

func (s *tableSorter) Less(i, j int) bool {
	if s.less == nil {
		return s.l.LessThan(s.vals[i], s.vals[j])
	}
	s.l.Push(s.less)
	s.l.Push(s.vals[i])
	s.l.Push(s.vals[j])
	s.l.Call(2, 1)
	defer s.l.Pop(1)
	return lua.LVAsBool(s.l.Get(-1))
}

func tableSort(l *lua.LState) int {
	t := l.CheckTable(1)
	s := &tableSorter{l: l, vals: make([]lua.LValue, t.Len())}
	if l.Get(2) != lua.LNil {
		s.less = l.CheckFunction(2)
	}
	for i := range s.vals {
		s.vals[i] = t.RawGetInt(i + 1)
	}
	sort.Sort(s)
	for i, v := range s.vals {
		t.RawSetInt(i+1, v)
	}
	return 0
}

func tableForeach(l *lua.LState) int {
	t, f := l.CheckTable(1), l.CheckFunction(2)
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		l.Push(f)
		l.Push(k)
		l.Push(v)
		l.Call(2, 1)
		if r := l.Get(-1); r != lua.LNil {
			return 1
		}
		l.Pop(1)
	}
	return 0
}

func tableForeachi(l *lua.LState) int {
	t, f := l.CheckTable(1), l.CheckFunction(2)
	for i, n := 1, t.Len(); i <= n; i++ {
		l.Push(f)
		l.Push(lua.LNumber(i))
		l.Push(t.RawGetInt(i))
		l.Call(2, 1)
		if r := l.Get(-1); r != lua.LNil {
			return 1
		}
		l.Pop(1)
	}
	return 0
}

// Returns the largest number that is a key.
func tableMaxn(l *lua.LState) int {
	t, most := l.CheckTable(1), lua.LNumber(0)
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		if n, ok := k.(lua.LNumber); ok {
			most = max(most, n)
		}
	}
	l.Push(most)
	return 1
}

func tableSetn(l *lua.LState) int {
	l.RaiseError("'setn' is obsolete")
	return 0
}

// randomSource is a state's own random numbers: seeded by chance until
// math.randomseed is called.
type randomSource struct{ r *rand.Rand }

func (r *randomSource) get() *rand.Rand {
	if r.r == nil {
		r.r = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	return r.r
}

func mathFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{"random": mathRandom, "randomseed": mathRandomseed, "modf": mathModf}
}

// Splits a number; an infinite one has no fraction.
func mathModf(l *lua.LState) int {
	n := float64(l.CheckNumber(1))
	whole, part := math.Modf(n)
	if math.IsInf(n, 0) {
		whole, part = n, 0
	}
	l.Push(lua.LNumber(whole))
	l.Push(lua.LNumber(part))
	return 2
}

func mathRandomseed(l *lua.LState) int {
	seed := math.Float64bits(float64(l.CheckNumber(1)))
	stateOf(l).rand.r = rand.New(rand.NewPCG(seed, 0))
	return 0
}

func mathRandom(l *lua.LState) int {
	r := stateOf(l).rand.get()
	if l.GetTop() == 0 {
		l.Push(lua.LNumber(r.Float64()))
		return 1
	}
	low, high := int64(1), l.CheckInt64(1)
	if l.GetTop() > 1 {
		low, high = high, l.CheckInt64(2)
	}
	if cmp.Compare(low, high) > 0 || high-low < 0 || high-low == math.MaxInt64 {
		l.ArgError(l.GetTop(), "interval is empty")
	}
	l.Push(lua.LNumber(low + r.Int64N(high-low+1)))
	return 1
}
