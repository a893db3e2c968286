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
	// Password lets the user log in with the password [Password], once Config has
	// PasswordAuthentication or KbdInteractiveAuthentication yes; with UsePAM yes PAM
	// decides. It needs root and unshare too (a private /etc/shadow).
	Password bool
}

// Password is the user's password where the server has one.
const Password = "open sesame"

// passwordHash is what crypt(5) makes of it.
const passwordHash = "$6$marshtest$nCGFdl0m2I1dkuohlL0Db6ArGiUHd8vzRY7XEM67B.XGZUPwozbYIZgJn5fFXsszUFg5WP.dLX9uSS1amoVjc/"
