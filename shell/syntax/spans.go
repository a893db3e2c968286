package syntax

import (
	"slices"
	"strings"
)

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

var classNames = [...]string{"text", "command", "program", "unknown", "parameter", "string", "variable", "keyword", "number", "comment", "operator", "open"}

// String returns the class's name, such as "command".
func (c Class) String() string {
	if int(c) >= len(classNames) {
		return classNames[ClassText]
	}
	return classNames[c]
}

// ParseClass finds a class by name.
func ParseClass(name string) (Class, bool) {
	i := slices.Index(classNames[:], name)
	return Class(max(i, 0)), i >= 0
}

// ClassNames returns the names of all classes.
func ClassNames() []string { return classNames[:] }

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
// overlap; what lies between them is plain. The text may be half typed, or wrong: it
// is read as [Compile] reads it, and what is wrong is stepped over. It takes time in
// proportion to the text; of one that Compile refuses for its length nothing is
// coloured.
//
// Meaning says what a name at the start of a statement is: a command before a
// variable, a variable before a program, a program before Lua's library. It must answer
// at once, and is asked once for each name.
func Spans(text string, meaning func(word string) Meaning) []Span {
	if len(text) > maxSource {
		return nil
	}
	r := &meanings{of: meaning, known: map[string]Meaning{}}
	clean := normalise(text)
	p := painter(clean, r)
	if p.try(p.chunk) != nil {
		p = painter(clean, r)
		p.lenient = true
		p.try(p.chunk)
	}
	return shift(arrange(p.tints), text, len(clean))
}

// Returns a parser that records the parts of a text.
func painter(text string, r *meanings) *parser {
	p := newParser(newSource(text, "", 1), r)
	p.painting = true
	return p
}

// Puts parts in order. Those that are open stand above the others.
func arrange(last *tint) []Span {
	var parts, open []Span
	for t := last; t != nil; t = t.before {
		if t.Class == ClassOpen {
			open = append(open, t.Span)
		} else {
			parts = append(parts, t.Span)
		}
	}
	slices.Reverse(parts)
	slices.SortFunc(open, func(a, b Span) int { return a.Start - b.Start })
	return merge(parts, open)
}

// Lays the parts of above over those of below; both are in order.
func merge(below, above []Span) []Span {
	out := make([]Span, 0, len(below)+len(above))
	end := 0
	add := func(s Span) {
		if s.Start = max(s.Start, end); s.Start < s.End {
			out = append(out, s)
			end = s.End
		}
	}
	for _, s := range below {
		for len(above) > 0 && above[0].Start < s.End {
			add(Span{s.Start, above[0].Start, s.Class})
			add(above[0])
			above = above[1:]
		}
		add(s)
	}
	for _, s := range above {
		add(s)
	}
	return out
}

// Moves the parts of a text whose line ends were made LF to where they stand in it.
func shift(parts []Span, text string, length int) []Span {
	if len(text) == length {
		return parts
	}
	pos, by := 0, 0
	if strings.HasPrefix(text, byteOrderMark) {
		by = len(byteOrderMark)
	}
	move := func(to int) int {
		for ; pos < to; pos++ {
			if strings.HasPrefix(text[pos+by:], "\r\n") {
				by++
			}
		}
		return to + by
	}
	for i, s := range parts {
		parts[i].Start = move(s.Start)
		parts[i].End = move(s.End)
	}
	return parts
}

// meanings is a Resolver that knows of names what an editor is told of them.
type meanings struct {
	of    func(string) Meaning
	known map[string]Meaning
}

func (m *meanings) meaning(word string) Meaning {
	got, ok := m.known[word]
	if !ok {
		got = m.of(word)
		m.known[word] = got
	}
	return got
}

// Command knows the names of commands, and nothing more of them. That a value can
// begin a pipeline does not depend on what is known yet.
func (m *meanings) Command(name string) (CommandInfo, bool) {
	return CommandInfo{Name: strings.ToLower(name)}, name == writer || m.meaning(name) == IsCommand
}

// Program knows the programs.
func (m *meanings) Program(word string) bool { return m.meaning(word) == IsProgram }

// Variable knows the variables.
func (m *meanings) Variable(name string) bool { return m.meaning(name) == IsVariable }

// Returns the class of a first word that is no path.
func (m *meanings) class(word string) Class {
	switch m.meaning(word) {
	case Unknown:
		return ClassUnknown
	case IsCommand:
		return ClassCommand
	case IsProgram:
		return ClassProgram
	}
	return ClassText
}
