package syntax

import "strings"

type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokName
	tokKeyword
	tokNumber
	tokString
	tokOp
	tokSpecial // a $ form that is no plain variable
	tokBad
)

// token is one token of Lua, with the shell's $ forms.
type token struct {
	kind       tokenKind
	from       int // where the blanks and comments before it begin
	start, end int
	text       string // a name without its $, a keyword, an operator
	lua        string // what it becomes; "" for itself
	using      string // the name of a $using: form
	dollar     bool   // written with $
	assignable bool   // a special form that can be set
	newline    bool   // a line begins between the token before and this one
	open       bool   // bad because the text ends inside it
	fault      string // why it is bad
	mends      []int  // comments before it that Lua's scanner would misread
}

// Reports whether t is the operator or keyword s.
func (t token) is(s string) bool {
	return (t.kind == tokOp || t.kind == tokKeyword) && t.text == s
}

const keywords = " and break do else elseif end false for function goto if in local nil not or repeat return then true until while "

func isKeyword(s string) bool {
	return s != "" && strings.Contains(keywords, " "+s+" ")
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func isNameByte(c byte) bool { return isLetter(c) || isDigit(c) }

// Returns text[i], or 0 behind its end.
func at(text string, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0
}

// Returns where the Lua name that begins at pos ends: pos when there is none.
func nameEnd(text string, pos int) int {
	if !isLetter(at(text, pos)) {
		return pos
	}
	for isNameByte(at(text, pos)) {
		pos++
	}
	return pos
}

// Returns where the line of pos ends: at its LF, or at the text's end.
func lineEnd(text string, pos int) int {
	if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
		return pos + i
	}
	return len(text)
}

func skipBlanks(text string, pos int) int {
	for isBlank(at(text, pos)) {
		pos++
	}
	return pos
}
