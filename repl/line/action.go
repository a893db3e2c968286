package line

import "slices"

// Carries out a key that the library does not: returns the line and the cursor
// after it.
func (e *Editor) act(cur *reading, line []rune, pos int) ([]rune, int) {
	switch cur.key {
	case keyTab:
		return e.complete(cur, line, pos)
	case keyUp:
		return cur.up(line, pos)
	case keyDown:
		return cur.down(line, pos)
	case keyHome:
		return line, rowStart(line, pos)
	case keyEnd:
		return line, rowEnd(line, pos)
	case keyDelete:
		return erase(line, pos)
	case keyClear:
		e.screen.clear()
	case keySearch:
		return cur.search(line, pos)
	case keyNewline:
		return insert(line, pos, []rune{'\n'})
	case keyPaste:
		return insert(line, pos, []rune(e.keys.takePaste()))
	}
	return line, pos
}

func insert(line []rune, pos int, text []rune) ([]rune, int) {
	return slices.Insert(line, pos, text...), pos + len(text)
}

// Erases the rune under the cursor.
func erase(line []rune, pos int) ([]rune, int) {
	if pos < len(line) {
		line = slices.Delete(line, pos, pos+1)
	}
	return line, pos
}

// Returns where the row that pos is in begins.
func rowStart(line []rune, pos int) int {
	for pos > 0 && line[pos-1] != '\n' {
		pos--
	}
	return pos
}

// Returns where the row that pos is in ends: at its newline or the line's end.
func rowEnd(line []rune, pos int) int {
	for pos < len(line) && line[pos] != '\n' {
		pos++
	}
	return pos
}
