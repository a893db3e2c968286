package lua

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func stringFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"byte": strByte, "char": strChar, "len": strLen, "lower": strLower, "upper": strUpper,
		"rep": strRep, "reverse": strReverse, "sub": strSub, "format": strFormat,
		"find": strFind, "match": strMatch, "gmatch": strGmatch, "gsub": strGsub,
		appendMethod: strAppend, joinMethod: strJoin,
	}
}

// checkString returns an argument that is a string, or a number as text.
func checkString(l *lua.LState, n int) string {
	switch v := l.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return formatNumber(float64(v))
	}
	return l.CheckString(n)
}

// checkInt returns an argument that is a number, or a string that reads as one.
func checkInt(l *lua.LState, n int) int {
	f, ok := number(l.Get(n))
	if !ok {
		return l.CheckInt(n)
	}
	return int(max(min(f, math.MaxInt32), math.MinInt32))
}

func optInt(l *lua.LState, n, def int) int {
	if l.Get(n) == lua.LNil {
		return def
	}
	return checkInt(l, n)
}

// span returns the offsets of positions i to j, where negative ones count from the
// end: start <= end <= n.
func span(i, j, n int) (start, end int) {
	if i < 0 {
		i = max(n+i+1, 1)
	}
	if j < 0 {
		j = n + j + 1
	}
	i, j = max(i, 1), min(j, n)
	if i > j {
		return 0, 0
	}
	return i - 1, j
}

func pushString(l *lua.LState, s string) int {
	l.Push(lua.LString(s))
	return 1
}

func strByte(l *lua.LState) int {
	s := checkString(l, 1)
	i := optInt(l, 2, 1)
	start, end := span(i, optInt(l, 3, i), len(s))
	if end-start > maxUnpack {
		l.RaiseError("string slice too long")
	}
	for k := start; k < end; k++ {
		l.Push(lua.LNumber(s[k]))
	}
	return end - start
}

func strChar(l *lua.LState) int {
	b := make([]byte, l.GetTop())
	for i := range b {
		n := checkInt(l, i+1)
		if n < 0 || n > 255 {
			l.ArgError(i+1, "invalid value")
		}
		b[i] = byte(n)
	}
	return pushString(l, string(b))
}

func strLen(l *lua.LState) int {
	l.Push(lua.LNumber(len(checkString(l, 1))))
	return 1
}

// Changes the letters a to z only, as the C locale does.
func strLower(l *lua.LState) int { return pushString(l, mapBytes(checkString(l, 1), 'A', 'Z')) }
func strUpper(l *lua.LState) int { return pushString(l, mapBytes(checkString(l, 1), 'a', 'z')) }

func mapBytes(s string, from, to byte) string {
	b := []byte(s)
	for i, c := range b {
		if from <= c && c <= to {
			b[i] = c ^ 0x20
		}
	}
	return string(b)
}

func strRep(l *lua.LState) int {
	s, n := checkString(l, 1), max(checkInt(l, 2), 0)
	if len(s) > 0 && n > maxStringBytes/len(s) {
		checkLength(l, maxStringBytes+1)
	}
	return pushString(l, strings.Repeat(s, n))
}

func strReverse(l *lua.LState) int {
	s := checkString(l, 1)
	b := make([]byte, len(s))
	for i := range b {
		b[i] = s[len(s)-1-i]
	}
	return pushString(l, string(b))
}

func strSub(l *lua.LState) int {
	s := checkString(l, 1)
	start, end := span(checkInt(l, 2), optInt(l, 3, -1), len(s))
	return pushString(l, s[start:end])
}

// Joins the parts of a table constructor that is too long for one: ("").__m_join(t, …).
func strJoin(l *lua.LState) int {
	t := l.CheckTable(2)
	for i := 3; i <= l.GetTop(); i++ {
		offset := (i - 2) * itemsPerTable
		l.CheckTable(i).ForEach(func(k, v lua.LValue) {
			t.RawSetInt(offset+int(k.(lua.LNumber)), v)
		})
	}
	l.Push(t)
	return 1
}

// Stores the rest of a long table constructor: ("").__m_append(t, n, …).
func strAppend(l *lua.LState) int {
	t, n := l.CheckTable(2), l.CheckInt(3)
	for i := 4; i <= l.GetTop(); i++ {
		t.RawSetInt(n+i-4, l.Get(i))
	}
	l.Push(t)
	return 1
}

// Arithmetic on strings that read as numbers, by Lua's rules and not by Go's.
func stringArithmetic() map[string]lua.LGFunction {
	ops := map[string]func(a, b float64) float64{
		"__add": func(a, b float64) float64 { return a + b },
		"__sub": func(a, b float64) float64 { return a - b },
		"__mul": func(a, b float64) float64 { return a * b },
		"__div": func(a, b float64) float64 { return a / b },
		"__mod": func(a, b float64) float64 { return a - math.Floor(a/b)*b },
		"__pow": math.Pow,
		"__unm": func(a, _ float64) float64 { return -a },
	}
	fs := map[string]lua.LGFunction{}
	for event, op := range ops {
		fs[event] = func(l *lua.LState) int { return arith(l, event, op) }
	}
	return fs
}

func arith(l *lua.LState, event string, op func(a, b float64) float64) int {
	a, aok := number(l.Get(1))
	b, bok := number(l.Get(2))
	if event == "__unm" {
		b, bok = 0, true
	}
	if aok && bok {
		l.Push(lua.LNumber(op(a, b)))
		return 1
	}
	for i := 1; i <= 2; i++ {
		if l.Get(i).Type() == lua.LTString {
			continue
		}
		if f, ok := l.GetMetaField(l.Get(i), event).(*lua.LFunction); ok {
			l.SetTop(2)
			l.Insert(f, 1)
			l.Call(2, 1)
			return 1
		}
	}
	if f, ok := frameAt(l, 1); ok {
		l.Error(lua.LString(stateOf(l).noted(f, f.badOperand())), 0)
	}
	l.RaiseError("attempt to perform arithmetic on a value that is no number")
	return 0
}
