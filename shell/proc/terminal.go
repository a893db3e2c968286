package proc

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// ReclaimTerminal notes the state of the terminal and returns what restores it: this
// process has the keyboard again, in the modes of before, whatever a program did.
func ReclaimTerminal(tty *os.File) func() {
	fd := int(tty.Fd())
	modes, merr := unix.IoctlGetTermios(fd, getTermios)
	return func() {
		// A background process that sets the foreground is sent SIGTTOU.
		signal.Ignore(syscall.SIGTTOU)
		defer signal.Reset(syscall.SIGTTOU)
		unix.IoctlSetPointerInt(fd, unix.TIOCSPGRP, unix.Getpgrp())
		if merr == nil {
			unix.IoctlSetTermios(fd, setTermios, modes)
		}
	}
}
