package line

import (
	"strings"
	"unicode/utf8"
)

// A row is a row of the screen as it is written, and the columns that it takes.
type row struct {
	text string
	cols int
}

// A rowWriter makes one row of a menu or the like. What does not fit is cut off.
type rowWriter struct {
	width int
	m     measure
	pal   *palette // nil for none

	b   strings.Builder
	col int
	st  style
}

func (w *rowWriter) row() row {
	w.look(stylePlain)
	return row{w.b.String(), w.col}
}

// Goes on in another style.
func (w *rowWriter) look(st style) {
	if w.pal == nil || w.pal[st] == w.pal[w.st] {
		w.st = st
		return
	}
	w.st = st
	if sgr := w.pal[st]; sgr != "" {
		w.b.WriteString(sgr)
	} else {
		w.b.WriteString(plainSGR)
	}
}

// Writes s, as much as fits on the row.
func (w *rowWriter) text(s string, st style) { w.cut(s, w.width-w.col, st) }

// Writes s, or as much of it as fits into so many columns, with an ellipsis behind.
func (w *rowWriter) cut(s string, columns int, st style) {
	columns = min(columns, w.width-w.col)
	if columns <= 0 || s == "" {
		return
	}
	shown, n := w.m.visible(s)
	if n > columns {
		shown, n = w.m.cut(shown, columns)
	}
	w.look(st)
	w.b.WriteString(shown)
	w.col += n
}

// Writes blanks up to a column.
func (w *rowWriter) pad(col int, st style) {
	if n := min(col, w.width) - w.col; n > 0 {
		w.look(st)
		w.b.WriteString(strings.Repeat(" ", n))
		w.col += n
	}
}

// Returns s with what could drive the terminal made harmless, on one row, and its
// columns.
func (m measure) visible(s string) (string, int) {
	var b strings.Builder
	cols := 0
	for text := []rune(s); len(text) > 0; {
		n := m.next(text, 0)
		shown, w := m.shape(text[:n])
		b.WriteString(shown)
		cols += w
		text = text[n:]
	}
	return b.String(), cols
}

// Returns as much of s, which is visible text, as fits into columns with an ellipsis
// behind it.
func (m measure) cut(s string, columns int) (string, int) {
	var b strings.Builder
	cols := 0
	for text := []rune(s); len(text) > 0; {
		n := m.next(text, 0)
		w := m.columns(string(text[:n]))
		if cols+w > columns-1 {
			break
		}
		b.WriteString(string(text[:n]))
		cols += w
		text = text[n:]
	}
	return b.String() + "…", cols + 1
}

// Returns how a character is drawn, and the columns that it takes. What would drive
// the terminal, change the order in which the line is read, or not be seen is
// replaced: a line that was pasted or recalled may hold it, and has to be seen before
// it runs.
func (m measure) shape(cluster []rune) (string, int) {
	r := cluster[0]
	switch {
	case r == '\t' || r == '\n':
		return " ", 1
	case r < ' ' || r == 0x7f:
		return "^" + string(r^0x40), 2
	case r < utf8.RuneSelf && len(cluster) == 1:
		return string(r), 1
	}
	for _, r := range cluster {
		if deceives(r) || r < ' ' {
			return string(utf8.RuneError), 1
		}
	}
	s := string(cluster)
	if w := m.columns(s); w > 0 {
		return s, w
	}
	return string(utf8.RuneError), 1
}

// Reports whether r would drive the terminal, or change the order in which the line
// is read: the C1 controls, and the controls of writing direction (UAX #9).
func deceives(r rune) bool {
	switch {
	case r >= 0x7f && r < 0xa0, r == 0x061c, r == 0x200e, r == 0x200f, r == 0x2028, r == 0x2029:
		return true
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
