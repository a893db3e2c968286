package builtin

import (
	"fmt"
	"strings"

	"marsh/shell"
)

var helpCommands = []*shell.Command{
	shell.Define[getHelp](shell.Doc{
		Name: "get-help", Aliases: []string{"help"}, Synopsis: "show the help page of a command",
		Examples: []shell.Example{{Line: "get-help start-job", Says: "how start-job is used"}},
	}),
}

type getHelp struct {
	Name      string `param:"pos=0,kind=command" help:"the command; an overview if not given"`
	Examples  bool   `help:"the examples only"`
	Parameter string `help:"one parameter only"`
	Full      bool   `help:"everything (the default shows it too)"`
}

// Run writes the page, line by line.
func (p *getHelp) Run(c *shell.Call) error {
	text, err := p.page(c)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if err := c.Out(line); err != nil {
			return err
		}
	}
	return nil
}

func (p *getHelp) page(c *shell.Call) (string, error) {
	set := c.Engine.Shell.Commands
	if p.Name == "" {
		return Overview(set), nil
	}
	cmd := set.Lookup(p.Name)
	switch {
	case cmd == nil:
		return "", unknown(set, p.Name)
	case p.Parameter != "":
		param, err := cmd.Param(p.Parameter)
		if err != nil {
			return "", err
		}
		return paramHelp(param), nil
	case p.Examples:
		return examplesHelp(cmd), nil
	}
	return Page(cmd), nil
}

// Overview returns the list of commands, and what to type to begin.
func Overview(set *shell.CommandSet) string {
	var b strings.Builder
	b.WriteString("A line that begins with a command is a command line; every other line is Lua 5.1.\n" +
		"!line runs in /bin/sh; programs run by name; $x is the variable x; { … } is a script block.\n\n")
	for _, cmd := range set.All() {
		fmt.Fprintf(&b, "  %-18s %s\n", cmd.Name, cmd.Synopsis)
	}
	b.WriteString("\nget-help NAME shows a command's page.\n")
	return b.String()
}

// Page returns the help page of a command.
func Page(cmd *shell.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "NAME\n    %s - %s\n\nSYNTAX\n    %s\n", cmd.Name, cmd.Synopsis, cmd.Usage())
	if names := cmd.Names()[1:]; len(names) > 0 {
		fmt.Fprintf(&b, "\nALIASES\n    %s\n", strings.Join(names, ", "))
	}
	if cmd.Help != "" {
		fmt.Fprintf(&b, "\nDESCRIPTION\n%s", indent(wrap(cmd.Help, 96), "    "))
	}
	if len(cmd.Params) > 0 {
		b.WriteString("\nPARAMETERS\n")
		for _, p := range cmd.Params {
			b.WriteString(indent(paramHelp(p), "    "))
		}
	}
	b.WriteString("\nPARAMETERS OF EVERY COMMAND\n")
	for _, p := range cmd.AllParams()[len(cmd.Params):] {
		b.WriteString(indent(paramHelp(p), "    "))
	}
	if len(cmd.Examples) > 0 {
		b.WriteString("\nEXAMPLES\n" + indent(examplesHelp(cmd), "    "))
	}
	return b.String()
}

// paramHelp describes one parameter.
func paramHelp(p *shell.Param) string {
	head := "-" + p.Name
	if !p.Switch {
		head += " <" + p.TypeName() + ">"
	}
	var notes []string
	if p.Pos >= 0 {
		notes = append(notes, fmt.Sprintf("position %d", p.Pos))
	}
	if len(p.Aliases) > 0 {
		notes = append(notes, "also -"+strings.Join(p.Aliases, ", -"))
	}
	if len(p.Values) > 0 {
		notes = append(notes, "one of "+strings.Join(p.Values, ", "))
	}
	if len(notes) > 0 {
		head += "  (" + strings.Join(notes, "; ") + ")"
	}
	return head + "\n" + indent(wrap(p.Help, 90), "    ")
}

func examplesHelp(cmd *shell.Command) string {
	var b strings.Builder
	for i, x := range cmd.Examples {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "# %s\n%s\n", x.Says, x.Line)
		if x.Want != "" {
			b.WriteString(indent(x.Want+"\n", "    "))
		}
	}
	return b.String()
}

// wrap breaks text into lines of at most width characters, at blanks.
func wrap(text string, width int) string {
	var b strings.Builder
	n := 0
	for _, w := range strings.Fields(text) {
		if n > 0 && n+1+len(w) > width {
			b.WriteByte('\n')
			n = 0
		} else if n > 0 {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(w)
		n += len(w)
	}
	return b.String() + "\n"
}

// indent puts prefix before every line that is not empty.
func indent(text, prefix string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(prefix)
		}
		b.WriteString(line)
	}
	return b.String()
}
