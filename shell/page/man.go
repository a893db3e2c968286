package page

import (
	"fmt"
	"strings"
)

// Manual is a manual page, in the man macros of roff (man(7)).
type Manual struct {
	Title   string // "marsh"
	Section string // "1"
	Source  string // "marsh 0.1.0"
	b       strings.Builder
}

// String returns the manual page.
func (m *Manual) String() string {
	return fmt.Sprintf(".\\\" Made by marsh help --man; do not edit.\n.TH %s %s \"\" %s\n.nh\n.ad l\n",
		quote(strings.ToUpper(m.Title)), m.Section, quote(m.Source)) + m.b.String()
}

// Main appends a page as the beginning of the manual page.
func (m *Manual) Main(p *Page) {
	m.section("Name")
	m.b.WriteString(roff(m.Title) + " \\- " + inlineRoff(p.Synopsis) + "\n")
	m.blocks(p.Blocks, m.section)
}

// Chapter appends a page as one section, its headings as headings within.
func (m *Manual) Chapter(title string, p *Page) {
	m.section(title)
	if p.Synopsis != "" {
		m.paragraph(".PP", upperFirst(p.Synopsis)+".")
	}
	m.blocks(p.Blocks, func(h string) { m.b.WriteString(".SS " + quote(inlineRoff(h)) + "\n") })
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (m *Manual) section(h string) {
	m.b.WriteString(".SH " + quote(inlineRoff(strings.ToUpper(h))) + "\n")
}

func (m *Manual) blocks(blocks []Block, heading func(string)) {
	for _, b := range blocks {
		switch b.Kind {
		case Heading:
			heading(b.Text)
		case Paragraph:
			m.paragraph(".PP", b.Text)
		case Item:
			m.paragraph(`.IP \(bu 2`, b.Text)
		case Term:
			m.term(bold(b.Text), b.Body)
		case Table:
			m.table(b.Rows)
		case Code:
			m.code(b.Text)
		}
	}
}

func (m *Manual) paragraph(macro, text string) {
	m.b.WriteString(macro + "\n" + guard(inlineRoff(text)) + "\n")
}

// term writes a term, already roff, and what it means.
func (m *Manual) term(term, body string) {
	m.b.WriteString(".TP\n" + guard(term) + "\n")
	if body != "" {
		m.b.WriteString(guard(inlineRoff(body)) + "\n")
	}
}

// table writes each row as a term: what stands in a table's columns but the last one is
// explained by that.
func (m *Manual) table(rows [][]string) {
	for _, row := range rows[1:] {
		last := len(row) - 1
		head := make([]string, last)
		for i, cell := range row[:last] {
			head[i] = inlineRoff(cell)
		}
		m.term(strings.Join(head, ", "), row[last])
	}
}

func (m *Manual) code(text string) {
	m.b.WriteString(".PP\n.RS 4\n.nf\n")
	for line := range strings.Lines(text) {
		m.b.WriteString(guard(roff(strings.TrimRight(line, "\n"))) + "\n")
	}
	m.b.WriteString(".fi\n.RE\n")
}

// inlineRoff turns text into roff, its code bold.
func inlineRoff(text string) string {
	var b strings.Builder
	for _, s := range spans(strings.ReplaceAll(text, hard, " ")) {
		if s.code {
			b.WriteString(bold(s.text))
		} else {
			b.WriteString(roff(s.text))
		}
	}
	return b.String()
}

func bold(code string) string { return `\fB` + roff(strings.ReplaceAll(code, hard, " ")) + `\fR` }

// Characters that roff would take for markup, or print as typographic ones.
var roffSpecial = map[rune]string{
	'\\': `\e`, '-': `\-`, '`': `\(ga`, '\'': `\(aq`, '~': `\(ti`, '^': `\(ha`, '"': `\(dq`,
}

// roff returns text as roff, in ASCII alone (groff_char(7)).
func roff(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch special, ok := roffSpecial[r]; {
		case ok:
			b.WriteString(special)
		case r >= 0x80:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// guard keeps a line from being taken for a request, and empty ones.
func guard(line string) string {
	if line == "" || line[0] == '.' || line[0] == '\'' {
		return `\&` + line
	}
	return line
}

// quote makes one argument of a macro.
func quote(arg string) string { return `"` + arg + `"` }
