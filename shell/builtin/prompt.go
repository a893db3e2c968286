package builtin

import (
	"errors"
	"sort"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/syntax"
)

// promptCommands are for the prompt's own use: it asks the machine that it is on.
var promptCommands = []*shell.Command{
	shell.Define[promptInfo](shell.Doc{
		Name: "prompt-info", Hidden: true, Synopsis: "tell the prompt where it is",
	}),
	shell.Define[completeLine](shell.Doc{
		Name: "complete-line", Hidden: true, List: true, Synopsis: "list what a half-typed line could go on with",
	}),
	shell.Define[wordMeaning](shell.Doc{
		Name: "word-meaning", Hidden: true, Synopsis: "tell the prompt what words are, to colour them",
	}),
	shell.Define[statementEnd](shell.Doc{
		Name: "statement-end", Hidden: true, Synopsis: "tell the prompt in which line a statement ends",
	}),
}

type promptInfo struct{}

// Run writes the directory, with ~ for home, and how many jobs have not ended.
func (p *promptInfo) Run(c *shell.Call) error {
	return c.Out(jobs.NewMap("", "Dir", c.Engine.ShortDir(), "Running", int64(len(c.Engine.Shell.Jobs.Active()))))
}

type wordMeaning struct {
	Word []string `param:"pos=0,rest" help:"words that stand at the start of statements"`
}

// meaningNames are what word-meaning calls the meanings.
var meaningNames = map[syntax.Meaning]string{
	syntax.Unknown: "unknown", syntax.IsCommand: "command", syntax.IsProgram: "program", syntax.IsVariable: "variable",
}

// Run writes a map {Meanings}, the list of what the words are: unknown, command,
// program or variable.
func (p *wordMeaning) Run(c *shell.Call) error {
	found, err := c.Meanings(p.Word)
	if err != nil {
		return err
	}
	list := make(jobs.List, len(found))
	for i, m := range found {
		list[i] = meaningNames[m]
	}
	return c.Out(jobs.NewMap("", "Meanings", list))
}

type statementEnd struct {
	Text string `param:"pos=0" help:"lines, the first of which begins a statement"`
	From int    `param:"pos=1" help:"how many of them are known to be no whole statement"`
}

// Run writes a map {End}: the least number of lines that want no more lines; 0 where
// all of them do. It looks for it by halves.
func (p *statementEnd) Run(c *shell.Call) error {
	ends := lineEnds(p.Text)
	unfinished, err := c.Unfinished(p.Text)
	if err != nil || unfinished {
		return errors.Join(err, c.Out(jobs.NewMap("", "End", int64(0))))
	}
	from := min(max(p.From, 0), len(ends)-1)
	n := sort.Search(len(ends)-1-from, func(i int) bool {
		unfinished, uerr := c.Unfinished(p.Text[:ends[from+i]])
		err = errors.Join(err, uerr)
		return !unfinished
	})
	return errors.Join(err, c.Out(jobs.NewMap("", "End", int64(from+n+1))))
}

// lineEnds returns where the lines of text end, in bytes.
func lineEnds(text string) []int {
	var ends []int
	for i := range len(text) {
		if text[i] == '\n' {
			ends = append(ends, i)
		}
	}
	return append(ends, len(text))
}
