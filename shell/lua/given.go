package lua

import (
	"context"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// Given is a parameter that a command declared in Lua was given: a value or, where
// Block is set, a block.
type Given struct {
	Name  string
	Value jobs.Value
	Block *Block
}

// InputName is the field of a command's parameters that is not one of them: the
// iterator over what is piped in.
const InputName = "Input"

// CallGiven calls f as [Func.Call] does, with one table: the parameters by their
// names, found in any letter case, and under [InputName] a function that gives the
// next value that next returns, and nil at the end.
func (f *Func) CallGiven(ctx context.Context, given []Given, next func() (jobs.Value, bool, error)) ([]jobs.Value, error) {
	t, err := f.s.givenTable(given)
	if err != nil {
		return nil, err
	}
	t.RawSetString(InputName, goFunction(func(l *lua.LState) int {
		v, ok, err := next()
		switch {
		case err != nil:
			return raise(l, err)
		case !ok:
			return 0
		case v == nil:
			v = false // nil would end the loop
		}
		l.Push(stateOf(l).toLua(v))
		return 1
	}))
	return f.callLua(ctx, []lua.LValue{t})
}

func (s *State) givenTable(given []Given) (*lua.LTable, error) {
	t := s.l.CreateTable(0, len(given)+1)
	for _, g := range given {
		v := s.toLua(g.Value)
		if g.Block != nil {
			fn, err := s.Function(g.Block)
			if err != nil {
				return nil, err
			}
			v = fn.fn
		}
		t.RawSetString(g.Name, v)
	}
	t.Metatable = s.typeMeta("")
	return t, nil
}

// Function returns a block as a function of this state: the one it is, or one made
// of what it carries. The errors are those of [Block.Script], and KindSyntax.
func (s *State) Function(b *Block) (*Func, error) {
	if b.Func != nil && b.Func.s == s {
		return b.Func, nil
	}
	sc, err := b.Script(nil)
	if err != nil {
		return nil, err
	}
	if g, ok := sc.Using.Get(graphKey); ok {
		fn, err := s.decodeFunction(g)
		return &Func{s, fn}, err
	}
	return s.textFunction(sc)
}

// Makes a function of a block's text, with the parameters of one compiled in place.
func (s *State) textFunction(sc jobs.Script) (*Func, error) {
	text := sc.Text
	if s.opt.Resolver != nil {
		c, err := syntax.Compile(text, sc.Name, max(sc.Line, 1), s.resolver(text))
		if err != nil {
			return nil, err
		}
		text = c.Lua
	}
	fn, err := s.loadPlain("local it = ...; local _ = it; local args = {...} "+text, sc.Name, max(sc.Line, 1))
	return &Func{s, fn}, err
}

// Portable returns f as a block that can be made a function of any state, with its
// captured variables as they are now; see [Block.Script] for those that cannot.
func (f *Func) Portable() *Block {
	b := f.s.blockOf(f.fn)
	b.Func = nil
	return b
}

// Aside notes what of the state belongs to the calls underway, so that others can be
// made meanwhile, and returns how to put it back.
func (s *State) Aside() (back func()) {
	cur, nested, source, loads, current := s.cur, s.nested, s.source, s.loads, s.l.G.CurrentThread
	return func() { s.cur, s.nested, s.source, s.loads, s.l.G.CurrentThread = cur, nested, source, loads, current }
}

// Owns reports whether f is a function of the state.
func (s *State) Owns(f *Func) bool { return f.s == s }

// Returns what tells words apart in a text, which may declare some itself.
func (s *State) resolver(text string) syntax.Resolver {
	if r, ok := s.opt.Resolver.(interface {
		Within(text string) syntax.Resolver
	}); ok {
		return r.Within(text)
	}
	return s.opt.Resolver
}
