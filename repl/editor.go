package repl

import (
	"context"
	"errors"

	"marsh/shell/syntax"
)

// MaxLine is the longest line, and the longest statement, that is read, in bytes.
const MaxLine = 1 << 20

// ErrInterrupted is returned by [Editor.ReadLine] when Ctrl-C was pressed: what was
// typed is dropped.
var ErrInterrupted = errors.New("interrupted")

// ErrLineTooLong is returned by [Editor.ReadLine] for a line of more than
// [MaxLine] bytes, which is skipped; the next call reads the line behind it.
var ErrLineTooLong = errors.New("line too long")

// Editor is where lines come from.
type Editor interface {
	// ReadLine reads one line; it may hold newlines when it was pasted or
	// recalled. It returns io.EOF at the end, ErrInterrupted, ErrLineTooLong, or
	// ctx's cause when ctx ends. One goroutine at a time calls it.
	ReadLine(ctx context.Context, q Request) (string, error)
	// Announce shows text, which is one or more whole lines, without disturbing
	// the line being typed: above it, or before the next prompt. Any goroutine may
	// call it, at any time.
	Announce(text string)
	// Redraw shows the line being typed anew: what Highlight returns has changed. Any
	// goroutine may call it, at any time.
	Redraw()
	// Interactive reports whether a person types the lines.
	Interactive() bool
}

// Request is what an Editor needs to know to read one line.
type Request struct {
	// Prompt is shown before the line. It may hold SGR sequences, ESC [ … m, which have no
	// width, and no other control character.
	Prompt string
	More   string // shown before the further rows of a line that has several
	// Text is what the line begins with, the cursor behind it.
	Text string
	// Again says that the line goes on with the one read last, whose text Text begins
	// with: it is drawn in the place of that one. Nothing was printed in between.
	Again bool
	// Complete offers what could stand at the byte offset cursor in text; nil
	// offers nothing. It may be slow, and is called on a goroutine of its own: typing
	// goes on, and ctx ends when the answer is not wanted any more. ReadLine waits for it.
	Complete func(ctx context.Context, text string, cursor int) []Candidate
	// Highlight returns the parts of text to be coloured; nil colours nothing. It
	// returns at once.
	Highlight func(text string) []syntax.Span
	// Style is how the line looks.
	Style Style
	// Edit has text edited by the user's own editor, which gets the terminal; nil
	// where there is none.
	Edit func(ctx context.Context, text string) (string, error)
	// History are the earlier lines, oldest first; the Editor does not change it.
	History []string
	// Secret says that the line is a password or the like: nothing of it is shown.
	Secret bool
	// Width returns the number of columns that a text takes on the screen.
	Width func(string) int
	// Cluster returns the length in bytes of the character that a text begins with,
	// with what is drawn into it; nil takes what has no width for that.
	Cluster func(string) int
}

// Style is how a line that is typed looks.
type Style struct {
	Plain  bool // no part of it is coloured
	NoHint bool // nothing is suggested behind the cursor
	// Colors are the parameters of the SGR sequences (ECMA-48 8.3.117) that classes have
	// instead of their usual ones, such as "1;31"; "" is that of plain text.
	Colors map[syntax.Class]string
}

// Candidate is one thing that the Tab key offers.
type Candidate struct {
	Text  string // replaces what stands from Start to the cursor
	Start int    // a byte offset in the line
	Show  string // as a menu shows it; "" for Text
	Help  string // one line about it; may be ""
}
