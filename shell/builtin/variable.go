package builtin

import (
	"marsh/jobs"
	"marsh/shell"
)

var variableCommands = []*shell.Command{
	shell.Define[getVariable](shell.Doc{
		Name: "get-variable", Aliases: []string{"gv"}, List: true, Synopsis: "list variables and their values", Output: "maps of Name and Value; with -ValueOnly the values", Examples: []shell.Example{
			{Line: "$x = 5\nget-variable x | foreach-object Value", Says: "the value of a variable", Want: "5"},
		},
	}),
}

type getVariable struct {
	Name      []string `param:"pos=0,rest" help:"the names, * and ? allowed; all where none is given"`
	ValueOnly bool     `help:"write the values alone"`
}

// Run writes a Variable, or its value, for each variable whose name fits. A name
// without wildcards that is no variable's is an error.
func (g *getVariable) Run(c *shell.Call) error {
	vars, err := c.Variables()
	if err != nil {
		return err
	}
	for _, n := range g.Name {
		if len(matching(vars.Keys(), n)) == 0 && !hasWildcard(n) {
			if err := c.Error(jobs.Errorf(jobs.KindNotFound, "there is no variable %s", n)); err != nil {
				return err
			}
		}
	}
	for _, k := range vars.Keys() {
		if !likeAny(g.Name, k) {
			continue
		}
		if err := g.write(c, vars, k); err != nil {
			return err
		}
	}
	return nil
}

func (g *getVariable) write(c *shell.Call, vars *jobs.Map, name string) error {
	v, _ := vars.Get(name)
	if g.ValueOnly {
		return c.Out(v)
	}
	return c.Out(jobs.NewMap("Variable", "Name", name, "Value", v))
}
