package format

import (
	"strings"

	"marsh/jobs"
)

// Mode says how values are shown.
type Mode int

// The modes.
const (
	Auto  Mode = iota // text as lines, maps as a table or, when they are wide, a list
	Table             // every map as a row of a table
	List              // every map as a list of its properties
	JSON              // every value as one line of JSON
)

var modeNames = [...]string{"auto", "table", "list", "json"}

// String returns the mode's name, as [ParseMode] reads it.
func (m Mode) String() string {
	if m < 0 || int(m) >= len(modeNames) {
		return modeNames[Auto]
	}
	return modeNames[m]
}

// ParseMode returns the mode of the given name, in any letter case, or an error of
// kind KindUsage.
func ParseMode(name string) (Mode, error) {
	for i, n := range modeNames {
		if strings.EqualFold(n, name) {
			return Mode(i), nil
		}
	}
	return Auto, jobs.Errorf(jobs.KindUsage, "%q is no way to show output; use %s", name, strings.Join(modeNames[:], ", "))
}

// Options say how a [Printer] shows what is written to it.
type Options struct {
	Mode Mode
	// Width is the terminal's width in columns. 0 says that the output is no
	// terminal: nothing is cut to a width, and text goes out byte for byte. A
	// caller whose terminal does not tell its width gives a guess, such as 80.
	Width int
	// Color lets errors be red and warnings yellow.
	Color bool
	// RawErrors says that the writer for errors is no terminal either, so that text
	// may go there byte for byte.
	RawErrors bool
	// Columns are the properties to show of a map, in order; empty shows those of
	// the map's view, or all.
	Columns []string
	// NoHeader leaves out the lines with the names of a table's columns.
	NoHeader bool
}
