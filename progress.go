package main

import (
	"os"

	"golang.org/x/sys/unix"

	"marsh/repl/bars"
	"marsh/repl/line"
)

// newBars returns the terminal below whose output progress is shown: that of the errors,
// else that of the output; nil where neither is one.
func newBars(out, errs *os.File) *bars.Screen {
	tty := errs
	if !line.IsTerminal(tty) {
		tty = out
	}
	if !line.IsTerminal(tty) {
		return nil
	}
	name := os.Getenv("TERM")
	dumb := name == "dumb" || name == "unknown"
	return bars.New(bars.Options{
		Out: tty, Color: os.Getenv("NO_COLOR") == "", Dumb: dumb,
		Size:  func() (int, int) { return line.Size(tty) },
		Free:  func() bool { return hasTerminal(tty) && line.Cooked(tty) },
		Quiet: func() (func(), error) { return line.Silence(tty) },
	})
}

// hasTerminal reports whether the terminal is this process's own, and no program's that it
// runs.
func hasTerminal(tty *os.File) bool {
	pgrp, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err != nil || pgrp == unix.Getpgrp()
}

// hideBars takes the bars away until show is called, for whoever asks something.
func (p *program) hideBars() (show func()) {
	if p.bars == nil {
		return func() {}
	}
	return p.bars.Hide()
}
