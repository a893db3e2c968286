package builtin

import (
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

var helpCommands = []*shell.Command{
	shell.Define[getHelp](shell.Doc{
		Name: "get-help", Aliases: []string{"help"}, Synopsis: "show the help page of a command or topic",
		Help: "Without a name it lists the topics and the commands. A name with * or ?, or a part of several names, lists those that fit. " +
			"The page of a command says what it does; -Full adds its parameters and examples. Topics begin with about_, which may be left out.\n\n" +
			"At the prompt a long page is read with: marsh help NAME | less.",
		Output: "the page, a line for each value; of a list, maps of Name, Category and Synopsis",
		Examples: []shell.Example{
			{Line: "get-help start-job", Says: "how start-job is used"},
			{Line: "get-help start-job -parameter name", Says: "one parameter", Want: "-Name <…\n    the job's name…"},
			{Line: "get-help about_* | foreach-object Name", Says: "the topics", Want: "about_errors\n…"},
			{Line: "get-help remote_jobs", Says: "the three ways to run a job elsewhere"},
		},
	}),
}

// Help says which page of the help is wanted, and how much of it.
type Help struct {
	Name      string `param:"pos=0,kind=help" help:"the command or topic, or a pattern with * and ?; the list of all if not given"`
	Examples  bool   `help:"the examples only"`
	Parameter string `help:"these parameters only; * and ? allowed"`
	Detailed  bool   `help:"add the parameters and the examples"`
	Full      bool   `help:"add everything: parameters, also those of every command, the Lua function, examples"`
}

type getHelp struct{ Help }

// Run writes the page, line by line, or the list.
func (p *getHelp) Run(c *shell.Call) error {
	found, err := p.find(c.Engine.Commands())
	if err != nil {
		return err
	}
	if found.list != nil {
		for _, e := range found.list {
			if err := c.Out(jobs.NewMap("HelpEntry", "Name", e.name, "Category", e.category, "Synopsis", e.synopsis)); err != nil {
				return err
			}
		}
		return nil
	}
	for line := range strings.SplitSeq(strings.TrimRight(found.text(columns(c)), "\n"), "\n") {
		if err := c.Out(line); err != nil {
			return err
		}
	}
	return nil
}

// Text returns what is wanted as text for so many columns.
func (p *Help) Text(set *shell.CommandSet, columns int) (string, error) {
	found, err := p.find(set)
	if err != nil {
		return "", err
	}
	return found.text(columns), nil
}
