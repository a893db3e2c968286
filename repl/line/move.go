package line

func (r *reading) left()      { r.buf.pos -= r.m.previous(r.buf.text, r.buf.pos) }
func (r *reading) wordLeft()  { r.buf.pos = r.buf.wordStart(r.buf.pos) }
func (r *reading) lineStart() { r.buf.pos = 0 }

// Goes a character to the right; behind the last one the suggestion is taken.
func (r *reading) right() {
	if !r.takeHint(allOfIt) {
		r.buf.pos += r.m.next(r.buf.text, r.buf.pos)
	}
}

// Goes behind the next word, which may be one of the suggestion.
func (r *reading) wordRight() {
	if !r.takeHint(aWordOfIt) {
		r.buf.pos = r.buf.wordEnd(r.buf.pos)
	}
}

func (r *reading) lineEnd() {
	if !r.takeHint(allOfIt) {
		r.buf.pos = len(r.buf.text)
	}
}

// Goes to the start of the row; from there to the start of the line.
func (r *reading) home() {
	start := r.buf.rowStart(r.buf.pos)
	if start == r.buf.pos {
		start = 0
	}
	r.buf.pos = start
}

// Goes to the end of the row; from there to the end of the line, and of what is
// suggested.
func (r *reading) end() {
	if end := r.buf.rowEnd(r.buf.pos); end != r.buf.pos {
		r.buf.pos = end
		return
	}
	r.lineEnd()
}

// Goes a row up; from the first one to the earlier entry of the history.
func (r *reading) up() {
	start := r.buf.rowStart(r.buf.pos)
	if start == 0 {
		r.older()
		return
	}
	r.toRow(r.buf.rowStart(start - 1))
}

// Goes a row down; from the last one to the later entry of the history.
func (r *reading) down() {
	end := r.buf.rowEnd(r.buf.pos)
	if end == len(r.buf.text) {
		r.newer()
		return
	}
	r.toRow(end + 1)
}

// Goes to the row that begins at start, to the column that the cursor was in before
// it began to move up and down.
func (r *reading) toRow(start int) {
	if r.was != didRow {
		from := r.buf.rowStart(r.buf.pos)
		r.goal = r.m.columns(string(r.buf.text[from:r.buf.pos]))
	}
	r.did = didRow
	pos, end := start, r.buf.rowEnd(start)
	for col := 0; pos < end; {
		n := r.m.next(r.buf.text, pos)
		if col += r.m.columns(string(r.buf.text[pos : pos+n])); col > r.goal {
			break
		}
		pos += n
	}
	r.buf.pos = pos
}
