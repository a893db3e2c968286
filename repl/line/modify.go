package line

import (
	"slices"
	"unicode"

	"marsh/repl"
)

// Puts text in at the cursor, if the line does not become too long by it.
func (r *reading) put(text []rune) {
	if len(r.buf.text)+len(text) <= repl.MaxLine {
		r.buf = r.buf.insert(text)
	}
}

// Puts in what was typed.
func (r *reading) typed(text []rune) {
	r.put(text)
	if len(text) == 1 && !unicode.IsSpace(text[0]) {
		r.did = didType
	}
}

// Erases the character under the cursor.
func (r *reading) erase() {
	r.buf = r.buf.replace(r.buf.pos, r.buf.pos+r.m.next(r.buf.text, r.buf.pos), nil)
}

// Erases the character before the cursor.
func (r *reading) eraseBack() {
	r.buf = r.buf.replace(r.buf.pos-r.m.previous(r.buf.text, r.buf.pos), r.buf.pos, nil)
}

// Begins a row that is indented as this one is.
func (r *reading) newline() {
	r.put(append([]rune{'\n'}, r.buf.indentation()...))
}

// Returns the blanks that the row of the cursor begins with, up to the cursor.
func (b buffer) indentation() []rune {
	start := b.rowStart(b.pos)
	end := start
	for end < b.pos && (b.text[end] == ' ' || b.text[end] == '\t') {
		end++
	}
	return b.text[start:end]
}

// Swaps the character before the cursor with the one under it, or at the end of the
// line the last two.
func (r *reading) swap() {
	pos := r.buf.pos
	if pos == len(r.buf.text) {
		pos -= r.m.previous(r.buf.text, pos)
	}
	n := r.m.next(r.buf.text, pos)
	before := r.m.previous(r.buf.text, pos)
	if n == 0 || before == 0 {
		return
	}
	r.exchange(pos-before, pos, pos, pos+n)
}

// Swaps the word before the cursor with the one under it, or at the end of the line
// the last two.
func (r *reading) swapWords() {
	end := r.buf.wordEnd(r.buf.pos)
	start := r.buf.wordStart(end)
	firstStart := r.buf.wordStart(start)
	firstEnd := r.buf.wordEnd(firstStart)
	if firstEnd <= start && start < end && firstStart < firstEnd {
		r.exchange(firstStart, firstEnd, start, end)
	}
}

// Exchanges two parts of the line; the cursor goes behind them.
func (r *reading) exchange(a, aEnd, b, bEnd int) {
	t := r.buf.text
	r.buf = r.buf.replace(a, bEnd, slices.Concat(t[b:bEnd], t[aEnd:b], t[a:aEnd]))
}

func (r *reading) upper() { r.rewrite(func(c rune) rune { return unicode.ToUpper(c) }) }
func (r *reading) lower() { r.rewrite(func(c rune) rune { return unicode.ToLower(c) }) }

// Makes the first letter of the word a capital, and the others small.
func (r *reading) capital() {
	first := true
	r.rewrite(func(c rune) rune {
		if !first || !unicode.IsLetter(c) {
			return unicode.ToLower(c)
		}
		first = false
		return unicode.ToTitle(c)
	})
}

// Changes the runes up to the end of the word.
func (r *reading) rewrite(change func(rune) rune) {
	end := r.buf.wordEnd(r.buf.pos)
	word := slices.Clone(r.buf.text[r.buf.pos:end])
	for i, c := range word {
		word[i] = change(c)
	}
	r.buf = r.buf.replace(r.buf.pos, end, word)
}

func (r *reading) undoOne() { r.buf, _ = r.undo.undo(r.buf) }
func (r *reading) redoOne() { r.buf, _ = r.undo.redo(r.buf) }
