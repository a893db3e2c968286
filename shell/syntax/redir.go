package syntax

// redir is a redirection of a stage.
type redir struct {
	from   int // 1…6, 0 for all
	merge  int // the stream it joins; 0 for a file
	append bool
	to     node
}

// nowhere is the file that takes all and keeps nothing.
const nowhere = "/dev/null"

// Returns the file it goes to: of $null, which as a value would be any variable that
// nothing was assigned to, the one that keeps nothing.
func (r redir) file() node {
	if r.to.tag == "v" && r.to.code == "nil" {
		return textNode("w", nowhere, r.to.line)
	}
	return r.to
}

// Reads a redirection, if one stands at the cursor.
func (p *parser) redirection(s *stage) bool {
	r, pos, opened := redir{from: 1}, p.at, p.at
	if c := at(p.text, pos); at(p.text, pos+1) == '>' && (c == '0' || c >= '7' && c <= '9') {
		p.fail(pos, "there is no stream %c: 1 to 6 can be redirected, or * for all", c)
	}
	if c := at(p.text, pos); at(p.text, pos+1) == '>' && (c >= '1' && c <= '6' || c == '*') {
		if r.from = int(c - '0'); c == '*' {
			r.from = 0
		}
		pos++
	}
	if at(p.text, pos) != '>' {
		return false
	}
	p.at = pos + 1
	if at(p.text, p.at) == '>' {
		r.append = true
		p.at++
	}
	p.paint(opened, p.at, ClassOperator)
	p.target(&r, s.kind, pos)
	s.redirs = append(s.redirs, r)
	return true
}

// Reads where a redirection goes: &1, &2, or a file.
func (p *parser) target(r *redir, kind stageKind, pos int) {
	if at(p.text, p.at) == '&' {
		c := at(p.text, p.at+1)
		if r.append || c < '1' || c > '6' {
			p.fail(p.at, "the number of a stream is expected after >&")
		}
		r.merge = int(c - '0')
		p.paint(p.at, p.at+2, ClassOperator)
		p.at += 2
		return
	}
	if p.lineEnds() {
		p.fail(pos, "the name of a file is missing after >")
	}
	r.to = p.atom(&stage{kind: programStage})
	if p.src.row(pos) != p.src.row(p.at) {
		p.fail(pos, "the file after > must stand on the line of the >")
	}
}
