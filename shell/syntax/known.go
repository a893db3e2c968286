package syntax

import (
	"strings"

	"marsh/jobs"
)

// Guesses whether an unknown word begins a command line, in a block that runs where
// other commands are known. A wrong guess matters only when the block's end is missed.
func (p *parser) looksLikeCommand(pos int, word string) bool {
	if c := word[0]; !isLetter(c) || strings.ContainsAny(word, ".:") {
		return false
	}
	rest := p.text[skipBlanks(p.text, pos+len(word)):]
	for _, op := range strings.Fields(binary) {
		after, ok := strings.CutPrefix(rest, op)
		if ok && (after == "" || strings.ContainsRune(" \t\n", rune(after[0]))) && op != ">" {
			return false
		}
	}
	return true
}

// Checks that an expression shown does not begin with a name nobody knows: that is a
// mistyped command, and Lua would compute with nil.
func (p *parser) known(tok token, kind exprKind) {
	if p.loose > 0 || tok.kind != tokName || tok.dollar || p.isKnown(tok.text) {
		return
	}
	op := scan(p.text, tok.end)
	alone := p.prevEnd == tok.end
	if !alone && (op.kind != tokOp || kind != isValue || !strings.Contains("+-*/%^..<=>=", op.text) || op.is("==")) {
		return
	}
	word := p.wordAt(tok.start)
	if !alone {
		p.nobody(tok.start, word, "and as Lua it computes with "+tok.text+", which is not set")
	}
	p.nobody(tok.start, word, "and no variable "+tok.text+" is set")
}

// Fails because the first word of a line is not a command, and the line not Lua.
func (p *parser) noCommand(pos int, word string, lua *bail) {
	if instead(p.text, lua.pos) != "" {
		panic(lua)
	}
	p.nobody(pos, word, "and the line is not Lua: "+lua.msg)
}

// Fails because of a word. Where a line is nothing else, the word says where.
func (p *parser) nobody(pos int, word, why string) {
	p.repaint(pos, pos+len(word), p.classOf(word))
	oneLine := p.typed(0, len(p.text)) == p.typed(pos, len(p.text)) && len(p.src.starts) == 1
	msg := word + ": no such command, " + why + "; " + p.advice(word)
	panic(&bail{kind: jobs.KindSyntax, pos: pos, msg: msg, full: true, oneLine: oneLine})
}

// Fails as Lua failed, and says how a function is called where only that is missing.
func (p *parser) notCalled(pos int, word string, lua *bail) {
	end := pos + len(word)
	if nameEnd(p.text, pos) == end && skipBlanks(p.text, end) == lua.pos && !lua.incomplete() {
		lua.msg += "; a function is called " + word + "(…)"
	}
	panic(lua)
}
