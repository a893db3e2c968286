package syntax

import "strings"

// Cursor is what a half-typed line is about at one place, for completion.
type Cursor struct {
	Command   string   // the first word of the command line, as typed; "" when Word is it
	Args      []string // the words between Command and Word, without quotes
	Word      string   // what is typed of the word at the cursor, without quotes
	Start     int      // the byte offset of Word, of its quote if it has one
	Quote     byte     // the quote that is open at the cursor, or 0
	First     bool     // Word stands where a command can
	Parameter bool     // Word is a parameter's name; it begins with its dash
	After     string   // the parameter whose value Word is, without its dash, or ""
	Variable  bool     // Word is a variable; it begins with $
	Comment   bool     // the cursor is in a comment; nothing else is set
}

// Words says what stands at the byte offset cursor of line, which may be half typed
// and may have several lines. An offset outside the line is taken for its nearest end.
func Words(line string, cursor int) Cursor {
	w := words{text: line[:min(max(cursor, 0), len(line))]}
	for w.pos < len(w.text) && !w.comment {
		w.step()
	}
	return w.cursor()
}

// words reads a line up to the cursor, without knowing what is Lua in it.
type words struct {
	text    string
	pos     int
	done    []string   // the finished words of the command line
	outer   [][]string // those of the lines around it, outside ( ) and { }
	word    strings.Builder
	start   int // where the word begins
	inWord  bool
	quote   byte
	comment bool
}

// Reads one character.
func (w *words) step() {
	c := w.text[w.pos]
	switch {
	case w.quote != 0:
		w.quoted(c)
	case c == '"' || c == '\'':
		w.begin()
		w.quote = c
	case isBlank(c):
		w.finish()
	case c == '\n' && w.inWord && w.word.String() == "`":
		w.drop()
	case c == '\n' || c == ';' || c == '|':
		w.restart()
	case c == '(' || c == '{':
		w.descend()
	case c == ')' || c == '}':
		w.ascend()
	case c == ',':
		w.drop()
	case c == '=' && w.assigns():
		w.restart()
	case c == '!' && !w.inWord && len(w.done) == 0:
		w.done = []string{"!"}
	case c == '#' && !w.inWord:
		w.skipComment()
		return
	default:
		w.add(c)
	}
	w.pos++
}

func (w *words) begin() {
	if !w.inWord {
		w.inWord, w.start = true, w.pos
	}
}

func (w *words) add(c byte) {
	w.begin()
	w.word.WriteByte(c)
}

func (w *words) quoted(c byte) {
	if c == w.quote {
		w.quote = 0
		return
	}
	w.word.WriteByte(c)
}

// Ends the word; one that opens a Lua block begins a new command line.
func (w *words) finish() {
	if !w.inWord {
		return
	}
	word := w.word.String()
	w.drop()
	switch word {
	case "then", "do", "else", "repeat", "return":
		w.done = nil
	default:
		w.done = append(w.done, word)
	}
}

// Forgets the word: it is one of a list whose last element counts.
func (w *words) drop() {
	w.inWord = false
	w.word.Reset()
}

func (w *words) restart() {
	w.drop()
	w.done = nil
}

func (w *words) descend() {
	w.finish()
	w.outer = append(w.outer, w.done)
	w.done = nil
}

func (w *words) ascend() {
	w.drop()
	if n := len(w.outer); n > 0 {
		w.done, w.outer = w.outer[n-1], w.outer[:n-1]
		w.done = append(w.done, "")
	}
}

func (w *words) skipComment() {
	end := lineEnd(w.text, w.pos)
	w.comment = end == len(w.text)
	w.pos = end
}

// Reports whether an = here ends the left side of an assignment.
func (w *words) assigns() bool {
	left := strings.Join(append(w.done[:len(w.done):len(w.done)], w.word.String()), " ")
	left = strings.TrimSpace(strings.TrimPrefix(left, "local "))
	return left != "" && !strings.ContainsAny(left, " ")
}

// Says what the word at the end is.
func (w *words) cursor() Cursor {
	if w.comment {
		return Cursor{Comment: true}
	}
	c := Cursor{Word: w.word.String(), Start: len(w.text), Quote: w.quote}
	if w.inWord {
		c.Start = w.start
	}
	if c.First = len(w.done) == 0; !c.First {
		c.Command, c.Args = w.done[0], w.done[1:]
	}
	bare := w.inWord && c.Quote == 0 && strings.HasPrefix(w.text[c.Start:], c.Word)
	c.Variable = bare && strings.HasPrefix(c.Word, "$")
	c.parameter(bare)
	return c
}

// Tells a parameter's name from its value.
func (c *Cursor) parameter(bare bool) {
	if c.First {
		return
	}
	if n := len(c.Args); n > 0 && isParameterWord(c.Args[n-1]) {
		c.After = c.Args[n-1][1:]
	}
	if !bare || c.Word != "-" && !isParameterWord(c.Word) {
		return
	}
	name, value, attached := strings.Cut(c.Word, ":")
	if c.Parameter, c.After = !attached, ""; attached {
		c.After, c.Word, c.Start = name[1:], value, c.Start+len(name)+1
		c.Variable = strings.HasPrefix(value, "$")
	}
}

func isParameterWord(s string) bool {
	return len(s) > 1 && s[0] == '-' && isLetter(s[1]) && s[1] != '_'
}
