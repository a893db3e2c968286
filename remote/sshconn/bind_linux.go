package sshconn

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// bindTo returns what binds a socket to a network interface (SO_BINDTODEVICE,
// socket(7)), nil for "".
func bindTo(device string) func(network, address string, c syscall.RawConn) error {
	if device == "" {
		return nil
	}
	return func(_, _ string, c syscall.RawConn) error {
		var bindErr error
		err := c.Control(func(fd uintptr) { bindErr = unix.BindToDevice(int(fd), device) })
		if err != nil {
			return err
		}
		return bindErr
	}
}
