package builtin

import (
	"marsh/jobs"
	"marsh/shell"
)

var optionCommands = []*shell.Command{
	shell.Define[getOption](shell.Doc{
		Name: "get-option", List: true, Synopsis: "list the options of the shell and their values", Output: "maps of Name, Value, Default, Type and Help",
		Help:     "Names may have wildcards.",
		Examples: []shell.Example{{Line: "get-option throttlelimit | foreach-object Value", Says: "how many machines at a time", Want: "64"}},
		Related:  []string{"set-option"},
	}),
	shell.Define[setOption](shell.Doc{
		Name: "set-option", Synopsis: "set an option of the shell",
		Help:     "It holds until the shell ends; put the line into the start-up file to keep it. The name may be shortened as long as it stays clear.",
		Examples: []shell.Example{{Line: "set-option HistorySuggestions $false\nget-option history* | foreach-object Value", Says: "no suggestions", Want: "False"}},
		Related:  []string{"get-option"},
	}),
}

type getOption struct {
	Name []string `param:"pos=0,rest,kind=option" help:"the names, with wildcards; all if not given"`
}

// Run writes the options that fit. A name without wildcards that is no option's is an
// error.
func (g *getOption) Run(c *shell.Call) error {
	for i, n := range g.Name {
		if hasWildcard(n) {
			continue
		}
		s, err := shell.FindSetting(n)
		if err == nil {
			g.Name[i] = s.Name
		} else if err := c.Error(err); err != nil {
			return err
		}
	}
	for _, s := range shell.AllSettings() {
		if !likeAny(g.Name, s.Name) {
			continue
		}
		err := c.Out(jobs.NewMap("Option", "Name", s.Name, "Value", c.Engine.Shell.Settings.Value(s.Name), "Default", s.Default, "Type", s.Type(), "Help", s.Help))
		if err != nil {
			return err
		}
	}
	return nil
}

type setOption struct {
	Name  string     `param:"pos=0,required,kind=option" help:"the option"`
	Value jobs.Value `param:"pos=1,required" help:"its value: $true or $false, a number, or a table, as its type is"`
}

// Run sets the option.
func (s *setOption) Run(c *shell.Call) error { return c.SetOption(s.Name, s.Value) }
