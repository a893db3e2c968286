package lua

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"marsh/jobs"
)

// The tag of a function in the tree while it is compiled: lineTag + its number is
// written where its last line belongs.
const lineTag = 1 << 30

// compile makes plain Lua text runnable. The text begins on the given line of the
// source called name, and source is what was written there. Errors are of kind KindSyntax or, where more lines would
// help, KindIncomplete.
func compile(text, name string, line int, source string) (proto *lua.FunctionProto, err error) {
	defer func() {
		if r := recover(); r != nil {
			proto, err = nil, jobs.Errorf(jobs.KindSyntax, "%s:%d: the lua compiler failed (%v)", name, line, r)
		}
	}()
	src := strings.Repeat("\n", max(line-1, 0)) + text
	if err := checkText(src, name); err != nil {
		return nil, err
	}
	stmts, err := parse.Parse(strings.NewReader(src), name)
	if err != nil {
		return nil, syntaxError(err, name)
	}
	m := mender{name: name, texts: functionTexts(src), large: len(src) > maxConstants}
	stmts, err = m.chunk(stmts)
	if err != nil {
		return nil, err
	}
	lines := m.tag()
	proto, err = lua.Compile(stmts, name)
	if err != nil {
		return nil, syntaxError(err, name)
	}
	if err := checkJumps(proto, name); err != nil {
		return nil, err
	}
	endScopes(proto, scopesOf(&ast.ParList{HasVargs: true}, stmts, false, true))
	m.endScopes(proto)
	link(proto, &lua.DbgLocalInfo{Name: source, StartPc: sourceText, EndPc: line})
	restore(proto, lines, m.texts)
	attachText(proto, src, chunkText)
	return proto, nil
}

// Writes each function's number where its last line belongs, and returns the lines.
func (m *mender) tag() []int {
	lines := make([]int, len(m.funcs))
	for i, f := range m.funcs {
		lines[i] = f.LastLine()
		f.SetLastLine(lineTag + i)
	}
	return lines
}

// Puts the last lines back into the compiled functions and gives each its text.
func restore(p *lua.FunctionProto, lines []int, texts []functionText) {
	if n := p.LastLineDefined - lineTag; n >= 0 && n < len(lines) {
		p.LastLineDefined = lines[n]
		if len(texts) == len(lines) {
			attachText(p, texts[n].text, funcText)
		}
	}
	for i, l := range p.DbgSourcePositions {
		if l >= lineTag {
			p.DbgSourcePositions[i] = p.LastLineDefined
		}
	}
	for _, sub := range p.FunctionPrototypes {
		restore(sub, lines, texts)
	}
}

// The kinds of text that travel in a compiled function's debug information: as the
// name of a local variable that is never in scope, so that the text lives as long
// as the function.
const (
	funcText   = 1<<30 + iota // function … end
	chunkText                 // a chunk's statements
	sourceText                // what was written; its end is the number of the first line
)

func attachText(p *lua.FunctionProto, text string, kind int) {
	p.DbgLocals = append(p.DbgLocals, &lua.DbgLocalInfo{Name: text, StartPc: kind})
}

// Gives every function the source it is from, and what stands for its operators.
func link(p *lua.FunctionProto, source *lua.DbgLocalInfo) {
	p.DbgLocals = append(p.DbgLocals, source)
	linkConcat(p)
	for _, sub := range p.FunctionPrototypes {
		link(sub, source)
	}
}

// Returns the source that a function is from, and the number of its first line.
func sourceOf(p *lua.FunctionProto) (text string, line int) {
	for _, d := range p.DbgLocals {
		if d.StartPc == sourceText {
			return d.Name, d.EndPc
		}
	}
	return "", 1
}

// Returns the source text of a function, as an expression.
func textOf(p *lua.FunctionProto) (string, bool) {
	n := len(p.DbgLocals)
	if n == 0 {
		return "", false
	}
	switch last := p.DbgLocals[n-1]; last.StartPc {
	case funcText:
		return last.Name, true
	case chunkText:
		lead := len(last.Name) - len(strings.TrimLeft(last.Name, "\n"))
		return strings.Repeat("\n", lead) + "function(...) " + last.Name[lead:] + "\nend", true
	}
	return "", false
}

// Brings an error of the parser or compiler into one line, with its position.
func syntaxError(err error, name string) error {
	pe, ok := err.(*parse.Error)
	if !ok {
		return compileError(err, name)
	}
	if pe.Pos.Line == parse.EOF && pe.Message != "unterminated string" {
		return jobs.Errorf(jobs.KindIncomplete, "%s: the text ends too early (%s)", name, pe.Message)
	}
	if pe.Pos.Line == parse.EOF {
		return jobs.Errorf(jobs.KindSyntax, "%s: a string is not closed", name)
	}
	e := jobs.Errorf(jobs.KindSyntax, "%s:%d: %s near '%s'", name, pe.Pos.Line, pe.Message, pe.Token)
	e.Line = pe.Pos.Line
	return e
}

func compileError(err error, name string) error {
	ce, ok := err.(*lua.CompileError)
	if !ok {
		return jobs.Errorf(jobs.KindSyntax, "%s: %s", name, firstLine(err.Error()))
	}
	line := max(ce.Line, 1) // 0 is that of a chunk
	e := jobs.Errorf(jobs.KindSyntax, "%s:%d: %s", name, line, ce.Message)
	e.Line = line
	return e
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func (m *mender) errorf(at ast.PositionHolder, format string, args ...any) {
	e := jobs.Errorf(jobs.KindSyntax, "%s:%d: %s", m.name, at.Line(), fmt.Sprintf(format, args...))
	e.Line = at.Line()
	panic(e)
}
