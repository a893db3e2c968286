package shell

import (
	"context"
	"os/exec"
	"strings"

	"marsh/jobs"
	"marsh/shell/proc"
)

// Edit runs the user's editor on a file: $VISUAL, else $EDITOR, else vi, as a line for sh
// with the file's name behind it. It has the terminal until it has ended, also where it
// is suspended: it goes on at once then, as nobody could bring it back.
func (c *Call) Edit(file string) error {
	e := c.Engine
	if e.Shell.Terminal == nil {
		return jobs.Errorf(jobs.KindUnsupported, "there is no terminal for an editor")
	}
	name := e.editor()
	cmd := exec.Command("/bin/sh", "-c", name+` "$1"`, "sh", file)
	cmd.Dir, cmd.Env = e.Dir(), e.Environ()
	tty := e.Shell.Terminal
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	if err := e.runOnTerminal(c.Ctx, cmd); err != nil {
		return jobs.Errorf(jobs.KindExitStatus, "the editor %s failed: %w; $VISUAL or $EDITOR says which one is used", name, err)
	}
	return nil
}

// editor returns the command line of the user's editor.
func (e *Engine) editor() string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if v, _ := e.Getenv(name); strings.TrimSpace(v) != "" {
			return v
		}
	}
	return "vi"
}

// runOnTerminal runs a program that has the terminal until it has ended. When ctx ends
// it is stopped.
func (e *Engine) runOnTerminal(ctx context.Context, cmd *exec.Cmd) error {
	term, _ := e.Getenv("TERM")
	fg := proc.NewForeground(e.Shell.Terminal, 1, term != "" && term != "dumb")
	group := e.Shell.Watchdog.NewGroup(e.Shell.newTag())
	defer group.Over()
	fg.Give()
	if err := group.StartOnTerminal(cmd, fg); err != nil {
		fg.Reclaim(false)
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = group.Stop(context.WithoutCancel(ctx), proc.DefaultGrace) })
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- group.Wait(cmd) }()
	for {
		changed := fg.Changed()
		if _, stopped := fg.Stopped(); stopped {
			fg.Continue()
		}
		select {
		case err := <-ended:
			fg.Reclaim(err == nil)
			return err
		case <-changed:
		}
	}
}
