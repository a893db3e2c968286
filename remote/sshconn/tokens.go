package sshconn

import (
	"os"
	"os/user"
	"strconv"
	"strings"

	"marsh/jobs"
)

// expander replaces what ssh_config(5) calls tokens: %h, ~ and ${NAME}.
type expander struct {
	home, local, uid string // this user's
	alias            string // %n: the host as given
	host             string // %h: the host connected to
	hostKey          string // %k: HostKeyAlias, else the host as given
	user             string // %r: the user there
	port             int    // %p
	few              bool   // only %h, %n, %p and %r mean something
}

// tokens replaces the percent tokens in s.
func (x expander) tokens(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		i++
		v, ok := x.token(s, i)
		if !ok {
			return "", jobs.Errorf(jobs.KindUnsupported, "ssh_config: %s has a %% token that marsh does not know", strconv.Quote(clip(s)))
		}
		b.WriteString(v)
	}
	return b.String(), nil
}

func (x expander) token(s string, i int) (string, bool) {
	if i >= len(s) {
		return "", false
	}
	if x.few && strings.IndexByte("%hnpr", s[i]) < 0 {
		return "", false
	}
	switch s[i] {
	case '%':
		return "%", true
	case 'd':
		return x.home, true
	case 'h':
		return x.host, true
	case 'i':
		return x.uid, true
	case 'k':
		return x.hostKey, true
	case 'n':
		return x.alias, true
	case 'p':
		return strconv.Itoa(x.port), true
	case 'r':
		return x.user, true
	case 'u':
		return x.local, true
	}
	return localName(s[i])
}

// localName returns this machine's name, whole (%l) or its first label (%L).
func localName(token byte) (string, bool) {
	name, err := os.Hostname()
	if err != nil || (token != 'l' && token != 'L') {
		return "", false
	}
	if token == 'L' {
		name, _, _ = strings.Cut(name, ".")
	}
	return name, true
}

// path replaces everything in a path: ~, ${NAME}, tokens.
func (x expander) path(s string) (string, error) {
	s, err := environment(expandHome(s, x.home))
	if err != nil {
		return "", err
	}
	return x.tokens(s)
}

// environment replaces ${NAME} in s.
func environment(s string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "${")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", jobs.Errorf(jobs.KindUsage, "ssh_config: %s has a ${ without its }", strconv.Quote(clip(s)))
		}
		v, err := lookupEnv(name)
		if err != nil {
			return "", err
		}
		b.WriteString(v)
		s = after
	}
}

func expandHome(s, home string) string {
	if s == "~" || strings.HasPrefix(s, "~/") {
		return home + s[1:]
	}
	return s
}

// currentUser returns this user as the password database knows it: OpenSSH goes
// by that, not by $HOME.
func currentUser() (*user.User, error) {
	u, err := user.Current()
	if err != nil {
		return nil, jobs.Errorf(jobs.KindOther, "cannot find out who runs this: %w", err)
	}
	return u, nil
}

func homeDir() (string, error) {
	u, err := currentUser()
	if err != nil {
		return "", err
	}
	return u.HomeDir, nil
}
