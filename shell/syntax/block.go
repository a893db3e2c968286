package syntax

// Reads a script block and leaves the cursor behind it. In place it is translated too;
// else it is only read to find its end and the values it takes along.
func (p *parser) scriptBlock(inPlace bool) node {
	defer p.enter()()
	start := p.at
	parens, braces := p.parens, p.braces
	p.parens, p.braces = 0, 1
	set := &names{}
	p.usings = append(p.usings[:len(p.usings):len(p.usings)], set)
	p.seek(start + 1)
	p.open("{", start, "}")
	n := node{tag: "b", line: p.src.line(start), chunk: p.src.name}
	if inPlace {
		n.code = p.closure(start + 1)
	} else {
		p.skipBody()
	}
	p.copies(start, p.tok.start)
	n.text, n.using = blockText(p.text[start+1:p.tok.start]), set.taken()
	p.at = p.tok.end
	p.close()
	p.usings = p.usings[:len(p.usings)-1]
	p.parens, p.braces = parens, braces
	return n
}

// copyFloor and copyPerByte bound the copies of blocks in the translated text, by its
// length: blocks within one another are copied once for each.
const copyFloor, copyPerByte = 1 << 20, 8

// Counts the copy of a block in the translated text.
func (p *parser) copies(from, to int) {
	if p.loose > 0 {
		return
	}
	if p.copied += to - from; p.copied > copyFloor+copyPerByte*len(p.text) {
		p.giveUp(from, "too many blocks are nested here")
	}
}

// Reads a block's statements up to its }.
func (p *parser) blockBody() int {
	p.pushScope("it", "_", "args")
	n := 1
	if !p.lengthAlone() {
		n = p.statements([]string{"}"})
	}
	p.popScope()
	if !p.tok.is("}") {
		p.unclosed(`"}"`)
	}
	p.mend(p.tok)
	return n
}

// Translates a block to a Lua function that sees the locals around it.
func (p *parser) closure(from int) string {
	mark := len(p.edits)
	if n := p.blockBody(); n == 1 && p.value != nil {
		p.giveValue()
	}
	body := p.render(from, p.tok.start, mark)
	return "function(it, ...) local _ = it; local args = {...} " + body + " end"
}

// Reads a block that runs elsewhere, leniently, and keeps nothing of it.
func (p *parser) skipBody() {
	mark := len(p.edits)
	p.loose++
	p.blockBody()
	p.loose--
	p.edits = p.edits[:mark]
}
