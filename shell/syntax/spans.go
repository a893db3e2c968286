package syntax

// Class says what a part of a line is, for an editor to colour.
type Class uint8

// The classes of a line's parts.
const (
	ClassText      Class = iota // nothing special, and what is not decided yet
	ClassCommand                // a command of marsh
	ClassProgram                // a program, a path, the ! of a line for sh
	ClassUnknown                // a first word that nobody knows
	ClassParameter              // -Name of a command line
	ClassString                 // a quoted text
	ClassVariable               // $name, ${name}, $name.field
	ClassKeyword                // a keyword of Lua
	ClassNumber                 // a number
	ClassComment                // a comment
	ClassOperator               // | > >> & and their like
	ClassOpen                   // a bracket or quote that is not closed, or closes nothing
)

// Span is a part of a text that has a class.
type Span struct {
	Start, End int // bytes
	Class      Class
}

// Meaning is what a name means where a line will run.
type Meaning uint8

// The meanings of a name.
const (
	Pending    Meaning = iota // not known yet
	Unknown                   // nobody knows it
	IsCommand                 // a command or alias
	IsProgram                 // a program of that machine
	IsVariable                // a Lua global that is set, Lua's library included
)

// Spans returns the parts of text that are to be coloured, in order and without
// overlap; what lies between them is plain. The text may be half typed, or wrong.
// meaning says what a name at the start of a statement is; it must answer at once.
func Spans(text string, meaning func(word string) Meaning) []Span { return nil }
