// Package bootstrap puts marsh's own binary on another machine and starts it there
// as an agent.
//
// Its one idea is that the far side is asked before anything is sent: one command
// prints who it is, looks for the binary by the hash of its content, and becomes the
// agent at once where it is there. Only otherwise is it uploaded, whole or not at
// all, into a directory that belongs to the user and lets programs run. Nothing has
// to be installed there: a shell, uname, mkdir, chmod and mv do, and gzip makes it
// faster.
//
// The commands must survive every login shell: they are one line for sh -c in single
// quotes, with no quote, "!" or backslash in them, which csh would take for its own.
// What login scripts print is skipped: the answers begin with a word that is new
// each time and that the command itself does not contain in one piece.
package bootstrap
