package lua

import (
	"errors"
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// load translates and compiles the text of a script, or takes what it was compiled to
// before.
func (s *State) load(text, name string, line int) (*lua.LFunction, error) {
	if s.opt.Resolver == nil {
		return s.loadPlain(text, name, line)
	}
	src, r := source{text, name, line}, s.resolver(text)
	if proto := s.opt.Cache.find(src, r); proto != nil {
		return s.l.NewFunctionFromProto(proto), nil
	}
	a := &asking{r: r, asked: map[question]bool{}}
	c, err := syntax.Compile(text, name, line, a)
	if err != nil {
		return nil, err
	}
	proto, err := compile(c.Lua, name, line, text)
	if err != nil {
		return nil, err
	}
	s.opt.Cache.add(src, &unit{proto, slices.Collect(maps.Keys(a.asked))})
	return s.l.NewFunctionFromProto(proto), nil
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
