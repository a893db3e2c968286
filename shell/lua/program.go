package lua

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// Runs a program with the words of a list, as they are, and returns its exit status:
// run{"grep", "-q", "x", "file"}. What it writes goes where a program's output goes.
// Only one that cannot be run is an error.
func runProgram(l *lua.LState) int {
	s := stateOf(l)
	st, err := s.programStage(l)
	if err != nil {
		return raise(l, err)
	}
	_, err = s.exec(l, &Pipeline{Line: currentLine(l), Text: "run{…}", Stages: []Stage{st}})
	e, ok := errors.AsType[*jobs.Error](err)
	if err != nil && (!ok || e.Kind != jobs.KindExitStatus) {
		return raise(l, err)
	}
	status := 0
	if e != nil {
		status = e.Status
	}
	l.Push(lua.LNumber(status))
	return 1
}

// Makes a stage of the list that run was given.
func (s *State) programStage(l *lua.LState) (Stage, error) {
	st := Stage{Kind: Program}
	t, ok := l.Get(1).(*lua.LTable)
	if !ok || t.Len() == 0 || l.GetTop() > 1 {
		return st, jobs.Errorf(jobs.KindUsage, `run takes a list, the program and its words: run{"ls", "-l"}`)
	}
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		if _, ok := k.(lua.LNumber); !ok {
			return st, jobs.Errorf(jobs.KindUsage, "run does not know what to do with %s = …; it takes a list of words", k)
		}
		switch v.(type) {
		case lua.LString, lua.LNumber:
		default:
			return st, jobs.Errorf(jobs.KindUsage, "run: a program's word is a string or number, not a %s", v.Type())
		}
	}
	st.Name = text(l, t.RawGetInt(1))
	for i := 2; i <= t.Len(); i++ {
		st.Args = append(st.Args, Arg{Kind: Quoted, Text: text(l, t.RawGetInt(i))})
	}
	return st, nil
}
