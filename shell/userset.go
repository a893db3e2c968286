package shell

import (
	"maps"
	"slices"
	"strings"

	"marsh/jobs"
	"marsh/shell/lua"
)

// userSet is the commands that a user has declared. It does not change once made.
type userSet struct {
	list   []*Command // by name
	byName map[string]*Command
}

func (u *userSet) lookup(name string) *Command {
	if u == nil {
		return nil
	}
	return u.byName[name]
}

// without returns a copy that lacks the command of that name.
func (u *userSet) without(name string) *userSet {
	n := &userSet{byName: make(map[string]*Command)}
	if u == nil {
		return n
	}
	n.list = slices.DeleteFunc(slices.Clone(u.list), func(c *Command) bool { return c.Name == name })
	maps.Copy(n.byName, u.byName)
	maps.DeleteFunc(n.byName, func(_ string, c *Command) bool { return c.Name == name })
	return n
}

// User reports whether the user declared the command.
func (c *Command) User() bool { return c.user }

// fork returns a set with the same commands; what is declared in one of the two is not
// seen in the other.
func (s *CommandSet) fork() *CommandSet {
	f := &CommandSet{list: s.list, byName: s.byName}
	f.user.Store(s.user.Load())
	return f
}

// declare adds a user's command, in the place of one of the same name.
func (s *CommandSet) declare(c *Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.user.Load().without(c.Name)
	for _, n := range c.Names() {
		if other := s.byName[n]; other != nil {
			return jobs.Errorf(jobs.KindState, "%s cannot be declared: %s is a command of marsh; choose another name", c.Name, n)
		}
		if other := next.byName[n]; other != nil {
			return jobs.Errorf(jobs.KindState, "%s cannot be declared: %s is a name of the command %s; remove-command %s makes it free", c.Name, n, other.Name, other.Name)
		}
		next.byName[n] = c
	}
	if len(next.list) >= maxUserCommands {
		return jobs.Errorf(jobs.KindLimit, "%s cannot be declared: there are %d commands of yours already; remove-command removes some", c.Name, maxUserCommands)
	}
	next.list = append(next.list, c)
	slices.SortFunc(next.list, byName)
	s.user.Store(next)
	return nil
}

// Remove removes the command of the user that has the name or alias. Its errors are of
// kind KindNotFound and KindState.
func (s *CommandSet) Remove(name string) error {
	c := s.Lookup(name)
	if c == nil {
		return s.unknownCommand(name)
	}
	if !c.user {
		return jobs.Errorf(jobs.KindState, "%s is a command of marsh and cannot be removed", strings.ToLower(name))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user.Store(s.user.Load().without(c.Name))
	return nil
}

// functions returns the functions of the user's commands that are functions of the state.
func (s *CommandSet) functions(state *lua.State) (all []*lua.Func) {
	u := s.user.Load()
	if u == nil {
		return nil
	}
	for _, c := range u.list {
		if f := c.code.here; f != nil && state.Owns(f) {
			all = append(all, f)
		}
	}
	return all
}

// move puts functions of another state in the place of those that they are copies of.
func (s *CommandSet) move(fns, copies []*lua.Func) {
	old := s.user.Load()
	if old == nil {
		return
	}
	next := &userSet{byName: make(map[string]*Command)}
	for _, c := range old.list {
		if i := slices.Index(fns, c.code.here); i >= 0 && c.code.here != nil {
			c = c.withFunction(copies[i])
		}
		next.list = append(next.list, c)
		for _, n := range c.Names() {
			next.byName[n] = c
		}
	}
	s.user.Store(next)
}

// withFunction returns the user's command with another function; where that is nil, with
// what its own one carries.
func (c *Command) withFunction(f *lua.Func) *Command {
	moved, code := *c, *c.code
	code.here = f
	moved.setCode(&code)
	return &moved
}

// setCode has the command run a user's code.
func (c *Command) setCode(code *userCode) {
	c.code = code
	c.make = func() Runner { return &userRunner{code: code, values: slices.Clone(code.defaults)} }
}
