// Package jobstest is the contract of [jobs.Host] as tests. Its one idea: near and far
// cannot differ, because the same suite runs against the shell's engine, a session over a
// pipe, one over the embedded SSH server and one over OpenSSH.
//
// The scripts are marsh's language, so that the host must be, or lead to, a real engine
// on a machine with /bin/sh.
package jobstest
