package page

import "strings"

// Columns that a page is laid out in, whatever the terminal has: narrower gives broken
// words, wider gives lines that eyes lose.
const (
	MinColumns     = 40
	MaxColumns     = 100
	DefaultColumns = 80
)

// layout writes a page as text.
type layout struct {
	b     strings.Builder
	width int
	tab   int // how deep one level stands, in columns
	last  Kind
	begun bool
}

// Text returns the page as text for a terminal with so many columns; 0 is
// [DefaultColumns]. The result ends with a newline and holds no escape sequences.
func (p *Page) Text(columns int) string {
	l := newLayout(columns)
	if p.Name != "" {
		l.block(Block{Kind: Heading, Text: "Name"})
		l.lines(1, 2, p.Name+" - "+plain(p.Synopsis))
		l.last = Paragraph
	}
	for _, b := range p.Blocks {
		l.block(b)
	}
	return l.b.String()
}

func newLayout(columns int) *layout {
	if columns == 0 {
		columns = DefaultColumns
	}
	l := &layout{width: min(max(columns, MinColumns), MaxColumns), tab: 4}
	if l.width < 60 {
		l.tab = 2
	}
	return l
}

func (l *layout) block(b Block) {
	l.gap(b.Kind)
	switch b.Kind {
	case Heading:
		l.line(0, strings.ToUpper(plain(b.Text)))
	case Paragraph:
		l.lines(1, 1, plain(b.Text))
	case Item:
		l.item(plain(b.Text))
	case Term:
		l.lines(1, 3, b.Text)
		l.lines(2, 2, plain(b.Body))
	case Table:
		l.table(b.Rows)
	case Code:
		for line := range strings.Lines(b.Text) {
			l.code(strings.TrimRight(line, "\n"))
		}
	}
	l.last, l.begun = b.Kind, true
}

// gap writes the blank line before a block: none under a heading, between the items of a
// list and between terms.
func (l *layout) gap(next Kind) {
	same := l.last == next && (next == Item || next == Term)
	if l.begun && !same && l.last != Heading {
		l.b.WriteByte('\n')
	}
}

// line writes one line, indented by so many levels.
func (l *layout) line(level int, text string) {
	if text != "" {
		l.b.WriteString(strings.Repeat(" ", level*l.tab) + text)
	}
	l.b.WriteByte('\n')
}

// lines writes text wrapped: its first line at one level, the others at another.
func (l *layout) lines(first, rest int, text string) {
	for i, line := range wrap(text, l.width-first*l.tab, l.width-rest*l.tab) {
		if i > 0 {
			first = rest
		}
		l.line(first, line)
	}
}

// code writes a line of code, two columns further in than text.
func (l *layout) code(line string) {
	if line != "" {
		line = "  " + line
	}
	l.line(1, line)
}

func (l *layout) item(text string) {
	for i, line := range wrap(text, l.width-l.tab-2, l.width-l.tab-2) {
		mark := "- "
		if i > 0 {
			mark = "  "
		}
		l.line(1, mark+line)
	}
}
