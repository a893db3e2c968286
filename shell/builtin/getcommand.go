package builtin

import (
	"fmt"
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

var commandCommands = []*shell.Command{
	shell.Define[getCommand](shell.Doc{
		Name: "get-command", Aliases: []string{"gcm"}, List: true, Synopsis: "list the commands", Output: "maps of Name, Alias, Source and Synopsis", Related: []string{"get-help"},
		Examples: []shell.Example{{Line: "get-command *-job | select-object -property Name", Says: "list the job commands"}},
	}),
}

type getCommand struct {
	Name []string `param:"pos=0,kind=command" help:"names, with wildcards; all if not given"`
}

// Run writes the commands that fit.
func (p *getCommand) Run(c *shell.Call) error {
	set := c.Engine.Commands()
	for _, n := range p.Name {
		if !hasWildcard(n) && set.Lookup(n) == nil {
			if err := c.Error(unknown(set, n)); err != nil {
				return err
			}
		}
	}
	for _, cmd := range set.All() {
		if !anyName(p.Name, cmd) {
			continue
		}
		if err := c.Out(commandValue(cmd)); err != nil {
			return err
		}
	}
	return nil
}

// commandValue returns a command as it is listed. Its Source says who declared it.
func commandValue(cmd *shell.Command) *jobs.Map {
	source := "marsh"
	if cmd.User() {
		source = "user"
	}
	return jobs.NewMap("Command", "Name", cmd.Name, "Alias", strings.Join(cmd.Aliases, ", "), "Source", source, "Synopsis", cmd.Synopsis)
}

// anyName reports whether one of the patterns fits one of the command's names.
func anyName(patterns []string, cmd *shell.Command) bool {
	for _, n := range cmd.Names() {
		if anyLike(patterns, n) {
			return true
		}
	}
	return false
}

func unknown(set *shell.CommandSet, name string) error {
	e := jobs.Errorf(jobs.KindNotFound, "there is no command %s; get-command lists those there are", name)
	if near := set.Suggest(name); near != "" {
		e.Msg = fmt.Sprintf("there is no command %s; did you mean %s?", name, near)
	}
	return e
}
