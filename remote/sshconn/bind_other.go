//go:build !linux

package sshconn

import (
	"syscall"

	"marsh/jobs"
)

// bindTo returns what refuses to bind a socket to a network interface, nil for "".
func bindTo(device string) func(network, address string, c syscall.RawConn) error {
	if device == "" {
		return nil
	}
	return func(string, string, syscall.RawConn) error {
		return jobs.Errorf(jobs.KindUnsupported, "ssh_config sets BindInterface %s, which marsh supports on Linux only; use BindAddress", clip(device))
	}
}
