package syntax

import "strings"

// reading says where a command line may stand, and so what counts as one.
type reading uint8

const (
	atStatement reading = iota
	atDollar            // the right side for a $variable
	atValue             // the right side for a local, or between ( )
	atPlain             // the right side for a plain name, or after return
)

type stageKind uint8

const (
	commandStage stageKind = iota
	programStage
	shellStage
)

// head is the beginning of a command line.
type head struct {
	kind stageKind
	pos  int
	end  int // behind the first word; pos where the word is still to be read
	info CommandInfo
}

// wordStops end a first word.
const wordStops = " \t\n|;<>&(){}\"'$`,[="

// maxCommand bounds the name of a command that is looked for inside an expression, in
// bytes, since it is looked for at every minus.
const maxCommand = 100

// Returns the first word at pos, "" when there is none.
func (p *parser) wordAt(pos int) string {
	word := wordIn(p.text[pos:])
	p.work += len(word) / lookPerWork
	return word
}

// lookPerWork is how many bytes looked at ahead count as much as a token.
const lookPerWork = 64

// Returns the word with which a text begins.
func wordIn(rest string) string {
	if strings.HasPrefix(rest, "[ ") {
		return "["
	}
	if i := strings.IndexAny(rest, wordStops); i >= 0 {
		return rest[:i]
	}
	return rest
}

func isPath(word string) bool {
	for _, prefix := range []string{"./", "../", "~/"} {
		if strings.HasPrefix(word, prefix) {
			return true
		}
	}
	return len(word) > 1 && word[0] == '/'
}

// Reports whether what follows a first word makes it Lua.
func luaFollows(text string, end int) bool {
	if c := at(text, end); c == '(' || c == '[' || c == ',' {
		return true
	}
	rest := text[skipBlanks(text, end):]
	return strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "===")
}

// Returns the word at pos, and whether it has the shape of a command's name.
func (p *parser) shape(pos int) (word string, shaped bool) {
	word = p.wordAt(pos)
	c := at(word, 0)
	shaped = (isLetter(c) || c >= 0x80 || c == '.' || c == '~') && !isKeyword(word) && !luaFollows(p.text, pos+len(word))
	return word, shaped
}

// Reports whether a command line begins at pos.
func (p *parser) command(pos int, how reading) (head, bool) {
	h := head{pos: pos, end: pos}
	word := p.wordAt(pos)
	switch {
	case at(p.text, pos) == '!':
		h.kind = shellStage
		return h, true
	case word == "" || isKeyword(word):
		return h, false
	case isPath(word):
		h.kind = programStage
		return h, true
	}
	if info, ok := p.named(pos, word, how); ok {
		h.end, h.info = pos+len(word), info
		return h, true
	}
	h.kind = programStage
	return h, p.isProgram(pos, word, how)
}

// Looks for the marsh command of a word.
func (p *parser) named(pos int, word string, how reading) (CommandInfo, bool) {
	info, ok := p.res.Command(word)
	if !ok {
		return info, false
	}
	dashed := strings.Contains(word, "-")
	follows := luaFollows(p.text, pos+len(word))
	if dashed && follows && !p.areVariables(word) {
		p.paint(pos, pos+len(word), ClassCommand)
		if nextMark(p.text, pos+len(word)) == "=" {
			p.fail(pos+len(word), "%s is a command, and nothing can be assigned to it", word)
		}
		p.fail(pos+len(word), "%s is a command, which %q cannot follow: leave a blank between them, or call %s(…) in Lua",
			word, nextMark(p.text, pos+len(word)), strings.ReplaceAll(info.Name, "-", "_"))
	}
	if !dashed && (how == atPlain || how != atStatement && p.isVariable(word)) {
		return info, false
	}
	return info, !follows
}

func nextMark(text string, pos int) string {
	pos = skipBlanks(text, pos)
	return text[pos : pos+1]
}

// Reports whether a program is run by the word at pos.
func (p *parser) isProgram(pos int, word string, how reading) bool {
	if how == atPlain || luaFollows(p.text, pos+len(word)) || p.isLuaWord(word) || how != atStatement && isNumber(word) {
		return false
	}
	if p.res.Program(word) {
		return true
	}
	return p.loose > 0 && how == atStatement && p.looksLikeCommand(pos, word)
}

// Reports whether a word is a number, which is a value, whatever programs there are.
func isNumber(word string) bool {
	return isDigit(at(word, 0)) && strings.Trim(word, ".0123456789") == ""
}

// Reports whether the word begins with the name of a variable, so that Lua has it. A
// word with dashes is Lua only when all its parts are variables.
func (p *parser) isLuaWord(word string) bool {
	lead := word[:nameEnd(word, 0)]
	if at(word, len(lead)) == '-' {
		return p.areVariables(word)
	}
	return lead != "" && p.isVariable(lead)
}

func (p *parser) areVariables(word string) bool {
	for part := range strings.SplitSeq(word, "-") {
		if !p.isVariable(part) {
			return false
		}
	}
	return true
}

// Reads a command line that stands as a statement, if one does.
func (p *parser) commandStatement() bool {
	h, ok := p.command(p.tok.start, atStatement)
	if ok {
		p.runPipeline(h)
	}
	return ok
}

func (p *parser) runPipeline(h head) {
	p.head = h.info.Name
	p.usePipeline("__m_run", h)
	p.value = nil
}

// Replaces the command line that begins at h by a call of function.
func (p *parser) usePipeline(function string, h head) {
	p.mend(p.tok)
	line := p.pipeline(h)
	p.edit(h.pos, p.at, function+"("+p.print(line, h.pos, p.at)+")")
	p.seek(p.at)
}
