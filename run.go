package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"syscall"
	"time"

	"marsh/jobs"
	"marsh/jobs/spool"
	"marsh/remote/wire"
	"marsh/repl"
	"marsh/repl/bars"
	"marsh/repl/line"
	"marsh/shell"
	"marsh/shell/format"
	"marsh/shell/proc"
	"marsh/shell/syntax"
)

// closeWait bounds the end of the shell: jobs stopped, sessions closed.
const closeWait = 15 * time.Second

// newShell makes the shell of this process.
func (p *program) newShell(o shell.Options) *shell.Shell {
	o.Commands = p.commands
	if o.Events == nil {
		o.Events = shell.NewEventLog(shell.EventDir(os.Getenv, homeDir()))
	}
	if o.Spool == nil {
		o.Spool = newSpool(filepath.Join(shell.EventDir(os.Getenv, homeDir()), "spool"))
	}
	o.Hosts = p.hosts
	o.Isolate = p.isolate
	o.Watchdog = p.newWatchdog(o)
	o.Groups = filepath.Join(configDir(), "groups")
	return shell.New(o)
}

// newSpool returns a spool in a directory, from which it begins to remove what shells left
// that died.
func newSpool(dir string) *spool.Spool {
	s := spool.New(spool.Options{Dir: dir, Encode: wire.AppendRecord, Decode: wire.DecodeRecord})
	s.Sweep()
	return s
}

// configDir returns the directory of the user's settings: marsh in $XDG_CONFIG_HOME, or
// in ~/.config (XDG Base Directory Specification 0.8).
func configDir() string {
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "marsh")
	}
	return filepath.Join(homeDir(), ".config", "marsh")
}

// homeDir returns the user's home directory: $HOME, or that of the user database
// where $HOME is not set or relative, so that nothing of the user's is looked for, or
// written, in the directory that marsh happens to start in. "/" where there is none.
func homeDir() string {
	if home, err := os.UserHomeDir(); err == nil && filepath.IsAbs(home) {
		return home
	}
	if u, err := user.Current(); err == nil && filepath.IsAbs(u.HomeDir) {
		return u.HomeDir
	}
	return "/"
}

// closeShell ends the shell, with a bound.
func closeShell(sh *shell.Shell) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	return sh.Close(ctx)
}

// close ends the shell and returns the exit status: that of before, unless this was 0 and
// something could not be ended, which is said in any case.
func (p *program) close(sh *shell.Shell, status int) int {
	if err := closeShell(sh); err != nil {
		return cmp.Or(status, p.fail(err))
	}
	return status
}

// printer makes the printer of one statement: as wide as the terminal, or exact
// where the output is none; with progress as bars below, where there is a terminal.
func (p *program) printer(out, errs *os.File) repl.Output {
	o := format.Options{Mode: p.mode, RawErrors: !line.IsTerminal(errs)}
	if line.IsTerminal(out) {
		o.Width = line.Width(out)
		o.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	if p.bars == nil || p.mode == format.JSON {
		return format.NewPrinter(out, errs, o)
	}
	return &bars.Output{Printer: format.NewPrinter(p.above(out), p.above(errs), o), Screen: p.bars}
}

// above returns a writer for f that writes above the bars, where f is a terminal.
func (p *program) above(f *os.File) io.Writer {
	if !line.IsTerminal(f) {
		return f
	}
	return p.bars.Over(f)
}

// runFile runs a script file. One that enters sessions is played line by line, as
// it would be typed.
func (p *program) runFile(ctx context.Context, name string, args []string) int {
	text, err := os.ReadFile(name)
	if err != nil {
		return p.fail(err)
	}
	if p.entersSession(string(text), name) {
		return p.loop(ctx, repl.NewPlain(io.NopCloser(bytes.NewReader(text)), p.stderr), shell.Options{Connect: p.connector(nil)})
	}
	return p.runText(ctx, string(text), name, args)
}

// entersSession reports whether a statement of the script is enter-session.
func (p *program) entersSession(text, name string) bool {
	statements, _ := syntax.Statements(text, name, p.commands)
	for _, s := range statements {
		if s.Command == "enter-session" {
			return true
		}
	}
	return false
}

// runText runs a script and returns the exit status.
func (p *program) runText(ctx context.Context, text, name string, args []string) int {
	ctx, sig := p.interruptible(ctx)
	defer sig.release()
	reaper, err := proc.BecomeSubreaper()
	if err != nil {
		return p.fail(err)
	}
	defer reaper()
	sh := p.newShell(shell.Options{Connect: p.connector(nil), Stdin: p.stdin})
	out := p.printer(p.stdout, p.stderr)
	script := jobs.Script{Text: text, Name: name, Args: stringList(args), Terminal: p.bars != nil}
	err = sh.Engine().Run(ctx, script, out)
	status := exitStatus(err, sh.Engine())
	if n := sig.status(); n != 0 {
		status = n
	} else if errors.Is(err, jobs.KindClosed) && hungUp(p.stdout) { // the signal may be on its way
		status = statusUnread
	}
	if err != nil && !errors.Is(err, jobs.KindExit) && status != statusUnread {
		out.Write(context.WithoutCancel(ctx), jobs.Record{Time: time.Now(), Stream: jobs.ErrorStream, Value: jobs.ErrorValue(err)})
	}
	if sig.status() == 0 && status != statusUnread {
		sayStopped(ctx, sh, err, out)
	}
	if err := out.Flush(); err != nil && status == 0 {
		status = statusFailed
	}
	return p.close(sh, status)
}

func stringList(args []string) jobs.List {
	out := make(jobs.List, len(args))
	for i, a := range args {
		out[i] = a
	}
	return out
}

// exitStatus returns the exit status of a script that ended so: what it asked for;
// 130 when it was interrupted; 1 for an error that nothing caught, also one that
// the last command reported and went on from.
func exitStatus(err error, e *shell.Engine) int {
	switch {
	case err == nil && !e.Failed():
		return 0
	case errors.Is(err, jobs.KindExit):
		return jobs.AsError(err).Status
	case errors.Is(err, jobs.KindStopped):
		return statusInterrupted
	}
	return statusFailed
}

// prompt runs what comes on standard input: typed at a terminal, or piped in.
func (p *program) prompt(ctx context.Context) int {
	if !line.IsTerminal(p.stdin) || !line.IsTerminal(p.stdout) {
		return p.piped(ctx)
	}
	editor, err := line.New(p.stdin, p.stdout)
	if err != nil {
		return p.fail(err)
	}
	defer editor.Close()
	editor.Configure(os.Getenv)
	return p.loop(ctx, editor, shell.Options{Connect: p.connector(editor), Terminal: p.stdin, Lend: editor.Lend})
}

// piped runs what comes from a pipe, statement by statement.
func (p *program) piped(ctx context.Context) int {
	in, err := line.NewInput(p.stdin)
	if err != nil {
		return p.fail(err)
	}
	defer in.Close()
	return p.loop(ctx, repl.NewPlain(in, p.stderr), shell.Options{Connect: p.connector(nil)})
}

// loop runs the lines of an editor until they end.
func (p *program) loop(ctx context.Context, editor repl.Editor, o shell.Options) int {
	reaper, err := proc.BecomeSubreaper()
	if err != nil {
		return p.fail(err)
	}
	defer reaper()
	var r *repl.REPL
	if editor.Interactive() {
		o.Notify = func(text string) { r.Notify(text) }
	}
	sh := p.newShell(o)
	ro := repl.Options{Local: sh.Host(), Editor: editor, Out: func() repl.Output { return p.printer(p.stdout, p.stderr) }}
	if editor.Interactive() {
		ro.History = openHistory(ctx, editor)
	}
	ro.User = userName()
	ro.Style = func() repl.Style { return style(sh.Settings) }
	r = repl.New(ro)
	sh.Front = r
	_, late := interruptible(ctx) // once the prompt has given them back, they must not cut the end short
	defer late.release()
	ctx, pipe := catch(ctx, p.stdout, syscall.SIGPIPE)
	defer pipe.release()
	status := p.runPrompt(ctx, r, sh, editor)
	switch {
	case !editor.Interactive() && hungUp(p.stdout):
		status = statusUnread
	case editor.Interactive() && status == 0 && hungUp(p.stdin): // the end of the input came before the signal
		status = statusSignal + int(syscall.SIGHUP)
	}
	return p.close(sh, status)
}

// openHistory reads what was typed before.
func openHistory(ctx context.Context, editor repl.Editor) *repl.History {
	ctx, cancel := context.WithTimeout(ctx, repl.HistoryWait)
	defer cancel()
	h, err := repl.OpenHistory(ctx, repl.HistoryPath(homeDir()))
	if err != nil {
		editor.Announce("the history cannot be kept: " + err.Error())
	}
	return h
}

// runPrompt runs the start-up file, where somebody types, and then what is typed.
func (p *program) runPrompt(ctx context.Context, r *repl.REPL, sh *shell.Shell, editor repl.Editor) int {
	if editor.Interactive() {
		if status := p.profile(ctx, sh); status != nil {
			return *status
		}
	}
	return r.Run(ctx)
}

// style returns how the line that is typed looks, as the user's settings have it.
func style(s *shell.Settings) repl.Style {
	format.SetAmbiguous(s.Int(shell.AmbiguousWidth))
	colors := make(map[syntax.Class]string)
	for name, sgr := range s.Texts(shell.Colors) {
		if class, ok := syntax.ParseClass(name); ok {
			colors[class] = sgr
		}
	}
	return repl.Style{Plain: !s.Bool(shell.Highlighting), NoHint: !s.Bool(shell.HistorySuggestions), Colors: colors}
}
