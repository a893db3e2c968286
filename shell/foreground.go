package shell

import "marsh/shell/proc"

// chooseTerminal gives the programs the terminal when the pipeline was typed at one
// and is of programs only.
func (r *run) chooseTerminal() {
	if r.e.Shell.Terminal == nil || !r.e.terminal || r.p.Capture || r.e != r.e.Shell.root {
		return
	}
	for _, s := range r.stages {
		if s.prog == nil {
			return
		}
	}
	r.tty = &proc.Foreground{TTY: r.e.Shell.Terminal}
}
