package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// habits are words with which lines begin in other shells, and what is written here.
var habits = map[string]string{
	"export": `write $env:NAME = "value"`, "setenv": `write $env:NAME = "value"`, "unset": "write $env:NAME = nil, or x = nil",
	"source": `write dofile("FILE")`,
	"let":    "write local x = … or $x = …", "var": "write local x = … or $x = …", "const": "write local x = … or $x = …",
	"declare": "write local x = … or $x = …", "typeset": "write local x = … or $x = …",
	"case": "write if … then … elseif … end", "switch": "write if … then … elseif … end",
	"try": "write ok, e = pcall(function() … end)", "trap": "write ok, e = pcall(function() … end)",
	"throw": `write error("…")`, "param": "a block's arguments are ... and args",
	"fi": "write end", "done": "write end", "esac": "write end", "elif": "write elseif … then",
	"null": "write nil", "None": "write nil", "undefined": "write nil", "True": "write true", "False": "write false",
}

// Returns what to do about an unknown word.
func (p *parser) advice(word string) string {
	if habit := habits[word]; habit != "" {
		return habit
	}
	if s, ok := p.res.(interface{ Suggest(string) string }); ok {
		if name := s.Suggest(word); name != "" {
			return "did you mean " + name + "?"
		}
	}
	return "get-command lists the commands"
}

// Refuses a call such as try {…} of a name that nobody has set.
func (p *parser) notHabit(t token) {
	if habit := habits[t.text]; p.loose == 0 && t.kind == tokName && habit != "" && !p.isKnown(t.text) {
		p.giveUp(t.start, "%s is not part of the language: %s", t.text, habit)
	}
}

// Refuses += and its kind, and ++, behind the operand that began at start.
func (p *parser) notAssigning(start int) {
	t := p.tok
	if p.loose > 0 || t.kind != tokOp || !strings.Contains(" + - * / % ^ .. ", " "+t.text+" ") {
		return
	}
	left := p.typed(start, p.prevEnd)
	if len(left) > 20 {
		left = "x"
	}
	next := at(p.text, t.end)
	switch {
	case next == '=' && at(p.text, t.end+1) != '=':
		p.giveUp(t.start, "there is no %s=: write %s = %s %s …", t.text, left, left, t.text)
	case next == '+' && t.text == "+":
		p.giveUp(t.start, "there is no ++: write %s = %s + 1", left, left)
	}
}

// foreign are operators of other languages, and what is written here.
var foreign = []struct{ op, instead string }{
	{"!=", "not equal is written ~="},
	{"&&", "write and"},
	{"||", "write or"},
	{"$(", "$(…) stands in the words of a command line; as a value write $x = command"},
	{"@(", "lists and maps are written { … }"},
	{"@{", "lists and maps are written { … }"},
	{"!", "write not"},
	{"&", "& stands at the end of a command line"},
}

// typeset are characters that word processors put in the place of others.
var typeset = []struct{ chars, instead string }{
	{"“”„«»‘’‚", `strings stand in " or '`},
	{"–—−‐‑", "the minus and the dash of commands are -"},
	{"\u00a0\u2009\u202f\u3000", "this is not the plain blank"},
	{"\u200b\u200c\u200d\u2060\ufeff", "this character is not seen: delete it"},
	{"≠", "not equal is written ~="}, {"≤", "write <="}, {"≥", "write >="},
	{"\x00", "this is no text: it has a NUL byte"},
}

// Returns what a token that is none should be in this language, after a separator; or
// "".
func insteadOf(text string, t token) string {
	r, _ := utf8.DecodeRuneInString(text[t.start:])
	for _, c := range typeset {
		if strings.ContainsRune(c.chars, r) {
			return ": " + c.instead
		}
	}
	if unicode.IsLetter(r) && t.kind == tokBad && r >= utf8.RuneSelf {
		return ": names are written with the letters a to z, digits and _"
	}
	if r == '|' && (t.newline || t.from == 0) {
		return ": the | stands at the end of the line before"
	}
	return instead(text, t.start)
}

// Returns what the text at pos should be in this language, after a separator; or "".
func instead(text string, pos int) string {
	for _, f := range foreign {
		if strings.HasPrefix(text[min(pos, len(text)):], f.op) {
			return ": " + f.instead
		}
	}
	return ""
}

// Reads Lua that other languages write in another way; where it fails the hint is
// added to the error.
func (p *parser) hinted(hint string, read func()) {
	failed := p.try(read)
	if failed == nil {
		return
	}
	if hint != "" && !failed.full && !failed.incomplete() {
		failed.msg += "; " + hint
		failed.full = true
	}
	panic(failed)
}

// Reads a statement of which other languages write the condition in ( ) and the body
// in { }. Lua would call the condition's value with a table.
func (p *parser) braceless(hint string, read func()) {
	start := p.tok
	if !bracesFollow(p.text, start.end) {
		read()
		return
	}
	if failed := p.try(read); failed != nil {
		if failed.full {
			panic(failed)
		}
		p.giveUp(start.start, "%s", hint)
	}
}

// Reports whether (…) { stands at pos, in one line or with the { in the next.
func bracesFollow(text string, pos int) bool {
	pos = skipBlanks(text, pos)
	if at(text, pos) != '(' {
		return false
	}
	depth := 0
	for ; pos < len(text) && text[pos] != '\n'; pos++ {
		switch text[pos] {
		case '\'', '"':
			pos = quotedEnd(text, pos)
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				pos = skipBlanks(text, pos+1)
				if at(text, pos) == '\n' {
					pos = skipBlanks(text, pos+1)
				}
				return at(text, pos) == '{'
			}
		}
	}
	return false
}

// Returns a hint for a condition that begins with a program, as in sh.
func (p *parser) conditionHint() string {
	word := p.wordAt(p.tok.start)
	if word == "[" || word != "" && !isKeyword(word) && !p.isKnown(word) && p.loose == 0 && p.res.Program(word) {
		return `a condition is Lua; of a program: run{"` + word + `", …} == 0`
	}
	return ""
}
