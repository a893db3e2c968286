package syntax

import (
	"slices"
	"strings"
)

const (
	maxDepth = 200  // nested constructs, as Lua's own limit
	maxChain = 5000 // operators of one expression
	// A reading may be tried twice where a block is read leniently; this bounds the
	// tokens taken in all, by the length of the text.
	workFloor, workPerByte = 200_000, 4
)

// parser reads a text once, from left to right.
type parser struct {
	src  *source
	text string
	res  Resolver

	tok     token // the next token, not yet taken
	prevEnd int   // where the last one taken ended
	at      int   // the cursor inside a command line

	edits    []edit
	frames   []frame
	scopes   []map[string]bool
	assigned map[string]bool // globals the text has set so far
	usings   []*names        // one for each open script block

	parens, braces int // those open in this script block: they end a command line
	loose          int // above 0 inside blocks that are kept as text
	depth          int
	copied         int // bytes of blocks that the translated text will hold
	work           int // tokens taken, and a share for what is looked at ahead of them

	value  *valueMark // the statement just read, if it was an expression
	single bool       // the chunk is one expression
	stmts  []Statement
	head   string // the command the statement began with
	odd    *closing

	painting bool  // parts are recorded in tints
	lenient  bool  // statements that are wrong are stepped over
	tints    *tint // the parts so far, for an editor to colour
}

// frame is an open construct.
type frame struct {
	what    string // for messages: "if", "("
	pos     int    // where it was opened
	body    int    // where the part being read begins
	closers []string
}

func newParser(src *source, r Resolver) *parser {
	if r == nil {
		r = nothing{}
	}
	p := &parser{src: src, text: src.text, res: r, assigned: map[string]bool{}}
	p.pushScope("it", "_", "args", "using")
	p.tok = scan(p.text, 0)
	return p
}

// nothing is the Resolver of a world without commands.
type nothing struct{}

func (nothing) Command(string) (CommandInfo, bool) { return CommandInfo{}, false }
func (nothing) Program(string) bool                { return false }
func (nothing) Variable(string) bool               { return false }

// Takes the next token into the translated text.
func (p *parser) next() {
	p.take(p.tok)
	p.prevEnd = p.tok.end
	p.tok = scan(p.text, p.tok.end)
}

func (p *parser) maxWork() int { return workFloor + workPerByte*len(p.text) }

// Records what a token changes.
func (p *parser) take(t token) {
	if p.work++; p.work > p.maxWork() {
		p.giveUp(t.start, "too many blocks are nested here")
	}
	if t.kind == tokBad {
		p.badToken(t)
	}
	p.mend(t)
	p.paintToken(t)
	if t.lua != "" {
		p.edit(t.start, t.end, t.lua)
	}
	if t.using != "" {
		p.use(t.using)
	}
}

// Keeps Lua's scanner from taking --[= for a long comment.
func (p *parser) mend(t token) {
	p.paintComments(t)
	for _, pos := range t.mends {
		p.edit(pos, pos, " ")
	}
}

// Goes on reading Lua at pos.
func (p *parser) seek(pos int) {
	p.prevEnd = pos
	p.tok = scan(p.text, pos)
}

// Takes the operator or keyword s if it is next.
func (p *parser) accept(s string) bool {
	if p.tok.is(s) {
		p.next()
		return true
	}
	return false
}

// Takes the operator or keyword s, which must be next.
func (p *parser) expect(s, why string) {
	if !p.accept(s) {
		p.unexpected(`"` + s + `" ` + why)
	}
}

// Takes a name that can be declared, and returns it.
func (p *parser) expectName(why string) string {
	if p.tok.kind != tokName {
		p.unexpected(why)
	}
	name := p.tok.text
	p.next()
	return name
}

// Takes a name that cannot be written with $, such as a field's.
func (p *parser) expectField(why string) {
	if p.tok.kind == tokName && p.tok.dollar {
		p.fail(p.tok.start, "%s has no $: for the value of a variable write [$%s]", why, p.tok.text)
	}
	p.expectName(why)
}

// Runs read, and undoes what it did when it fails.
func (p *parser) try(read func()) (failed *bail) {
	saved := *p
	defer func() {
		if r := recover(); r != nil {
			b, ok := r.(*bail)
			if !ok {
				panic(r)
			}
			if p.lenient && b.left == nil {
				left := *p
				b.left = &left
			}
			saved.work, saved.stmts = p.work, p.stmts
			*p, failed = saved, b
		}
	}()
	read()
	return nil
}

// Enters a construct; the result leaves it.
func (p *parser) enter() func() {
	if p.depth++; p.depth > maxDepth {
		p.giveUp(p.tok.start, "more than %d constructs are nested", maxDepth)
	}
	return func() { p.depth-- }
}

func (p *parser) open(what string, pos int, closers ...string) {
	p.frames = append(slices.Clip(p.frames), frame{what: what, pos: pos, body: p.prevEnd, closers: closers})
}

func (p *parser) close() { p.frames = p.frames[:len(p.frames)-1] }

// Returns the text from and to these positions, as typed.
func (p *parser) typed(from, to int) string { return strings.TrimSpace(p.text[from:to]) }
