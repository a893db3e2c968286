package shell

import (
	"errors"

	"marsh/jobs"
	"marsh/shell/lua"
	"marsh/shell/syntax"
)

// What follows answers the questions of the prompt. It looks at the script's
// variables between two steps of it, and changes nothing.

// Meanings says what words at the start of a statement are, in their order, by the
// rules that a line is read by.
func (c *Call) Meanings(words []string) ([]syntax.Meaning, error) {
	out := make([]syntax.Meaning, len(words))
	err := c.Engine.onOwner(c.Ctx, call{f: func() {
		for i, w := range words {
			out[i] = meaning(resolver{c.Engine}, w)
		}
	}})
	return out, err
}

func meaning(r resolver, word string) syntax.Meaning {
	if _, ok := r.Command(word); ok {
		return syntax.IsCommand
	}
	switch {
	case r.Variable(word):
		return syntax.IsVariable
	case r.Program(word):
		return syntax.IsProgram
	case r.Library(word):
		return syntax.IsVariable
	}
	return syntax.Unknown
}

// Statements returns how many whole statements text has, and whether more lines would
// complete another one.
func (c *Call) Statements(text string) (whole int, unfinished bool, err error) {
	err = c.Engine.onOwner(c.Ctx, call{f: func() {
		found, failed := syntax.Statements(text, "line", resolver{c.Engine})
		whole, unfinished = len(found), errors.Is(failed, jobs.KindIncomplete)
	}})
	return whole, unfinished, err
}

// Name is a name that can stand at a place in a line, and what it names.
type Name struct {
	Text string
	Kind string // a word: "string", "function", "Job"
	User bool   // of a variable: the user set it
}

// Names returns the names behind a path of fields: the variables, libraries and
// functions of the script for an empty one; no more than limit.
func (c *Call) Names(path []string, limit int) (names []Name, err error) {
	err = c.Engine.onOwner(c.Ctx, call{f: func() {
		for _, n := range c.Engine.state.Names(path, limit) {
			names = append(names, nameOf(n, len(path) == 0 && c.Engine.state.HasGlobal(n.Text)))
		}
	}})
	return names, err
}

func nameOf(n lua.Name, user bool) Name { return Name{Text: n.Text, Kind: n.Kind, User: user} }
