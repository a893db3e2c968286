package syntax

import "strings"

// pipeline is a command line that has been read.
type pipeline struct {
	text       string
	line       int
	background bool
	stages     []stage
}

type stage struct {
	kind   stageKind
	name   node
	args   []node
	redirs []redir
	inline bool // its blocks are compiled in place too
	end    int  // behind its last word
}

// Reads the command line that begins at h, and leaves the cursor behind it.
func (p *parser) pipeline(h head) pipeline {
	defer p.enter()()
	pl := pipeline{line: p.src.line(h.pos)}
	start := h.pos
	for {
		s := p.stage(h)
		pl.stages = append(pl.stages, s)
		if at(p.text, p.at) != '|' {
			pl.text = p.typed(start, s.end)
			break
		}
		h = p.nextStage()
	}
	if at(p.text, p.at) == '&' {
		pl.background = true
		p.at++
	}
	return pl
}

// Goes past a | and finds what begins behind it, in the next line if need be.
func (p *parser) nextStage() head {
	bar := p.at
	if at(p.text, bar+1) == '|' {
		p.fail(bar, "|| is not supported: use if not $? then … end")
	}
	p.at++
	p.gap(true)
	if p.at >= len(p.text) {
		p.incomplete(bar, "a command is expected after |")
	}
	return p.stageHead()
}

// Finds the command or program of a stage that is not the first.
func (p *parser) stageHead() head {
	h := head{kind: programStage, pos: p.at, end: p.at}
	word := p.wordAt(p.at)
	if at(p.text, p.at) == '!' {
		h.kind = shellStage
		return h
	}
	if word == "" {
		p.fail(p.at, "a command is expected after |")
	}
	if info, ok := p.res.Command(word); ok {
		return head{kind: commandStage, pos: p.at, end: p.at + len(word), info: info}
	}
	if p.loose == 0 && !isPath(word) && !p.res.Program(word) {
		p.nobody(p.at, word, "and no program of that name")
	}
	return h
}

// Reads one stage.
func (p *parser) stage(h head) stage {
	s := stage{kind: h.kind, inline: h.info.Inline && p.loose == 0}
	p.at = h.end
	switch h.kind {
	case shellStage:
		p.shellLine(&s)
		return s
	case commandStage:
		s.name = textNode("w", h.info.Name, p.src.line(h.pos))
	default:
		s.name = p.word(programStage)
	}
	s.end = p.at
	for !p.lineEnds() {
		if !p.redirection(&s) {
			s.args = append(s.args, p.argument(&s))
		}
		s.end = p.at
	}
	return s
}

// Skips blanks, continued lines and a comment; reports whether the command ends here.
func (p *parser) lineEnds() bool {
	blank := p.blanks()
	switch c := at(p.text, p.at); c {
	case 0:
		if p.at >= len(p.text) {
			return true
		}
	case '\n', ';', '|':
		return true
	case ')', '}':
		return p.closesBracket(c)
	case '<':
		p.fail(p.at, "< is not supported: use get-content FILE | …")
	case '&':
		if at(p.text, p.at+1) == '&' {
			p.fail(p.at, "&& is not supported: write the second command after ; (a command that fails stops the script)")
		}
		return p.background()
	}
	return blank && p.closingWord()
}

// Skips blanks, backticks at line ends, and a comment.
func (p *parser) blanks() bool {
	start := p.at
	for {
		p.at = skipBlanks(p.text, p.at)
		if !p.continued() {
			break
		}
		p.at = lineEnd(p.text, p.at) + 1
	}
	if at(p.text, p.at) == '#' && (p.at > start || isBlank(p.text[p.at-1])) {
		p.at = lineEnd(p.text, p.at)
	}
	return p.at > start
}

// Reports whether the line goes on in the next one; its text may end there.
func (p *parser) continued() bool {
	if at(p.text, p.at) != '`' {
		return false
	}
	end := skipBlanks(p.text, p.at+1)
	if end >= len(p.text) {
		p.incomplete(p.at, "the line goes on after `, and the text ends")
	}
	return p.text[end] == '\n'
}

// Skips blanks and line ends, and comments if told.
func (p *parser) gap(comments bool) {
	for {
		p.at = skipBlanks(p.text, p.at)
		switch c := at(p.text, p.at); {
		case c == '\n':
			p.at++
		case c == '#' && comments:
			p.at = lineEnd(p.text, p.at)
		default:
			return
		}
	}
}

// Reports whether the bracket c closes one that encloses the command line.
func (p *parser) closesBracket(c byte) bool {
	return c == ')' && p.parens > 0 || c == '}' && p.braces > 0
}

// Reports whether the & at the cursor ends the command line.
func (p *parser) background() bool {
	end := skipBlanks(p.text, p.at+1)
	c := at(p.text, end)
	return end >= len(p.text) || strings.IndexByte("\n;#", c) >= 0 || p.closesBracket(c) || p.closingWordAt(end)
}

// Reports whether the word at the cursor closes the Lua block that was opened on this
// line.
func (p *parser) closingWord() bool { return p.closingWordAt(p.at) }

func (p *parser) closingWordAt(pos int) bool {
	if len(p.frames) == 0 {
		return false
	}
	f := p.frames[len(p.frames)-1]
	end := nameEnd(p.text, pos)
	word := p.text[pos:end]
	if !isKeyword(word) || strings.Contains(p.text[f.body:pos], "\n") {
		return false
	}
	for _, c := range f.closers {
		if c == word {
			return word != "end" && endsWord(p.text, end) || word == "end" && p.endFollows(end)
		}
	}
	return false
}

func endsWord(text string, pos int) bool {
	return pos >= len(text) || strings.IndexByte(" \t\n;", text[pos]) >= 0
}

// Reports whether what follows the word end shows that it is Lua's: nothing, a closing
// bracket, or another closing word.
func (p *parser) endFollows(end int) bool {
	next := skipBlanks(p.text, end)
	if next >= len(p.text) || strings.IndexByte("\n;)},#", p.text[next]) >= 0 {
		return true
	}
	switch p.text[next:nameEnd(p.text, next)] {
	case "end", "else", "elseif", "until":
		return next > end
	}
	return false
}
