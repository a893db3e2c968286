package lua

import lua "github.com/yuin/gopher-lua"

// givenNames are the names by which a script knows what it was given.
var givenNames = [...]string{"args", "using", inputName}

// givenTables are what they stand for, in that order; nil for those that nothing has
// asked for yet.
type givenTables [len(givenNames)]lua.LValue

// putGiven makes tables those of the script that runs now, and returns those of the one
// before.
func (s *State) putGiven(tables givenTables) (before givenTables) {
	for i, name := range givenNames {
		if v := s.base.RawGetString(name); v != lua.LNil {
			before[i] = v
			s.base.RawSetString(name, lua.LNil)
		}
		if tables[i] != nil {
			s.base.RawSetString(name, tables[i])
		}
	}
	return before
}

// Makes what one of the names stands for; nil for another name.
func (s *State) givenNamed(name string) lua.LValue {
	switch name {
	case "args":
		return s.listToLua(s.argList)
	case "using":
		return s.usingTable()
	case inputName:
		return s.inputTable(s.using)
	}
	return lua.LNil
}
