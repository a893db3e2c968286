package lua

import (
	"strings"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// functionText is one function of a source, in the order in which they begin.
type functionText struct {
	text  string // function(…) … end, without a name
	local bool   // it was written local function name
}

// functionTexts finds the functions of src, which has been parsed. Where the
// scanner and the parser disagree it returns fewer.
func functionTexts(src string) []functionText {
	if !strings.Contains(src, "function") {
		return nil
	}
	f := finder{src: src, starts: lineStarts(src)}
	sc := parse.NewScanner(strings.NewReader(src), "")
	for {
		tok, err := sc.Scan(&parse.Lexer{})
		if err != nil || tok.Type < 0 {
			return f.texts
		}
		f.token(tok, sc.Pos)
	}
}

// finder follows the blocks of a source.
type finder struct {
	src    string
	starts []int // offset of each line
	texts  []functionText
	open   []openBlock
	last   ast.Token // the token before
}

type openBlock struct {
	fn    int // the function's number; -1 for other blocks
	start int // offset of the word function
	name  int // offset behind it
	args  int // offset behind the parenthesis of its parameters; 0 before that
	colon bool
	empty bool // it has no parameters
}

func (f *finder) token(tok ast.Token, end ast.Position) {
	switch tok.Type {
	case parse.TFunction:
		at := f.offset(tok.Pos) - 1
		f.open = append(f.open, openBlock{fn: len(f.texts), start: at, name: at + len("function")})
		f.texts = append(f.texts, functionText{local: f.last.Type == parse.TLocal})
	case parse.TIf, parse.TDo, parse.TRepeat:
		f.open = append(f.open, openBlock{fn: -1})
	case parse.TEnd, parse.TUntil:
		f.close(f.offset(end))
	default:
		f.header(tok)
	}
	f.last = tok
}

// Looks at the tokens between the word function and its parameters.
func (f *finder) header(tok ast.Token) {
	if len(f.open) == 0 {
		return
	}
	b := &f.open[len(f.open)-1]
	switch {
	case b.fn < 0:
	case b.args == 0 && tok.Type == ':':
		b.colon = true
	case b.args == 0 && tok.Type == '(':
		b.args = f.offset(tok.Pos)
	case tok.Type == ')' && f.last.Type == '(' && f.offset(f.last.Pos) == b.args:
		b.empty = true
	}
}

func (f *finder) close(end int) {
	if len(f.open) == 0 {
		return
	}
	b := f.open[len(f.open)-1]
	f.open = f.open[:len(f.open)-1]
	if b.fn >= 0 && b.args > 0 && end <= len(f.src) {
		f.texts[b.fn].text = b.text(f.src, end)
	}
}

// Returns the function without its name, with the self of a method written out.
func (b openBlock) text(src string, end int) string {
	if strings.TrimSpace(src[b.name:b.args-1]) == "" {
		return src[b.start:end]
	}
	head := "function" + strings.Repeat("\n", strings.Count(src[b.name:b.args], "\n")) + "("
	if b.colon {
		head += "self"
	}
	if b.colon && !b.empty {
		head += ", "
	}
	return head + src[b.args:end]
}

// Returns the offset behind the byte at p: columns count from 1, in bytes.
func (f *finder) offset(p ast.Position) int {
	if p.Line < 1 || p.Line > len(f.starts) {
		return len(f.src)
	}
	return f.starts[p.Line-1] + p.Column
}

// Returns the offsets at which lines begin, as the scanner counts them: "\r\n" and
// "\n\r" end one line.
func lineStarts(src string) []int {
	starts := []int{0}
	for i := 0; i < len(src); i++ {
		if src[i] != '\n' && src[i] != '\r' {
			continue
		}
		if i+1 < len(src) && src[i+1] != src[i] && (src[i+1] == '\n' || src[i+1] == '\r') {
			i++
		}
		starts = append(starts, i+1)
	}
	return starts
}
