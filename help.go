package main

import (
	"context"
	"fmt"

	"marsh/shell/builtin"
)

// help prints the overview, or a command's page.
func (p *program) help(_ context.Context, args []string) int {
	if len(args) == 0 {
		fmt.Fprintf(p.stdout, "%s\n%s", usage, builtin.Overview(p.commands))
		return 0
	}
	cmd := p.commands.Lookup(args[0])
	if cmd == nil {
		return p.fail(fmt.Errorf("there is no help on %s; marsh help lists what there is", args[0]))
	}
	fmt.Fprint(p.stdout, builtin.Page(cmd))
	return 0
}
