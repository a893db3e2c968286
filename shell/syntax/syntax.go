package syntax

import (
	"strings"

	"marsh/jobs"
)

// maxSource bounds a source, in bytes.
const maxSource = 16 << 20

// Resolver says what the names of a source mean where it will run.
//
// A Resolver may also have a method Suggest(name string) string, which returns the
// command that an unknown name was likely meant to be, or "", and a method
// Library(name string) bool, which reports whether Lua's library has that name.
type Resolver interface {
	// Command returns the command of a name or alias, in any letter case.
	Command(name string) (CommandInfo, bool)
	// Program reports whether word is a path that is an executable, or a program on
	// this machine's PATH.
	Program(word string) bool
	// Variable reports whether a Lua global of that name is set.
	Variable(name string) bool
}

// CommandInfo is what the translator has to know of a command.
type CommandInfo struct {
	Name   string // canonical, lower case: "get-job"
	Inline bool   // blocks given to it are also compiled in place, as closures
	List   bool   // called as a Lua function it always returns a list
}

// Chunk is a translated source.
type Chunk struct {
	Lua   string // plain Lua 5.1, with as many lines as the source
	Name  string // the chunk's name, as given
	Line  int    // the line number of the first line of Lua
	Value bool   // the source is one expression: Lua returns its value
}

// Statement is one top-level statement of a source.
type Statement struct {
	Text    string // as typed, without the comments around it
	Line    int    // where it begins
	Command string // the canonical name of the command it begins with, or ""
}

// Compile translates text to Lua. Its first line has the number line; name stands in
// messages. Lines may end in CR LF, which becomes LF.
//
// The error is a [jobs.Error]: KindIncomplete when more lines would complete the text,
// KindLimit when it is longer than 16 MiB, KindSyntax otherwise, with the line, and the
// source line and a caret as Detail.
func Compile(text, name string, line int, r Resolver) (*Chunk, error) {
	p, err := read(text, name, line, r)
	if err != nil {
		return nil, err
	}
	out := p.render(0, len(p.text), 0)
	if err := checkLua(out, p.src); err != nil {
		return nil, err
	}
	return &Chunk{Lua: out, Name: name, Line: line, Value: p.single}, nil
}

// Statements splits text into its top-level statements, in order, to run them one by
// one. When the text is not right it returns those before the mistake, and the error
// that [Compile] gives.
func Statements(text, name string, r Resolver) ([]Statement, error) {
	p, err := read(text, name, 1, r)
	return p.stmts, err
}

// Reads the whole text; the parser is never nil.
func read(text, name string, line int, r Resolver) (*parser, error) {
	if len(text) > maxSource {
		return &parser{}, jobs.Errorf(jobs.KindLimit, "%s: the text is longer than %d MiB", name, maxSource>>20)
	}
	p := newParser(newSource(normalise(text), name, line), r)
	if err := p.try(p.chunk); err != nil {
		return p, err.err(p.src)
	}
	return p, nil
}

const byteOrderMark = "\uFEFF"

// Makes every line end in LF alone, as Lua's scanner counts LF CR as one line. A CR at
// the end is half of a line end.
func normalise(text string) string {
	text = strings.TrimSuffix(strings.TrimPrefix(text, byteOrderMark), "\r")
	if !strings.Contains(text, "\r") {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", " ")
}
