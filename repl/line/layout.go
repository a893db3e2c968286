package line

import (
	"strings"
	"unicode/utf8"
)

const (
	tabWidth = 4
	joiner   = '\u200d' // what follows it is drawn into the character before
)

// A layout is a line as it stands on the screen: rows that fit the terminal's
// width, and the cursor's place in them.
type layout struct {
	rows []string
	cols []int // the columns that each row takes
	x, y int   // the cursor
}

// Lays out line behind prompt; rows after a newline stand behind more. pos is the
// cursor, a rune's index in line.
func lay(prompt, more string, line []rune, pos, width int, columns func(string) int) layout {
	b := layouter{width: max(width, 2), columns: columns}
	b.text(prompt)
	for i, r := range line {
		if i == pos {
			b.mark()
		}
		if r == '\n' {
			b.breakRow()
			b.text(more)
			continue
		}
		b.rune(r)
	}
	if pos >= len(line) {
		b.mark()
	}
	b.breakRow()
	return b.layout
}

type layouter struct {
	layout
	width   int
	columns func(string) int
	row     strings.Builder
	col     int
	joined  bool
}

func (b *layouter) text(s string) {
	for _, r := range s {
		b.rune(r)
	}
}

// Puts the cursor behind what was laid out so far: on a further row where this one
// is full.
func (b *layouter) mark() {
	if b.col >= b.width {
		b.breakRow()
	}
	b.x, b.y = b.col, len(b.rows)
}

func (b *layouter) rune(r rune) {
	s, w := b.shape(r)
	if b.col+w > b.width {
		b.breakRow()
	}
	b.row.WriteString(s)
	b.col += w
}

// Returns how r is drawn, and the columns that it takes.
func (b *layouter) shape(r rune) (string, int) {
	joined := b.joined
	b.joined = r == joiner
	switch {
	case r == '\t':
		n := tabWidth - b.col%tabWidth
		n = min(n, max(1, b.width-b.col))
		return strings.Repeat(" ", n), n
	case r < ' ' || r == 0x7f:
		return "^" + string(r^0x40), 2
	case r < utf8.RuneSelf:
		return string(r), 1
	case deceives(r):
		return string(utf8.RuneError), 1
	case joined:
		return string(r), 0
	}
	s := string(r)
	return s, min(b.columns(s), b.width)
}

// Reports whether r would drive the terminal, or change the order in which the line
// is read: the C1 controls, and the controls of writing direction (UAX #9). A line
// that was pasted or recalled may hold them, and has to be seen before it runs.
func deceives(r rune) bool {
	switch {
	case r < 0xa0, r == 0x061c, r == 0x200e, r == 0x200f, r == 0x2028, r == 0x2029:
		return true
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func (b *layouter) breakRow() {
	b.rows = append(b.rows, b.row.String())
	b.cols = append(b.cols, b.col)
	b.row.Reset()
	b.col = 0
}

// Returns the part of l that fits a terminal of so many rows, with the cursor in
// it.
func (l layout) crop(height int) layout {
	height = max(height, 1)
	if len(l.rows) <= height {
		return l
	}
	from := min(max(0, l.y-height+1), len(l.rows)-height)
	l.rows, l.cols, l.y = l.rows[from:from+height], l.cols[from:from+height], l.y-from
	return l
}

// Returns on which row the cursor is when a terminal has been made width columns
// wide, and has broken the rows that had become too long.
func (l layout) cursorRow(width int) int {
	return broken(l.cols[:min(l.y, len(l.cols))], width) + l.x/max(width, 1)
}

// Returns how many rows l takes on such a terminal.
func (l layout) height(width int) int { return broken(l.cols, width) }

// Returns how many rows of width columns rows of so many columns take.
func broken(cols []int, width int) int {
	width = max(width, 1)
	n := 0
	for _, c := range cols {
		n += 1 + max(0, c-1)/width
	}
	return n
}
