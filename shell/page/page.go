package page

// Kind is what a block is.
type Kind int

// The kinds of blocks.
const (
	Heading   Kind = iota // Text
	Paragraph             // Text
	Item                  // Text, of a list
	Term                  // Text is explained by Body
	Table                 // Rows, the first of which is the header
	Code                  // Text is lines, shown as they are
)

// Block is a part of a page.
type Block struct {
	Kind Kind
	Text string     // with `code` marked, but in Code and Term
	Body string     // of a Term; may be ""
	Rows [][]string // of a Table, all of the same length
	Lang string     // the word behind the fence of Code
	Line int        // of the source: the first line of Code, from 1
}

// Page is a page of the help.
type Page struct {
	Name     string // "about_jobs"
	Synopsis string // one line, lower case, no period
	Blocks   []Block
}

// Add appends blocks.
func (p *Page) Add(blocks ...Block) { p.Blocks = append(p.Blocks, blocks...) }

// Section appends a heading and what stands under it, or nothing where that is nothing.
func (p *Page) Section(heading string, blocks ...Block) {
	if len(blocks) > 0 {
		p.Add(Block{Kind: Heading, Text: heading})
		p.Add(blocks...)
	}
}
