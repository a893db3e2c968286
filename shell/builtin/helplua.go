package builtin

import (
	"slices"
	"strings"

	"marsh/shell"
	"marsh/shell/page"
)

// luaCommands is the part of about_lua that is made from the declarations: each command
// as a function.
func luaCommands(set *shell.CommandSet) []page.Block {
	out := []page.Block{{Kind: page.Heading, Text: "The commands as functions"}}
	for _, cmd := range set.All() {
		out = append(out, page.Block{Kind: page.Term, Text: luaCommand(cmd).Text, Body: luaReturns(cmd)})
	}
	return out
}

// luaName returns the name of a command's Lua function.
func luaName(cmd *shell.Command) string { return strings.ReplaceAll(cmd.Name, "-", "_") }

// luaCommand returns the call of a command's function: its positional parameters, and
// the others in a table.
func luaCommand(cmd *shell.Command) page.Block {
	var positional, named []string
	for _, p := range byPosition(cmd.Params) {
		if p.Pos >= 0 && (len(positional) == p.Pos) {
			positional = append(positional, p.Name)
			if p.Rest {
				positional[p.Pos] += "…"
			}
			continue
		}
		named = append(named, p.Name+"\u00a0=\u00a0"+luaType(p))
	}
	if len(named) > 0 {
		positional = append(positional, "{"+strings.Join(named, ", ")+"}")
	}
	return page.Block{Kind: page.Term, Text: luaName(cmd) + "(" + strings.Join(positional, ", ") + ")"}
}

// byPosition sorts the parameters: those with a position first, in its order.
func byPosition(params []*shell.Param) []*shell.Param {
	out := slices.Clone(params)
	slices.SortStableFunc(out, func(a, b *shell.Param) int { return place(a) - place(b) })
	return out
}

func place(p *shell.Param) int {
	if p.Pos < 0 {
		return 1 << 10
	}
	return p.Pos
}

func luaType(p *shell.Param) string {
	if p.Switch {
		return "bool"
	}
	if of, list := strings.CutSuffix(p.TypeName(), ",…"); list {
		return "{" + of + "…}"
	}
	return p.TypeName()
}

// luaReturns says what a command's function gives back.
func luaReturns(cmd *shell.Command) string {
	switch {
	case cmd.List && cmd.Output != "":
		return "returns a list, of " + cmd.Output
	case cmd.List:
		return "returns a list"
	case cmd.Output == "":
		return "returns nothing"
	}
	return "returns " + cmd.Output
}
