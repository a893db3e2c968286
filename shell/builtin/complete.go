package builtin

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/format"
	"marsh/shell/syntax"
)

// Bounds of completion.
const (
	maxCandidates = 1000    // what one completion returns
	maxLooked     = 1 << 16 // names that are looked at for one source of them
)

type completeLine struct {
	Line   string `param:"pos=0" help:"what is typed"`
	Cursor int    `param:"pos=1" help:"where in it, in bytes"`
}

// Run writes the candidates for what stands at the cursor: maps of Text, which
// replaces the line from byte Start to the cursor, Show, which a menu shows where it is
// not Text, and Help. It runs nothing of what is typed.
func (p *completeLine) Run(c *shell.Call) error {
	k := &completer{c: c, line: p.Line[:min(max(p.Cursor, 0), len(p.Line))]}
	k.complete()
	for _, found := range k.best() {
		if err := c.Out(found.value()); err != nil {
			return err
		}
	}
	return nil
}

// candidate is one thing that the word at the cursor could become.
type candidate struct {
	text, show, help string
	start            int  // the byte of the line from which text replaces it
	rank             int  // those with a lower one come first
	exact            bool // what is typed has the letter case of text, or the case does not matter
}

func (c candidate) value() *jobs.Map {
	return jobs.NewMap("", "Text", c.text, "Start", int64(c.start), "Show", c.show, "Help", c.help)
}

// key is what candidates are sorted by.
func (c candidate) key() string { return strings.ToLower(cmp.Or(c.show, c.text)) }

// completer collects candidates.
type completer struct {
	c     *shell.Call
	line  string // up to the cursor
	base  int    // the byte where the line begins in what is typed: behind $( in a string
	w     syntax.Cursor
	found []candidate
}

// anyCase offers text where it goes on from what is typed, in any letter case.
func (k *completer) anyCase(text, help string) {
	k.offer(candidate{text: text, help: help, exact: true})
}

// offer takes a candidate for the word if it goes on from what is typed.
func (k *completer) offer(c candidate) {
	c.start = k.w.Start
	k.put(c, c.text, k.w.Word)
}

// put takes a candidate whose name goes on from typed, unless it could not be put in or
// not be looked at.
func (k *completer) put(c candidate, name, typed string) {
	if len(name) < len(typed) || !strings.EqualFold(name[:len(typed)], typed) || !fit(c.text) {
		return
	}
	c.start += k.base
	c.exact = c.exact || strings.HasPrefix(name, typed)
	k.found = append(k.found, c)
}

// fit reports whether a text can be put into a line as it is.
func fit(text string) bool {
	return text != "" && utf8.ValidString(text) && !strings.ContainsAny(text, "\n\t") && format.Visible(text) == text
}

// best returns the candidates in the order of their ranks and names, each once.
func (k *completer) best() []candidate {
	if slices.ContainsFunc(k.found, func(c candidate) bool { return c.exact }) {
		k.found = slices.DeleteFunc(k.found, func(c candidate) bool { return !c.exact })
	}
	slices.SortStableFunc(k.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.key(), b.key()), strings.Compare(a.text, b.text))
	})
	all := once(k.found)
	return all[:min(len(all), maxCandidates)]
}

// once drops candidates that would put in what one before them does: a command of the
// user's is a function, too.
func once(all []candidate) []candidate {
	type insertion struct {
		start int
		text  string
	}
	seen := make(map[insertion]bool)
	return slices.DeleteFunc(all, func(c candidate) bool {
		i := insertion{c.start, c.text}
		again := seen[i]
		seen[i] = true
		return again
	})
}

// complete finds out what stands at the cursor, and what that could become.
func (k *completer) complete() {
	k.w = syntax.Words(k.line, len(k.line))
	switch {
	case k.w.Comment:
	case k.inner():
	case k.variable():
	case k.redirection():
		k.files(anyFile)
	case k.w.First:
		k.first()
	case k.w.Command == "!":
		k.shellLine()
	default:
		k.argument()
	}
}

// inner goes on inside of $( ) in a string: what stands there is a line of its own.
func (k *completer) inner() bool {
	if k.w.Quote != '"' {
		return false
	}
	quoted := k.line[k.w.Start:]
	i := strings.LastIndex(quoted, "$(")
	if i < 0 || strings.Contains(quoted[i:], ")") {
		return false
	}
	at := k.w.Start + i + len("$(")
	k.base, k.line = k.base+at, k.line[at:]
	k.complete()
	return true
}

// redirection takes the mark off a word that is the file of a redirection, and reports
// whether it is one.
func (k *completer) redirection() bool {
	if n := len(k.w.Args); n > 0 && isRedirection(k.w.Args[n-1]) {
		return true
	}
	for i := min(4, len(k.w.Word)); i > 0; i-- {
		if k.w.Quote == 0 && isRedirection(k.w.Word[:i]) {
			k.w.Word, k.w.Start = k.w.Word[i:], k.w.Start+i
			return true
		}
	}
	return false
}

// isRedirection reports whether a word is >, >>, 2> or the like.
func isRedirection(word string) bool {
	word, ok := strings.CutSuffix(word, ">")
	word = strings.TrimSuffix(word, ">")
	return ok && (word == "" || len(word) == 1 && strings.Contains("*123456", word))
}

// argument offers what a word behind the first can be.
func (k *completer) argument() {
	if cmd := commands(k.c).Lookup(k.w.Command); cmd != nil {
		k.ofCommand(cmd)
		return
	}
	if k.isProgram(k.w.Command) {
		k.ofProgram()
		return
	}
	k.lua()
}

// commands returns the commands that the line could use.
func commands(c *shell.Call) *shell.CommandSet { return c.Engine.Commands() }
