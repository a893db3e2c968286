package sshconn

import (
	"bytes"
	"os"
	"strings"
)

// account is the user that a Server serves: the one that runs it.
type account struct {
	user, home, shell string
}

func loadAccount() (account, error) {
	u, err := currentUser()
	if err != nil {
		return account{}, err
	}
	return account{user: u.Username, home: u.HomeDir, shell: loginShell(u.Uid)}, nil
}

// loginShell returns the user's shell from /etc/passwd (passwd(5)), else $SHELL,
// else /bin/sh.
func loginShell(uid string) string {
	text, _ := os.ReadFile("/etc/passwd") // without it there are the other two
	for line := range bytes.Lines(text) {
		f := strings.Split(strings.TrimSpace(string(line)), ":")
		if len(f) == 7 && f[2] == uid && f[6] != "" {
			return f[6]
		}
	}
	if shell := os.Getenv("SHELL"); shell != "" {
		return shell
	}
	return "/bin/sh"
}
