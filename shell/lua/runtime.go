package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// The functions that translated text calls.
func runtimeFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"__m_run": mRun, "__m_get": mGet, "__m_emit": emit, "__m_str": mStr,
		"__m_using": mUsing, "__m_cap": mCap, "__m_special": mSpecial,
		"run": runProgram, "emit": emit, "print": printLine, "sleep": sleep,
	}
}

// Runs a pipeline: __m_run(P).
func mRun(l *lua.LState) int {
	s := stateOf(l)
	s.source = sourceName(l)
	p, err := s.pipeline(l.CheckTable(1))
	if err == nil {
		_, err = s.exec(l, p)
	}
	if err != nil {
		return raise(l, err)
	}
	return 0
}

// Runs a pipeline for its values: nothing gives nil, one value itself, several a list.
func mGet(l *lua.LState) int {
	s := stateOf(l)
	s.source = sourceName(l)
	p, err := s.pipeline(l.CheckTable(1))
	if err != nil {
		return raise(l, err)
	}
	p.Capture = true
	values, err := s.exec(l, p)
	if err != nil {
		return raise(l, err)
	}
	l.Push(s.captured(values, false))
	return 1
}

func (s *State) captured(values []jobs.Value, list bool) lua.LValue {
	switch {
	case list:
		return s.listToLua(values)
	case len(values) == 0:
		return lua.LNil
	case len(values) == 1:
		return s.toLua(values[0])
	}
	return s.listToLua(values)
}

// Runs a pipeline on behalf of the thread l, which blocks in it call back into.
func (s *State) exec(l *lua.LState, p *Pipeline) ([]jobs.Value, error) {
	if s.opt.Exec == nil {
		return nil, jobs.Errorf(jobs.KindUnsupported, "commands cannot be run here: %s", p.Text)
	}
	if err := s.flush(contextOf(l)); err != nil {
		return nil, err
	}
	old := s.cur
	s.cur = l
	defer func() { s.cur = old }()
	return s.opt.Exec(contextOf(l), p)
}

// Writes its arguments to the output, nil left out: emit(v, …).
func emit(l *lua.LState) int {
	s := stateOf(l)
	values := make([]lua.LValue, l.GetTop())
	for i := range values {
		values[i] = l.Get(i + 1)
	}
	err := s.flush(contextOf(l))
	if err == nil {
		err = s.write(contextOf(l), values)
	}
	if err != nil {
		return raise(l, err)
	}
	return 0
}

// Writes its arguments as one line of text, with tabs between them.
func printLine(l *lua.LState) int {
	s := stateOf(l)
	parts := make([]string, l.GetTop())
	for i := range parts {
		parts[i] = text(l, l.Get(i+1))
	}
	err := s.flush(contextOf(l))
	if err == nil {
		err = s.writeValue(contextOf(l), strings.Join(parts, "\t"))
	}
	if err != nil {
		return raise(l, err)
	}
	return 0
}

// Joins the parts of a word: nil is nothing, values are written as for a person.
func mStr(l *lua.LState) int {
	s := stateOf(l)
	var b strings.Builder
	for i := 1; i <= l.GetTop(); i++ {
		part, err := s.wordText(l, l.Get(i))
		if err != nil {
			return raise(l, err)
		}
		b.WriteString(part)
	}
	l.Push(lua.LString(b.String()))
	return 1
}

// Returns a value as it reads inside a word. A list's values have blanks between them.
func (s *State) wordText(l *lua.LState, lv lua.LValue) (string, error) {
	if lv == lua.LNil {
		return "", nil
	}
	t, ok := lv.(*lua.LTable)
	if !ok || l.GetMetaField(t, "__tostring") != lua.LNil {
		return text(l, lv), nil
	}
	v, err := s.fromLua(t)
	if err != nil {
		return "", err
	}
	list, ok := v.(jobs.List)
	if !ok {
		return jobs.Text(v), nil
	}
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = jobs.Text(e)
	}
	return strings.Join(parts, " "), nil
}

// Returns a captured value: $using:x.
func mUsing(l *lua.LState) int {
	s, name := stateOf(l), l.CheckString(1)
	v, ok := s.using.Get(name)
	if !ok {
		return raise(l, jobs.Errorf(jobs.KindScript, "$using:%s has no value here: it is taken where a block is written", name))
	}
	l.Push(s.toLua(v))
	return 1
}

// Takes the value of $using:x where the block is written: __m_cap("x", x). With true
// as the third argument the value may be missing.
func mCap(l *lua.LState) int {
	s, name, v := stateOf(l), l.CheckString(1), l.Get(2)
	if v == lua.LNil {
		outer, _ := s.using.Get(name)
		v = s.toLua(outer)
	}
	if v == lua.LNil && l.ToBool(3) {
		return 0
	}
	if v == lua.LNil {
		return raise(l, jobs.Errorf(jobs.KindScript, "the value of $using:%s cannot be taken: %s is not set here", name, name))
	}
	if _, err := s.fromLua(v); err != nil {
		return raise(l, usingError(name, err))
	}
	l.Push(v)
	return 1
}

func usingError(name string, err error) *jobs.Error {
	return jobs.Errorf(jobs.KindValue, "the value of $using:%s cannot be taken: %w", name, err)
}

// Returns $?, $LASTEXITCODE, $error.
func mSpecial(l *lua.LState) int {
	s := stateOf(l)
	if s.opt.Special == nil {
		return 0
	}
	v, err := jobs.Normalize(s.opt.Special(l.CheckString(1)))
	if err != nil {
		return raise(l, err)
	}
	l.Push(s.toLua(v))
	return 1
}
