package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func newMatcher(l *lua.LState, src, pat string) *matcher {
	return &matcher{ctx: l.Context(), src: src, pat: pat}
}

// Raises what a match failed with.
func checkMatch(l *lua.LState, err error) {
	if err != nil {
		l.RaiseError("%s", err.Error())
	}
}

// Pushes capture i; without captures, capture 0 is the whole match.
func (m *matcher) push(l *lua.LState, i, start, end int) {
	if i >= m.level && i == 0 {
		l.Push(lua.LString(m.src[start:end]))
		return
	}
	if i >= m.level {
		l.RaiseError("invalid capture index")
	}
	switch c := m.caps[i]; c.len {
	case capturePosition:
		l.Push(lua.LNumber(c.start + 1))
	case captureOpen:
		l.RaiseError("unfinished capture")
	default:
		l.Push(lua.LString(m.src[c.start : c.start+c.len]))
	}
}

// Pushes all captures, or the whole match where there are none.
func (m *matcher) pushAll(l *lua.LState, start, end int) int {
	n := max(m.level, 1)
	for i := range n {
		m.push(l, i, start, end)
	}
	return n
}

// Returns the offset that the argument init names.
func initOffset(l *lua.LState, n, size int) int {
	i := optInt(l, n, 1)
	if i < 0 {
		i = max(size+i+1, 1)
	}
	return min(max(i-1, 0), size)
}

func strFind(l *lua.LState) int {
	src, pat := checkString(l, 1), checkString(l, 2)
	init := initOffset(l, 3, len(src))
	if lua.LVAsBool(l.Get(4)) || !strings.ContainsAny(pat, "^$*+?.([%-") {
		i := strings.Index(src[init:], pat)
		if i < 0 {
			l.Push(lua.LNil)
			return 1
		}
		l.Push(lua.LNumber(init + i + 1))
		l.Push(lua.LNumber(init + i + len(pat)))
		return 2
	}
	m := newMatcher(l, src, pat)
	start, end, ok, err := m.find(init)
	checkMatch(l, err)
	if !ok {
		l.Push(lua.LNil)
		return 1
	}
	l.Push(lua.LNumber(start + 1))
	l.Push(lua.LNumber(end))
	if m.level == 0 {
		return 2
	}
	return 2 + m.pushAll(l, start, end)
}

func strMatch(l *lua.LState) int {
	src := checkString(l, 1)
	m := newMatcher(l, src, checkString(l, 2))
	start, end, ok, err := m.find(initOffset(l, 3, len(src)))
	checkMatch(l, err)
	if !ok {
		l.Push(lua.LNil)
		return 1
	}
	return m.pushAll(l, start, end)
}

// Returns a function that gives the next match each time.
func strGmatch(l *lua.LState) int {
	src, pat := checkString(l, 1), checkString(l, 2)
	at := 0
	l.Push(goFunction(func(l *lua.LState) int {
		m := newMatcher(l, src, pat)
		for ; at <= len(src); at++ {
			end, ok, err := m.at(at, 0)
			checkMatch(l, err)
			if ok {
				start := at
				at = max(end, at+btoi(end == at))
				return m.pushAll(l, start, end)
			}
		}
		return 0
	}))
	return 1
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func strGsub(l *lua.LState) int {
	src, pat := checkString(l, 1), checkString(l, 2)
	limit := optInt(l, 4, len(src)+1)
	repl := l.Get(3)
	switch repl.Type() {
	case lua.LTString, lua.LTNumber, lua.LTTable, lua.LTFunction:
	default:
		l.ArgError(3, "string/function/table expected")
	}
	anchored := strings.HasPrefix(pat, "^")
	m := newMatcher(l, src, pat)
	var b strings.Builder
	n, s := 0, 0
	for n < limit {
		end, ok, err := m.at(s, btoi(anchored))
		checkMatch(l, err)
		if ok {
			n++
			m.replace(l, &b, repl, s, end)
			checkLength(l, b.Len())
		}
		switch {
		case ok && end > s:
			s = end
		case s < len(src):
			b.WriteByte(src[s])
			s++
		default:
			s++
		}
		if s > len(src) || anchored {
			break
		}
	}
	b.WriteString(src[min(s, len(src)):])
	l.Push(lua.LString(b.String()))
	l.Push(lua.LNumber(n))
	return 2
}

// Writes what stands for the match src[s:e].
func (m *matcher) replace(l *lua.LState, b *strings.Builder, repl lua.LValue, s, e int) {
	var v lua.LValue
	switch r := repl.(type) {
	case *lua.LTable:
		m.push(l, 0, s, e)
		v = l.GetTable(r, l.Get(-1))
		l.Pop(1)
	case *lua.LFunction:
		l.Push(r)
		l.Call(m.pushAll(l, s, e), 1)
		v = l.Get(-1)
		l.Pop(1)
	default:
		m.expand(l, b, text(l, repl), s, e)
		return
	}
	switch {
	case !lua.LVAsBool(v):
		b.WriteString(m.src[s:e])
	case lua.LVCanConvToString(v):
		b.WriteString(text(l, v))
	default:
		l.RaiseError("invalid replacement value (a %s)", v.Type())
	}
}

// Writes the replacement text with its %0 to %9.
func (m *matcher) expand(l *lua.LState, b *strings.Builder, repl string, s, e int) {
	for i := 0; i < len(repl); i++ {
		if repl[i] != '%' {
			b.WriteByte(repl[i])
			continue
		}
		i++
		switch {
		case i >= len(repl):
			l.RaiseError("%s", "malformed replacement (ends with '%')")
		case repl[i] == '0':
			b.WriteString(m.src[s:e])
		case isDigit(repl[i]):
			m.push(l, int(repl[i]-'1'), s, e)
			b.WriteString(text(l, l.Get(-1)))
			l.Pop(1)
		default:
			b.WriteByte(repl[i])
		}
	}
}
