package jobstest

import (
	"os"
	"os/signal"
	"syscall"
)

// HeedSignals has the programs that this process starts begin with no signal ignored,
// whatever it was itself started with: nohup ignores SIGHUP, and what sh runs in the
// background ignores SIGINT and SIGQUIT, in which case tests that send these would wait
// for ever. This process goes on to ignore them. It is for TestMain.
func HeedSignals() {
	for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		if signal.Ignored(sig) {
			signal.Notify(make(chan os.Signal, 1), sig) // a signal that has a handler is the default one in a program (execve(2))
		}
	}
}
