package line

import (
	"fmt"
	"strings"
	"unicode"
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

// A picture is what there is to lay out.
type picture struct {
	prompt, more string
	line         buffer
	styles       []style // of line's runes; those that are missing are plain
	m            measure
	pal          *palette
}

// Lays out a line behind its prompt; rows after a newline stand behind more.
func lay(p picture, width int) layout {
	b := layouter{rowWriter: rowWriter{width: max(width, 2), m: p.m, pal: p.pal}}
	b.prompt(p.prompt)
	text := p.line.text
	for i := 0; i < len(text); {
		n := p.m.next(text, i)
		if i <= p.line.pos && p.line.pos < i+n {
			b.mark()
		}
		if text[i] == '\n' {
			b.breakRow()
			b.prompt(p.more)
		} else {
			b.put(text[i:i+n], styleAt(p.styles, i))
		}
		i += n
	}
	if p.line.atEnd() {
		b.mark()
	}
	b.breakRow()
	return b.layout
}

func styleAt(styles []style, i int) style {
	if i < len(styles) {
		return styles[i]
	}
	return stylePlain
}

type layouter struct {
	layout
	rowWriter
}

// Puts the cursor behind what was laid out so far: on a further row where this one
// is full.
func (b *layouter) mark() {
	if b.col >= b.width {
		b.breakRow()
	}
	b.x, b.y = b.col, len(b.rows)
}

// Puts in a character.
func (b *layouter) put(cluster []rune, st style) {
	s, w := b.m.shape(cluster)
	if cluster[0] == '\t' {
		w = min(tabWidth-b.col%tabWidth, max(b.width-b.col, 1))
		s = strings.Repeat(" ", w)
	}
	w = min(w, b.width)
	disputed := disputed(cluster)
	room := w
	if disputed {
		room = b.m.apart(cluster)
	}
	if b.col+room > b.width && b.col > 0 {
		b.breakRow()
	}
	b.look(st)
	b.b.WriteString(s)
	b.col += w
	if disputed && b.col < b.width {
		fmt.Fprintf(&b.b, "\x1b[%dG", b.col+1)
	}
}

// Reports whether terminals do not agree on how wide a character is: those that are
// made of several which are not mere marks. Some draw them side by side, for which
// there has to be room; the cursor is put behind one of them then.
func disputed(cluster []rune) bool {
	for _, r := range cluster[1:] {
		if !unicode.In(r, unicode.Mn, unicode.Me) || r >= 0xfe00 && r <= 0xfe0f {
			return true
		}
	}
	return false
}

// Returns the columns of a character whose parts are drawn side by side.
func (m measure) apart(cluster []rune) int {
	n := 0
	for _, r := range cluster {
		n += m.columns(string(r))
	}
	return n
}

func (b *layouter) breakRow() {
	r := b.row()
	b.rows = append(b.rows, r.text)
	b.cols = append(b.cols, r.cols)
	b.b.Reset()
	b.col = 0
}

// Puts text behind the last row, as much as fits.
func (l *layout) hint(text string, p picture, width int) {
	n := len(l.rows) - 1
	w := rowWriter{width: width - l.cols[n], m: p.m, pal: p.pal}
	w.text(text, styleHint)
	r := w.row()
	l.rows[n] += r.text
	l.cols[n] += r.cols
}

// Puts text behind the cursor at the end of the line.
func (l *layout) add(text string, width int) {
	n := len(l.rows) - 1
	if l.cols[n]+len(text) > width {
		l.rows, l.cols = append(l.rows, ""), append(l.cols, 0)
		n++
	}
	l.rows[n] += text
	l.cols[n] += len(text)
}

// Puts rows below.
func (l *layout) below(rows []row) {
	for _, r := range rows {
		l.rows, l.cols = append(l.rows, r.text), append(l.cols, r.cols)
	}
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
