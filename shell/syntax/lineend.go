package syntax

import "strings"

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
		if at(p.text, p.at+1) == '>' {
			p.fail(p.at, "&> is not supported: write *> for all streams")
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
		p.hashComment()
	}
	return p.at > start
}

// Goes past a comment that begins with --.
func (p *parser) luaComment() {
	t := token{start: p.at}
	end := t.comment(p.text, p.at)
	if t.kind == tokBad {
		p.badToken(t)
	}
	p.paint(p.at, end, ClassComment)
	p.at = end
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
			p.hashComment()
		case comments && strings.HasPrefix(p.text[p.at:], "--"):
			p.luaComment()
		default:
			return
		}
	}
}

// Reports whether the bracket c closes one that encloses the command line.
func (p *parser) closesBracket(c byte) bool {
	return c == ')' && p.parens > 0 || c == '}' && p.braces > 0
}

// Reports whether the & at the cursor ends the command line: it does where no word goes
// on behind it.
func (p *parser) background() bool {
	c := at(p.text, p.at+1)
	return p.at+1 >= len(p.text) || strings.IndexByte(" \t\n;", c) >= 0 || p.closesBracket(c)
}

// Reports whether the statement just read was a command line that & ended. Another may
// follow in the same line.
func (p *parser) afterBackground() bool {
	return p.prevEnd > 0 && p.text[p.prevEnd-1] == '&'
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
	if !isKeyword(word) || p.src.row(f.body) != p.src.row(pos) {
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
