package page

import (
	"fmt"
	"strings"
)

// parser reads a page line by line.
type parser struct {
	page *Page
	n    int    // the line being read, from 1
	open *Block // what the next line may belong to; nil after a blank line
	code bool   // inside a fence
}

// Parse reads a page. Its errors name the line.
func Parse(source string) (*Page, error) {
	p := &parser{page: &Page{}}
	for line := range strings.Lines(source) {
		p.n++
		if err := p.line(strings.TrimRight(line, "\r\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", p.n, err)
		}
	}
	if p.code {
		return nil, fmt.Errorf("line %d: the code that begins at line %d does not end", p.n, p.open.Line)
	}
	return p.page, p.takeSynopsis()
}

// takeSynopsis makes the first paragraph the synopsis.
func (p *parser) takeSynopsis() error {
	b := p.page.Blocks
	if p.page.Name == "" || len(b) == 0 || b[0].Kind != Paragraph {
		return fmt.Errorf("a page begins with # NAME and a paragraph")
	}
	p.page.Synopsis, p.page.Blocks = b[0].Text, b[1:]
	return nil
}

func (p *parser) line(line string) error {
	word, fence := strings.CutPrefix(line, "```")
	switch {
	case fence:
		p.fence(strings.TrimSpace(word))
	case p.code:
		p.open.Text += line + "\n"
	case strings.TrimSpace(line) == "":
		p.open = nil
	case strings.HasPrefix(line, "# "):
		if p.page.Name != "" || len(p.page.Blocks) > 0 {
			return fmt.Errorf("a page has one name, at its beginning")
		}
		p.page.Name = strings.TrimSpace(line[2:])
	case strings.HasPrefix(line, "## "):
		p.begin(Block{Kind: Heading, Text: strings.TrimSpace(line[3:])})
		p.open = nil
	case strings.HasPrefix(line, "|"):
		return p.row(line)
	case strings.HasPrefix(line, "- "):
		p.begin(Block{Kind: Item, Text: strings.TrimSpace(line[2:])})
	default:
		p.text(strings.TrimSpace(line))
	}
	return nil
}

// begin adds a block and leaves it open.
func (p *parser) begin(b Block) {
	p.page.Blocks = append(p.page.Blocks, b)
	p.open = &p.page.Blocks[len(p.page.Blocks)-1]
}

func (p *parser) fence(word string) {
	if p.code {
		p.code, p.open = false, nil
		return
	}
	p.begin(Block{Kind: Code, Lang: word, Line: p.n + 1})
	p.code = true
}

// text goes on with the open paragraph or item, or begins a paragraph.
func (p *parser) text(line string) {
	if p.open != nil && (p.open.Kind == Paragraph || p.open.Kind == Item) {
		p.open.Text += " " + line
		return
	}
	p.begin(Block{Kind: Paragraph, Text: line})
}

// row reads a row of a table; a | within code is written \|.
func (p *parser) row(line string) error {
	line = strings.TrimSpace(line)
	if len(line) < 2 || !strings.HasSuffix(line, "|") {
		return fmt.Errorf("a row of a table ends with |")
	}
	const bar = "\x00"
	cells := strings.Split(strings.ReplaceAll(line[1:len(line)-1], `\|`, bar), "|")
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(strings.TrimSpace(c), bar, "|")
	}
	switch {
	case p.open == nil || p.open.Kind != Table:
		p.begin(Block{Kind: Table, Rows: [][]string{cells}})
	case len(cells) != len(p.open.Rows[0]):
		return fmt.Errorf("a row has %d cells and the header %d", len(cells), len(p.open.Rows[0]))
	case strings.Trim(strings.Join(cells, ""), "-: ") != "":
		p.open.Rows = append(p.open.Rows, cells)
	}
	return nil
}
