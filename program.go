package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"marsh/repl/bars"
	"marsh/shell"
	"marsh/shell/builtin"
	"marsh/shell/format"
)

// version is marsh's own; the next release's while it is being made.
const version = "0.1.0-dev"

// Exit statuses besides those that a script asks for.
const (
	statusFailed      = 1   // an error that nothing caught
	statusUsage       = 2   // wrong usage
	statusInterrupted = 130 // Ctrl-C
	statusUnread      = 141 // nobody read the output any more (SIGPIPE)
	statusSignal      = 128 // and the number of the signal that ended it
)

// program is one run of the binary: what it reads and where it writes.
type program struct {
	stdin, stdout, stderr *os.File

	self string // the file of this very binary, for watchdogs and isolated jobs; "" where programs are to run without a watchdog

	config    string      // -F: the ssh_config to use
	mode      format.Mode // --output
	noProfile bool        // --no-profile: the start-up file is not read
	commands  *shell.CommandSet
	bars      *bars.Screen // shows progress; nil where there is no terminal
}

const usage = `usage: marsh [-F FILE] [--output auto|table|list|json] [--no-profile]   a prompt (or: … | marsh)
       marsh [options] FILE [ARG…]     run a script
       marsh [options] -c TEXT [ARG…]  run TEXT
       marsh demo [NAME]               play a walk-through on servers of its own
       marsh serve [--listen ADDR] [--authorized-keys FILE] [--host-key FILE] [--log FILE]
       marsh agent                     serve a shell on standard input and output
       marsh help [TOPIC|COMMAND [-full|-examples|-parameter NAME]]
       marsh version
`

// subcommands are the words that are not the name of a script.
var subcommands = map[string]func(*program, context.Context, []string) int{
	"demo":    (*program).demo,
	"serve":   (*program).serve,
	"agent":   (*program).agent,
	"version": (*program).version,
	"help":    (*program).help,
}

// run does what the arguments say and returns the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	if slices.Equal(args, watchdogArgs) { // before anything that it would have to keep
		return p.watchdog(ctx)
	}
	p.commands = shell.NewCommandSet(builtin.Commands())
	p.bars = newBars(p.stdout, p.stderr)
	flags := flag.NewFlagSet("marsh", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&p.config, "F", "", "")
	output := flags.String("output", "auto", "")
	flags.BoolVar(&p.noProfile, "no-profile", false, "")
	var text *string
	flags.Func("c", "", func(s string) error { text = &s; return nil })
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(p.stdout, usage)
			return 0
		}
		return p.wrongUsage(err.Error())
	}
	var err error
	if p.mode, err = format.ParseMode(*output); err != nil {
		return p.wrongUsage("--output: " + err.Error())
	}
	if p.config != "" {
		if _, err := os.Stat(p.config); err != nil {
			return p.wrongUsage(fmt.Sprintf("-F: %v", err))
		}
	}
	return p.dispatch(ctx, text, flags.Args())
}

// dispatch runs -c TEXT, a subcommand, a script, or the prompt.
func (p *program) dispatch(ctx context.Context, text *string, rest []string) int {
	if text != nil {
		return p.runText(ctx, *text, "-c", rest)
	}
	if len(rest) == 0 {
		return p.prompt(ctx)
	}
	if sub := subcommands[rest[0]]; sub != nil {
		return sub(p, ctx, rest[1:])
	}
	return p.runFile(ctx, rest[0], rest[1:])
}

func (p *program) wrongUsage(msg string) int {
	fmt.Fprintf(p.stderr, "marsh: %s\n%s", strings.TrimSpace(msg), usage)
	return statusUsage
}

// fail shows an error that ended the program.
func (p *program) fail(err error) int {
	fmt.Fprintf(p.stderr, "marsh: %s\n", format.Visible(err.Error()))
	return statusFailed
}

// version prints which marsh this is.
func (p *program) version(_ context.Context, args []string) int {
	if len(args) > 0 {
		return p.wrongUsage("version takes no argument")
	}
	fmt.Fprintf(p.stdout, "marsh %s %s\n", version, build())
	return 0
}

// build names the source that the binary was made from, as far as it knows.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.GoVersion
}
