package lua

import (
	"marsh/jobs"
)

// Pipeline is one command line, ready to be run: its words are evaluated.
type Pipeline struct {
	Line       int    // its line in the source, from 1
	Source     string // what the source is called
	Text       string // as typed
	Background bool   // it ends in &
	Capture    bool   // its values are wanted by the caller instead of the output stream
	Stages     []Stage
}

// StageKind says what a [Stage] runs.
type StageKind uint8

// The kinds of stages.
const (
	Command   StageKind = iota // a marsh command
	Program                    // a program of this machine
	ShellLine                  // a line for /bin/sh -c
)

// Stage is one part of a pipeline, between two bars.
type Stage struct {
	Kind   StageKind
	Name   string // canonical command name, program as typed, or the shell line
	Args   []Arg
	Redirs []Redir
}

// ArgKind says what an [Arg] is.
type ArgKind uint8

// The kinds of arguments.
const (
	Word     ArgKind = iota // a bare word: Text
	Quoted                  // a quoted string: Text
	Value                   // a value with its type: Value
	List                    // a comma list: List
	Param                   // a parameter word: Text without its dash, Attached for -Name:value
	BlockArg                // a script block or a Lua function: Block
)

// Arg is one argument of a stage.
type Arg struct {
	Kind     ArgKind
	Text     string
	Value    jobs.Value
	List     []Arg
	Attached *Arg
	Block    *Block
	Named    []Arg // of a table that may as well be parameters by name: those
}

// Redir is one redirection.
type Redir struct {
	From   int  // the stream's number, 1 to 6; 0 for all of them
	To     Arg  // the file; zero where Merge is set
	Append bool // >> instead of >
	Merge  int  // the stream that From is written to instead; 0: to a file
}

// Block is a script block, or a Lua function given as one.
type Block struct {
	Text  string    // between the braces, or the function's source
	Line  int       // the line of Name on which Text begins, from 1
	Name  string    // what error messages call the source
	Using *jobs.Map // the captured values; nil when there are none
	Func  *Func     // the block as a function of this state; nil where it was not compiled in place

	err error // why it cannot run elsewhere; nil when it can
}

// Script returns the block as a script that can run in any state, here or on
// another machine. A Lua function whose captured variables cannot travel gives an
// error of kind KindValue that names the variable.
func (b *Block) Script(args jobs.List) (jobs.Script, error) {
	if b.err != nil {
		return jobs.Script{}, b.err
	}
	return jobs.Script{Text: b.Text, Name: b.Name, Line: b.Line, Args: args, Using: b.Using}, nil
}
