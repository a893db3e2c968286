package shell

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// Doc is what a command's declaration says besides its parameters.
type Doc struct {
	Name     string   // canonical, lower case: "get-job"
	Aliases  []string // other names, lower case: "gjb"
	Synopsis string   // one line: what it does, lower case, no period
	Help     string   // paragraphs for the help page; may be ""
	Input    string   // what it takes from the pipe: "jobs, numbers or names"; "" is nothing
	Output   string   // what it writes: "the jobs"; "" is nothing
	Related  []string // other commands and help topics to look at, besides those of its noun
	Examples []Example
	Inline   bool // blocks given to it run in place, as closures that see the variables around them
	List     bool // called as a Lua function it always returns a list
	Hidden   bool // not listed; for the prompt's own use
	Handover bool // what it writes goes to the next command one by one: nothing is underway when that one ends early
}

// Example is a command as it would be typed, with what it is good for.
type Example struct {
	Line string // as typed; several lines are separated by newlines
	Says string // what it shows
	Want string // what it prints, as a transcript; "" is not compared
	Skip string // why the tests cannot run it here ("needs a host"); "" runs it
}

// Runner is a command's parameters, bound, and what it does with them. A Runner is
// made anew for each call.
type Runner interface {
	Run(c *Call) error
}

// Command is a command, declared once: its binding, usage, help, completion and
// Lua function come from this.
type Command struct {
	Doc
	Params []*Param
	make   func() Runner
	user   bool      // declared by the user
	code   *userCode // what it does then
	later  bool      // there is nothing to run yet; the synopsis says what to do
}

// Later declares the name of a command that is not there yet. Whatever it is given, it
// fails with advice, which says what to do meanwhile. alias may be "".
func Later(name, alias, advice string) *Command {
	c := &Command{Doc: Doc{Name: name, Hidden: true, Synopsis: "not there yet: " + advice}, later: true}
	if alias != "" {
		c.Aliases = []string{alias}
	}
	return c
}

// Define declares a command whose parameters are the exported fields of T:
//
//	type waitJob struct {
//		Job     jobs.List     `param:"pos=0,kind=job" help:"the jobs to wait for: jobs, numbers or names"`
//		ID      []string      `param:"name=Id,alias=SessionId" help:"by number"`
//		Any     bool          `help:"return when the first has ended"`
//		Timeout time.Duration `help:"give up after this many seconds"`
//	}
//
// The tag's parts, separated by commas: name=N (else the field's name), pos=N
// (taken by position), rest (takes all further positional values), alias=N
// (repeatable), required, values=a|b (an enumeration), and kind=K for what
// completion should offer (job, session, host, command, file), min=N and max=N (the
// bounds of a number, or of seconds). A field "-" is no
// parameter. Types: bool (a switch), string, int, float64, time.Duration (seconds,
// or text such as "5m"), time.Time, *Block, jobs.Value, slices of string and int,
// jobs.List, and pointers to int, bool and float64 where "not given" matters. The
// fields of an embedded struct are parameters too: what several commands share.
//
// Define panics when T cannot be declared so: that is a mistake in the program.
func Define[T any, R interface {
	*T
	Runner
}](doc Doc) *Command {
	return &Command{Doc: doc, Params: paramsOf[T](doc.Name), make: func() Runner { return R(new(T)) }}
}

// Verb returns the part of the name before the dash, Noun what follows.
func (c *Command) Verb() string { v, _, _ := strings.Cut(c.Name, "-"); return v }

// Noun returns the part of the name after the dash, or "".
func (c *Command) Noun() string { _, n, _ := strings.Cut(c.Name, "-"); return n }

// AllParams returns the command's parameters and those that every command has.
func (c *Command) AllParams() []*Param { return append(slices.Clone(c.Params), commonParams()...) }

// Param finds a parameter by name, alias or unambiguous prefix, in any letter case.
func (c *Command) Param(name string) (*Param, error) {
	p, err := findParam(c.AllParams(), name)
	if err != nil {
		return nil, jobs.AsError(err).WithOp(c.Name)
	}
	return p, nil
}

// Usage returns the command's syntax on one line.
func (c *Command) Usage() string {
	var b strings.Builder
	b.WriteString(c.Name)
	for _, p := range c.Params {
		b.WriteByte(' ')
		b.WriteString(p.usage())
	}
	return b.String()
}

// CommandSet finds commands by name or alias: those of marsh, which do not change once
// the set is made, and those that the user has declared since.
type CommandSet struct {
	list   []*Command
	byName map[string]*Command
	user   atomic.Pointer[userSet] // what it points at never changes
	mu     sync.Mutex              // held to exchange it
}

// NewCommandSet makes a set. Besides its name and aliases each command about a
// session is known by the PSSession name of the reference (enter-pssession). It
// panics when two commands claim a name: a mistake in the program.
func NewCommandSet(list []*Command) *CommandSet {
	s := &CommandSet{list: slices.Clone(list), byName: make(map[string]*Command)}
	slices.SortFunc(s.list, byName)
	for _, c := range s.list {
		for _, n := range c.Names() {
			if s.byName[n] != nil {
				panic("two commands are called " + n)
			}
			s.byName[n] = c
		}
	}
	return s
}

func byName(a, b *Command) int { return strings.Compare(a.Name, b.Name) }

// Names returns all the names that c is known by, its own first.
func (c *Command) Names() []string {
	names := append([]string{c.Name}, c.Aliases...)
	if c.Noun() == "session" && !c.user {
		names = append(names, c.Verb()+"-pssession")
	}
	return names
}

// Lookup finds a command by name or alias, in any letter case.
func (s *CommandSet) Lookup(name string) *Command {
	name = strings.ToLower(name)
	if c := s.byName[name]; c != nil {
		return c
	}
	return s.user.Load().lookup(name)
}

// All returns the commands in the order of their names, hidden ones not included.
func (s *CommandSet) All() []*Command {
	all := slices.DeleteFunc(slices.Clone(s.list), func(c *Command) bool { return c.Hidden })
	if u := s.user.Load(); u != nil {
		all = append(all, u.list...)
		slices.SortFunc(all, byName)
	}
	return all
}

// unknownCommand is the error for a name that is no command.
func (s *CommandSet) unknownCommand(name string) error {
	e := jobs.Errorf(jobs.KindNotFound, "%s: no such command; get-command lists them", name)
	if near := s.Suggest(name); near != "" {
		e.Msg = name + ": no such command; did you mean " + near + "?"
	}
	return e
}

// Command, Program, Variable and Suggest let a set tell the language which words are
// commands where there is no engine: no programs, no variables.
func (s *CommandSet) Command(name string) (syntax.CommandInfo, bool) {
	c := s.Lookup(name)
	if c == nil {
		return syntax.CommandInfo{}, false
	}
	return syntax.CommandInfo{Name: c.Name, Inline: c.Inline, List: c.List}, true
}

// Program returns false.
func (s *CommandSet) Program(string) bool { return false }

// Variable returns false.
func (s *CommandSet) Variable(string) bool { return false }
