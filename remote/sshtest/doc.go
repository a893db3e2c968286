// Package sshtest runs a real OpenSSH server for tests: by hand, on loopback, on a
// port above 1024, with keys, configuration and a home directory of its own in a
// temporary directory.
//
// Its one idea is that the test machine stays as it is: nothing is installed, no
// user's file is read or written, and everything that was started, by the server or
// through it, is killed when the test ends. The addresses 127.0.0.2, 127.0.0.3… serve
// as machines Server01, Server02….
package sshtest
