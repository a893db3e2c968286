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
	shell.Define[leaveInfo](shell.Doc{
		Name: "leave-info", Hidden: true, List: true, Synopsis: "tell the prompt what the end of the shell would stop and lose",
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
	shell.Define[promptText](shell.Doc{
		Name: "prompt-text", Hidden: true, Synopsis: "have the user's own function make the prompt",
	}),
	shell.Define[editText](shell.Doc{
		Name: "edit-text", Hidden: true, Synopsis: "have what is typed edited by the user's own editor",
	}),
}

type promptInfo struct{}

// Run writes the directory, with ~ for home, and how many jobs have not ended.
func (p *promptInfo) Run(c *shell.Call) error {
	return c.Out(jobs.NewMap("", "Dir", c.Engine.ShortDir(), "Running", int64(len(c.Engine.Shell.Jobs.Active()))))
}

type promptText struct {
	Sessions jobs.List `param:"pos=0" help:"the sessions entered, outermost first"`
	Dir      string    `param:"pos=1" help:"the directory there"`
}

// Run writes a map: {Text} of what the user's function prompt(sessions, dir) returns,
// {Error} where it fails or returns something else; nothing where there is none.
func (p *promptText) Run(c *shell.Call) error {
	if p.Sessions == nil {
		p.Sessions = jobs.List{}
	}
	vals, found, err := c.CallUser("prompt", p.Sessions, p.Dir)
	if !found {
		return err
	}
	if c.Ctx.Err() != nil {
		err = jobs.Errorf(jobs.KindTimeout, "it took too long")
	}
	if err != nil {
		return c.Out(jobs.NewMap("", "Error", err.Error()))
	}
	if len(vals) > 0 {
		if text, ok := vals[0].(string); ok {
			return c.Out(jobs.NewMap("", "Text", text))
		}
	}
	return c.Out(jobs.NewMap("", "Error", "it returned no text"))
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

// Run writes a map {End}: the least number of lines, more than From, that have a whole
// statement more than the first From of them, or a mistake; 0 where all lines have not. It
// looks for it by halves.
func (p *statementEnd) Run(c *shell.Call) error {
	ends := lineEnds(p.Text)
	from := min(max(p.From, 0), len(ends)-1)
	known := 0
	if from > 0 {
		var err error
		if known, _, err = c.Statements(p.Text[:ends[from-1]]); err != nil {
			return err
		}
	}
	var err error
	n := sort.Search(len(ends)-from, func(i int) bool {
		whole, unfinished, serr := c.Statements(p.Text[:ends[from+i]])
		err = errors.Join(err, serr)
		return whole > known || !unfinished
	})
	if err != nil {
		return err
	}
	if n == len(ends)-from {
		return c.Out(jobs.NewMap("", "End", int64(0)))
	}
	return c.Out(jobs.NewMap("", "End", int64(from+n+1)))
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
