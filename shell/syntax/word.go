package syntax

import "strings"

// wordReader collects a word from its pieces.
type wordReader struct {
	p      *parser
	parts  []part
	text   []byte // what follows them, not yet a part
	bare   bool   // some of it stands outside quotes
	marked bool   // some of what is quoted would be expanded as a file name
	depth  [3]int
}

const openers, closers = "([{", ")]}"

// escapable are the characters before which a backslash is no text in a bare word.
const escapable = " \t;|&<>(){}\"'`$#,"

// Reads a word: text, quoted text and variables joined.
func (p *parser) word(kind stageKind) node {
	w := wordReader{p: p}
	start := p.at
	for !w.ends(kind) {
		w.piece()
	}
	if p.at == start {
		p.fail(p.at, "unexpected %q", p.text[p.at:p.at+1])
	}
	if len(w.parts) == 0 || len(w.text) > 0 {
		w.flush()
	}
	tag := "w"
	if !w.bare || w.marked {
		tag = "q"
	}
	p.paintNumber(start)
	return node{tag: tag, line: p.src.line(start), parts: w.parts}
}

// Reports whether the word ends here. Brackets that opened in it are part of it, and
// the commas inside them.
func (w *wordReader) ends(kind stageKind) bool {
	p := w.p
	c := at(p.text, p.at)
	if i := strings.IndexByte(closers, c); i >= 0 && c != 0 && w.depth[i] > 0 {
		return false
	}
	if c == ',' && w.depth != [3]int{} {
		return false
	}
	return p.boundary(kind)
}

// Takes the next piece of the word.
func (w *wordReader) piece() {
	p := w.p
	switch c := p.text[p.at]; c {
	case '"':
		w.double()
		return
	case '\'':
		w.singleQuoted()
		return
	case '`', '\\':
		if c == '`' || p.at+1 < len(p.text) && strings.IndexByte(escapable, p.text[p.at+1]) >= 0 {
			p.at++
		}
	case '$':
		if expands(p.text, p.at) {
			w.expansion()
			w.bare = true
			return
		}
	default:
		w.count(c)
	}
	w.bare = true
	w.plain()
}

// Counts the brackets of the word.
func (w *wordReader) count(c byte) {
	if i := strings.IndexByte(openers, c); i >= 0 {
		w.depth[i]++
	}
	if i := strings.IndexByte(closers, c); i >= 0 && w.depth[i] > 0 {
		w.depth[i]--
	}
}

// Takes the byte at the cursor as it is.
func (w *wordReader) plain() {
	w.literal(w.p.text[w.p.at : w.p.at+1])
	w.p.at++
}

func (w *wordReader) literal(s string) {
	w.text = append(w.text, s...)
}

// Makes the text a part.
func (w *wordReader) flush() {
	w.parts = append(w.parts, part{text: string(w.text)})
	w.text = nil
}

func (w *wordReader) quotedText(s string) {
	w.literal(s)
	w.marked = w.marked || strings.ContainsAny(s, "*?[~")
}

// Reads '…', in which nothing has a meaning.
func (w *wordReader) singleQuoted() {
	p := w.p
	i := strings.IndexByte(p.text[p.at+1:], '\'')
	if i < 0 {
		p.paint(p.at, p.at+1, ClassOpen)
		p.paint(p.at+1, len(p.text), ClassString)
		p.incomplete(p.at, `the string that opens with ' is not closed`)
	}
	p.paint(p.at, p.at+i+2, ClassString)
	w.quotedText(p.text[p.at+1 : p.at+1+i])
	p.at += i + 2
}

// Reads "…", in which variables are expanded.
func (w *wordReader) double() {
	p := w.p
	start, from := p.at, p.at
	p.at++
	for {
		switch at(p.text, p.at) {
		case 0:
			if p.at >= len(p.text) {
				p.paint(from, p.at, ClassString)
				p.paint(start, start+1, ClassOpen)
				p.incomplete(start, `the string that opens with " is not closed`)
			}
		case '"':
			p.at++
			p.paint(from, p.at, ClassString)
			return
		case '\\', '`':
			if escapes(p.text, p.at) {
				p.at++
			}
		case '$':
			if expands(p.text, p.at) {
				p.paint(from, p.at, ClassString)
				w.expansion()
				from = p.at
				continue
			}
		}
		w.quotedText(p.text[p.at : p.at+1])
		p.at++
	}
}

// Reports whether the backslash or backtick at pos takes away the meaning of the next
// character.
func escapes(text string, pos int) bool {
	switch at(text, pos+1) {
	case '"', '$', '`':
		return true
	case '\\':
		return text[pos] == '\\'
	}
	return false
}
