// Package sshconn speaks SSH: a [Pool] connects to other machines as the
// operator's own ssh would, with one login for each, and [Server] lets others connect to
// this one.
//
// Its one idea is that a connection is owned whole: the TCP connection, the
// handshake, the authentication and every session on it end when the context or
// the [Conn] does, whatever the other end does or fails to do, and each way to
// fail has a kind of its own and one line that says what to do about it.
//
// What the user's ssh_config says is asked of OpenSSH's own client (ssh -G) where
// it is installed, so that Match, Include and tokens mean what they mean there; where it
// is not, the files are read here by the same rules.
// Settings that would change where or whether a connection is made and that are
// not supported are errors: nothing of that sort is ignored in silence. Settings
// for ssh's own terminal sessions (forwardings, escape characters, multiplexing)
// do not concern this package.
package sshconn
