//go:build !linux

package spool

// isLocal reports whether a directory is known to be in a file system that no other
// machine shares.
func isLocal(string) bool { return false }
