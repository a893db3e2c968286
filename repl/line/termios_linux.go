package line

import "golang.org/x/sys/unix"

// The requests that read and set a terminal's modes (ioctl_tty(2)).
const (
	getModes = unix.TCGETS
	setModes = unix.TCSETS
)
