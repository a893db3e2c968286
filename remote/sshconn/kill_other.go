//go:build unix && !linux

package sshconn

import "syscall"

// killSession kills the process group that the session's leader leads. Groups
// that a shell with job control made beside it are not found without /proc.
func killSession(sid int) { syscall.Kill(-sid, syscall.SIGKILL) }
