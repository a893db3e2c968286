package syntax

import (
	"slices"
	"strings"
)

// Reads a statement, and reports whether another can begin right behind it. Where a
// wrong text is read leniently, what is wrong is stepped over.
func (p *parser) attempt(read func()) (ready bool) {
	if !p.lenient {
		read()
		return false
	}
	start := p.tok.start
	failed := p.try(read)
	return failed != nil && p.resume(failed.left, start)
}

// Goes on behind a statement that began at start and was left where it is wrong.
func (p *parser) resume(left *parser, start int) (ready bool) {
	p.tints = left.tints
	s := skimmer{p: p, start: start, pos: max(start, left.prevEnd, left.at)}
	if t := p.tints; t != nil {
		s.pos = max(s.pos, t.End)
	}
	s.pos = min(s.pos, len(p.text))
	for _, f := range left.frames[min(len(p.frames), len(left.frames)):] {
		if strings.Contains(openers, f.what) {
			s.open = append(s.open, f.pos)
		}
	}
	for s.step() {
	}
	for _, pos := range s.open {
		p.paint(pos, pos+1, ClassOpen)
	}
	p.seek(s.pos)
	return s.ready
}

// skimmer goes over the tokens of a statement that is wrong, up to where the next one
// can begin.
type skimmer struct {
	p          *parser
	start, pos int
	open       []int // the brackets that are open
	ready      bool  // a statement can begin in this line
}

// Takes a token; false when the statement ends before it.
func (s *skimmer) step() bool {
	p := s.p
	t := scan(p.text, s.pos)
	if t.kind == tokEOF || s.ready || s.ends(t) {
		return false
	}
	p.work++
	p.paintComments(t)
	s.pos = t.end
	switch {
	case t.kind == tokBad:
		s.bad(t)
	case t.is("#") && !hugs(p.text, t.end):
		p.at = t.start
		p.hashComment()
		s.pos = p.at
	case t.kind == tokOp && strings.Contains(openers, t.text):
		s.open = append(s.open, t.start)
	case t.kind == tokOp && strings.Contains(closers, t.text):
		s.closing(t)
	default:
		p.paintToken(t)
	}
	return true
}

// Reports whether the statement ends before a token.
func (s *skimmer) ends(t token) bool {
	if len(s.open) > 0 || s.pos == s.start {
		return false
	}
	frames := s.p.frames
	return t.newline || t.is(";") || len(frames) > 0 && s.p.closes(frames[len(frames)-1].closers)
}

// Takes a bracket that closes the last one open, or nothing.
func (s *skimmer) closing(t token) {
	n := len(s.open)
	if n > 0 && strings.IndexByte(openers, s.p.text[s.open[n-1]]) == strings.Index(closers, t.text) {
		s.open = s.open[:n-1]
		return
	}
	s.p.paint(t.start, t.end, ClassOpen)
}

// Takes what is no token.
func (s *skimmer) bad(t token) {
	p := s.p
	switch c := p.text[t.start]; {
	case c == '"' || c == '\'':
		s.unclosed(t.start, t.start+1, lineEnd(p.text, t.start), ClassString)
	case c == '[':
		s.unclosed(t.start, t.start+2+longLevel(p.text, t.start), len(p.text), ClassString)
	case c == '-':
		s.unclosed(t.start, t.start+4+longLevel(p.text, t.start+2), len(p.text), ClassComment)
	case c == '&' || c == '|':
		for s.pos = t.start; at(p.text, s.pos) == c; s.pos++ {
		}
		p.paint(t.start, s.pos, ClassOperator)
		s.ready = len(s.open) == 0
	}
}

// Takes a quote that is not closed and what it quotes.
func (s *skimmer) unclosed(from, body, to int, c Class) {
	s.p.paint(from, body, ClassOpen)
	s.p.paint(body, to, c)
	s.pos = to
}

// Reads a statement that is not Lua as a command line, if that is what it looks like.
func (p *parser) reread(start int, word string, failed *bail) {
	lead := word[:nameEnd(word, 0)]
	switch {
	case failed.full && failed.pos != start,
		p.isKnown(word) || p.isKnown(lead),
		failed.incomplete() && !p.looksLikeCommand(start, word) && slices.Contains([]string{lead, lead + "."}, word),
		!failed.incomplete() && p.src.row(failed.pos) != p.src.row(start):
		panic(failed)
	}
	p.runPipeline(head{kind: programStage, pos: start, end: start})
}
