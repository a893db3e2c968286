package lua

import "marsh/jobs"

// Pipeline is a command line as the running script made it: its words are
// evaluated, its blocks are captured. Whoever gives [Options] Exec runs it.
type Pipeline struct {
	Line       int    // of the source
	Text       string // as typed
	Background bool   // it ended in &
	Capture    bool   // its values are wanted, instead of written to the output stream
	Stages     []Stage
}

// StageKind says what a stage of a pipeline runs.
type StageKind uint8

// The kinds of stages.
const (
	Command   StageKind = iota // a marsh command
	Program                    // an external program
	ShellLine                  // !line: Name is for /bin/sh -c
)

// Stage is one command or program of a pipeline.
type Stage struct {
	Kind   StageKind
	Name   string
	Args   []Arg
	Redirs []Redir
}

// ArgKind says what an argument is.
type ArgKind uint8

// The kinds of arguments.
const (
	Word     ArgKind = iota // a bare word, in Text
	Quoted                  // a quoted string, in Text
	Value                   // a value, in Value
	List                    // a,b,c: in List
	Param                   // -Name: the name in Text; -Name:value has it in Attached
	BlockArg                // { … } or a Lua function, in Block
)

// Arg is one argument.
type Arg struct {
	Kind     ArgKind
	Text     string
	Value    jobs.Value
	List     []Arg
	Attached *Arg
	Block    *Block
}

// Block is a script block, or a Lua function in its place.
type Block struct {
	Text  string    // the source between the braces, as typed
	Line  int       // the line of Name on which Text begins
	Name  string    // the chunk's name, for messages
	Using *jobs.Map // the values captured for it; nil when there are none
	Func  *Func     // the block compiled in place; nil where it must be run from Text
}

// Redir is one redirection.
type Redir struct {
	From   int  // the stream, 1 to 6; 0 is all of them
	To     Arg  // the file, where Merge is 0
	Append bool // >>
	Merge  int  // the stream to join (2>&1), or 0
}
