//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package line

import "golang.org/x/sys/unix"

// The requests that read and set a terminal's modes (termios(4)).
const (
	getModes = unix.TIOCGETA
	setModes = unix.TIOCSETA
)
