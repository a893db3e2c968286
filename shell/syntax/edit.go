package syntax

import (
	"slices"
	"strings"
)

// edit replaces a piece of the source.
type edit struct {
	from, to int
	text     string
}

// valueMark remembers the edits around an expression statement, so that a chunk which
// turns out to be nothing else can return it.
type valueMark struct {
	mark  int // where in edits the expression's own begin
	start int // where in the text it begins
	shown bool
	last  int // the index of the closing edit, where shown
}

func (p *parser) edit(from, to int, text string) {
	p.edits = append(p.edits, edit{from, to, p.apart(from, text)})
}

// Puts text before what was read since mark.
func (p *parser) insert(mark, pos int, text string) {
	p.edits = slices.Insert(p.edits, mark, edit{pos, pos, p.apart(pos, text)})
}

// Keeps text from growing together with a keyword right before pos.
func (p *parser) apart(pos int, text string) string {
	if pos > 0 && isNameByte(p.text[pos-1]) && isNameByte(at(text, 0)) {
		return " " + text
	}
	return text
}

// Returns the translated text of a range, and forgets the edits since mark.
func (p *parser) render(from, to, mark int) string {
	var b strings.Builder
	pos := from
	for _, e := range p.edits[mark:] {
		b.WriteString(p.text[pos:e.from])
		b.WriteString(e.text)
		pos = e.to
	}
	b.WriteString(p.text[pos:to])
	p.edits = p.edits[:mark]
	return b.String()
}

// Makes the expression statement just read show its values.
func (p *parser) show(mark, start, end int, before, after string) {
	p.insert(mark, start, before)
	p.edit(end, end, after)
	p.value = &valueMark{mark: mark, start: start, shown: true, last: len(p.edits) - 1}
}

// Makes the only statement of a chunk its value.
func (p *parser) giveValue() {
	v := p.value
	if !v.shown {
		p.insert(v.mark, v.start, "return ")
		return
	}
	p.edits[v.mark].text = "return "
	p.edits[v.last].text = ""
}
