package sshtest

// Options says what the server is to be like. The zero Options is an ordinary
// server with the machines Server01 and Server02.
type Options struct {
	Hosts  []string // names of the machines, in the order of their addresses; nil is Server01 and Server02
	Config []string // further lines of sshd_config, before all others, so that they win
	Client []string // further lines for the client's ssh_config, before all others
	Banner string   // shown before authentication; "" for none
	Env    []string // NAME=value, set in every session; no white space
	// RC is put into the files that a shell reads when sshd starts it for a command:
	// what a noisy .bashrc does. It needs a login shell that reads such a file; the
	// tests' own user often has bash, which does.
	RC string
	// Shell is the login shell; "" is the user's. Another one needs root and the
	// command unshare (a private /etc/passwd is mounted for the server alone): where
	// they are missing the test is skipped.
	Shell string
}
