//go:build !linux

package proc

import (
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// follow does nothing here: nobody is told that a program was stopped.
func (f *Foreground) follow(int) {}

// blockSignal has this process ignore the signal until restore is called: other
// systems have no way to block it in one thread that could be used without C.
func blockSignal(sig syscall.Signal) (restore func()) {
	signal.Ignore(sig)
	return func() { signal.Reset(sig) }
}
