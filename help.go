package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"marsh/repl/line"
	"marsh/shell/builtin"
)

// help prints the overview, a page of the help, or the manual page.
func (p *program) help(_ context.Context, args []string) int {
	h, man, err := parseHelp(args)
	if err != nil {
		return p.wrongUsage("help: " + err.Error())
	}
	if man {
		fmt.Fprint(p.stdout, builtin.Manual(p.commands, version, usage))
		return 0
	}
	text, err := h.Text(p.commands, helpColumns(p.stdout))
	if err != nil {
		return p.fail(err)
	}
	if h.Name == "" {
		text = usage + "\n" + text
	}
	fmt.Fprint(p.stdout, text)
	return 0
}

// parseHelp reads the words after "marsh help": a name, before or behind the parameters
// of get-help.
func parseHelp(args []string) (h builtin.Help, man bool, err error) {
	flags := flag.NewFlagSet("help", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&h.Full, "full", false, "")
	flags.BoolVar(&h.Detailed, "detailed", false, "")
	flags.BoolVar(&h.Examples, "examples", false, "")
	flags.StringVar(&h.Parameter, "parameter", "", "")
	flags.BoolVar(&man, "man", false, "")
	for len(args) > 0 && err == nil {
		if strings.HasPrefix(args[0], "-") {
			args[0] = strings.ToLower(args[0]) // as the parameters of commands
		}
		if err = flags.Parse(args); err != nil {
			break
		}
		if args = flags.Args(); len(args) > 0 {
			if h.Name != "" {
				return h, man, fmt.Errorf("one command or topic at a time, not %q", args[0])
			}
			h.Name, args = args[0], args[1:]
		}
	}
	return h, man, err
}

// helpColumns returns how wide a page may be on out: as a terminal says itself, else as
// $COLUMNS does; 0 where nothing does.
func helpColumns(out *os.File) int {
	if line.IsTerminal(out) {
		return line.Width(out)
	}
	n, _ := strconv.Atoi(os.Getenv("COLUMNS"))
	return max(n, 0)
}
