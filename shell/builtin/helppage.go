package builtin

import (
	"fmt"
	"slices"
	"strings"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/page"
)

// overview is the page that is shown when none is asked for.
func overview(set *shell.CommandSet) *page.Page {
	p := &page.Page{Name: "marsh", Synopsis: "an operator's shell"}
	p.Section("In short",
		text("A line that begins with the name of a command is a command line; every other line is Lua 5.1. "+
			"`!line` goes to /bin/sh, programs run by name, `$x` is the variable x, `{ … }` is a script block."),
		text("`get-help NAME` shows the page of a command or topic, with `-full` all of it; `get-help *job*` lists what fits."))
	var tops, cmds []helpEntry
	for _, e := range helpEntries(set) {
		if e.category == "Topic" {
			tops = append(tops, e)
		} else {
			cmds = append(cmds, e)
		}
	}
	p.Section("Topics", listed("Topic", tops))
	p.Section("Commands", listed("Command", cmds))
	return p
}

// listed is a table of names and what they are for.
func listed(head string, list []helpEntry) page.Block {
	rows := [][]string{{head, "Synopsis"}}
	for _, e := range list {
		rows = append(rows, []string{page.Keep(e.name), e.synopsis})
	}
	return page.Block{Kind: page.Table, Rows: rows}
}

// commandPage returns as much of a command's page as is wanted.
func (p *Help) commandPage(set *shell.CommandSet, cmd *shell.Command) (*page.Page, error) {
	switch {
	case p.Parameter != "":
		return parameterPage(cmd, p.Parameter)
	case p.Examples:
		return &page.Page{Name: cmd.Name, Synopsis: cmd.Synopsis, Blocks: examplesOf(cmd)}, nil
	}
	out := commandHead(cmd)
	if p.Full || p.Detailed {
		commandDetails(out, cmd, p.Full)
	}
	out.Section("Related", related(set, cmd)...)
	if !p.Full {
		out.Section("More", text(moreHelp(cmd)))
	}
	return out, nil
}

// commandHead is what every page of a command begins with.
func commandHead(cmd *shell.Command) *page.Page {
	out := &page.Page{Name: cmd.Name, Synopsis: cmd.Synopsis}
	out.Section("Syntax", page.Block{Kind: page.Term, Text: syntaxLine(cmd)})
	if names := cmd.Names()[1:]; len(names) > 0 {
		out.Section("Aliases", text(strings.Join(names, ", ")))
	}
	out.Section("Description", paragraphs(cmd.Help)...)
	return out
}

// commandDetails adds the parameters and examples and, with full, all that is known.
func commandDetails(out *page.Page, cmd *shell.Command, full bool) {
	out.Section("Parameters", parameters(cmd.Params)...)
	if full {
		out.Section("Parameters of every command", parameters(cmd.AllParams()[len(cmd.Params):])...)
		out.Section("Input", paragraphs(orNothing(cmd.Input))...)
		out.Section("Output", paragraphs(orNothing(cmd.Output))...)
		out.Section("In Lua", luaCommand(cmd), text(luaReturns(cmd)))
	}
	out.Section("Examples", examplesOf(cmd)...)
}

func moreHelp(cmd *shell.Command) string {
	if len(cmd.Examples) == 0 {
		return fmt.Sprintf("`get-help %s -full` shows the parameters.", cmd.Name)
	}
	return fmt.Sprintf("`get-help %s -full` shows the parameters, `get-help %s -examples` the examples.", cmd.Name, cmd.Name)
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func text(s string) page.Block { return page.Block{Kind: page.Paragraph, Text: s} }

// paragraphs returns a text's paragraphs.
func paragraphs(s string) []page.Block {
	var out []page.Block
	for part := range strings.SplitSeq(s, "\n\n") {
		if strings.TrimSpace(part) != "" {
			out = append(out, text(part))
		}
	}
	return out
}

// syntaxLine returns the usage, to be broken between the parameters only.
func syntaxLine(cmd *shell.Command) string {
	return strings.ReplaceAll(page.Keep(cmd.Usage()), page.Keep(" ["), " [")
}

// parameterPage describes the parameters that a name or pattern fits.
func parameterPage(cmd *shell.Command, name string) (*page.Page, error) {
	if !hasWildcard(name) {
		param, err := cmd.Param(name)
		if err != nil {
			return nil, err
		}
		return &page.Page{Blocks: parameters([]*shell.Param{param})}, nil
	}
	fits := slices.DeleteFunc(cmd.AllParams(), func(p *shell.Param) bool {
		return !like(name, p.Name) && !slices.ContainsFunc(p.Aliases, func(a string) bool { return like(name, a) })
	})
	if len(fits) == 0 {
		return nil, jobs.Errorf(jobs.KindNotFound, "no parameter of %s is called like %s", cmd.Name, name)
	}
	return &page.Page{Blocks: parameters(fits)}, nil
}

// parameters describes parameters, one after the other.
func parameters(params []*shell.Param) []page.Block {
	var out []page.Block
	for _, p := range params {
		out = append(out, page.Block{Kind: page.Term, Text: parameterHead(p), Body: p.Help})
	}
	return out
}

// parameterHead is a parameter's name and type, and what holds for it.
func parameterHead(p *shell.Param) string {
	head := "-" + p.Name
	if !p.Switch {
		head += " <" + p.TypeName() + ">"
	}
	var notes []string
	if p.Required {
		notes = append(notes, "required")
	}
	if p.Pos >= 0 {
		notes = append(notes, fmt.Sprintf("position %d", p.Pos))
	}
	if p.Rest {
		notes = append(notes, "takes all that follow")
	}
	if len(p.Aliases) > 0 {
		notes = append(notes, "also -"+strings.Join(p.Aliases, ", -"))
	}
	if r := p.Range(); r != "" {
		notes = append(notes, r)
	}
	if len(p.Values) > 0 {
		notes = append(notes, "one of "+strings.Join(p.Values, ", "))
	}
	if len(notes) == 0 {
		return page.Keep(head)
	}
	return page.Keep(head) + " (" + strings.Join(notes, "; ") + ")"
}

// examplesOf shows a command's examples.
func examplesOf(cmd *shell.Command) []page.Block {
	var out []page.Block
	for _, x := range cmd.Examples {
		code := "# " + x.Says + "\n" + strings.TrimRight(x.Line, "\n") + "\n"
		for line := range strings.Lines(x.Want) {
			code += "    " + strings.TrimRight(line, "\n") + "\n"
		}
		out = append(out, page.Block{Kind: page.Code, Text: code})
	}
	return out
}

// related names the commands of the same noun, its topic, and what the declaration
// says.
func related(set *shell.CommandSet, cmd *shell.Command) []page.Block {
	var names []string
	for _, c := range set.All() {
		if c != cmd && c.Noun() != "" && c.Noun() == cmd.Noun() {
			names = append(names, c.Name)
		}
	}
	for _, n := range cmd.Related {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if t := findTopic(cmd.Noun() + "s"); t != nil && !slices.Contains(names, t.Name) {
		names = append(names, t.Name)
	}
	if len(names) == 0 {
		return nil
	}
	return []page.Block{text(strings.Join(names, ", "))}
}
