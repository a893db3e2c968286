package line

import "slices"

// A buffer is a line and the cursor in it. It is a value: text is never changed, so
// that what undo and the screen keep of it stays as it was.
type buffer struct {
	text []rune
	pos  int // where the cursor is, 0 to len(text)
}

// Returns the buffer that holds s, the cursor at its end.
func written(s string) buffer {
	text := []rune(s)
	return buffer{text, len(text)}
}

// Returns b with the runes from from to to replaced by text, the cursor behind it.
func (b buffer) replace(from, to int, text []rune) buffer {
	return buffer{slices.Concat(b.text[:from], text, b.text[to:]), from + len(text)}
}

// Returns b with text put in at the cursor.
func (b buffer) insert(text []rune) buffer { return b.replace(b.pos, b.pos, text) }

// Returns b with the cursor at pos.
func (b buffer) at(pos int) buffer { return buffer{b.text, pos} }

// Returns the text before the cursor.
func (b buffer) before() string { return string(b.text[:b.pos]) }

// Reports whether b and c are the same line, whatever their cursors.
func (b buffer) sameText(c buffer) bool { return slices.Equal(b.text, c.text) }

// Reports whether the cursor is behind the last character.
func (b buffer) atEnd() bool { return b.pos == len(b.text) }

// Returns where the row that pos is in begins.
func (b buffer) rowStart(pos int) int {
	for pos > 0 && b.text[pos-1] != '\n' {
		pos--
	}
	return pos
}

// Returns where the row that pos is in ends: at its newline or the line's end.
func (b buffer) rowEnd(pos int) int {
	for pos < len(b.text) && b.text[pos] != '\n' {
		pos++
	}
	return pos
}

// Returns the whole line.
func (b buffer) string() string { return string(b.text) }
