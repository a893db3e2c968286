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
	source := text
	if s.opt.Resolver != nil {
		c, err := syntax.Compile(text, name, line, s.resolver(text))
		if err != nil {
			return nil, err
		}
		text = c.Lua
	}
	return s.loadFrom(text, name, line, source)
}

func (s *State) loadPlain(text, name string, line int) (*lua.LFunction, error) {
	return s.loadFrom(text, name, line, text)
}

func (s *State) loadFrom(text, name string, line int, source string) (*lua.LFunction, error) {
	proto, err := compile(text, name, line, source)
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
	if err == nil || s.opt.Resolver == nil || errors.Is(err, jobs.KindLimit) {
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
