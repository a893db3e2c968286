package lua

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// load translates and compiles the text of a script.
func (s *State) load(text, name string, line int) (*lua.LFunction, error) {
	if s.opt.Resolver != nil {
		c, err := syntax.Compile(text, name, line, s.opt.Resolver)
		if err != nil {
			return nil, err
		}
		text = c.Lua
	}
	return s.loadPlain(text, name, line)
}

func (s *State) loadPlain(text, name string, line int) (*lua.LFunction, error) {
	proto, err := compile(text, name, line)
	if err != nil {
		return nil, err
	}
	return s.l.NewFunctionFromProto(proto), nil
}

// loadAny loads text that may be plain Lua or marsh's language, as load and require
// get it. What is right Lua is Lua, so that a Lua library means the same on every
// machine, whatever programs it has.
func (s *State) loadAny(text, name string) (*lua.LFunction, error) {
	if strings.HasPrefix(text, "#") {
		text = "--" + text
	}
	fn, err := s.loadPlain(text, name, 1)
	if err == nil || s.opt.Resolver == nil {
		return fn, err
	}
	fn, terr := s.load(text, name, 1)
	if terr != nil && !errors.Is(terr, jobs.KindIncomplete) {
		return nil, terr
	}
	if terr != nil {
		return nil, err
	}
	return fn, nil
}
