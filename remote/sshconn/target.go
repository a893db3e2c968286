package sshconn

import (
	"net"
	"strconv"
	"strings"

	"marsh/jobs"
)

// maxName bounds a host or user name, in bytes; longer than any DNS name.
const maxName = 255

// place is what a target's name says, before any configuration is read.
type place struct {
	host string // an alias of ssh_config, a name or an address
	user string // "" is not given
	port int    // 0 is not given
}

// parseTarget takes t's name apart: host, user@host, user@host:port,
// [address]:port, ssh://user@host:port.
func parseTarget(t jobs.Target) (place, error) {
	p, err := parseName(t.Name)
	if err != nil {
		return place{}, err
	}
	if t.User != "" {
		p.user = t.User
	}
	if t.Port != 0 {
		p.port = t.Port
	}
	return p, p.check(t.Name)
}

func parseName(name string) (place, error) {
	var p place
	rest, isURL := strings.CutPrefix(name, "ssh://")
	if isURL {
		rest = strings.TrimSuffix(rest, "/")
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		p.user, rest = rest[:i], rest[i+1:]
		if p.user == "" {
			return p, badName(name, "the user before the @ is missing")
		}
	}
	host, port, err := splitPort(rest)
	if err != nil {
		return p, badName(name, err.Error())
	}
	p.host, p.port = host, port
	return p, nil
}

// splitPort splits host:port; a bare IPv6 address has no port.
func splitPort(s string) (string, int, error) {
	bare := strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]")
	if bare {
		return s[1 : len(s)-1], 0, nil
	}
	if strings.Count(s, ":") == 0 || net.ParseIP(s) != nil {
		return s, 0, nil
	}
	host, text, err := net.SplitHostPort(s)
	if err != nil {
		return "", 0, errText("it has colons but is neither host:port nor an address")
	}
	port, err := parsePort(text)
	return host, port, err
}

func parsePort(text string) (int, error) {
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, errText("the port is not a number from 1 to 65535")
	}
	return port, nil
}

// check refuses names that ssh or a shell started by it (Match exec, a remote
// command with %h) could take for something else than a name. OpenSSH refuses
// the same characters.
func (p place) check(name string) error {
	switch {
	case p.host == "":
		return badName(name, "the host is missing")
	case !plainName(p.host) || strings.ContainsRune(p.host, '@'):
		return badName(name, "the host has characters that no host name has")
	case p.user != "" && !plainName(p.user):
		return badName(name, "the user has characters that no user name has")
	case p.port < 0 || p.port > 65535:
		return badName(name, "the port is not a number from 1 to 65535")
	}
	return nil
}

func plainName(s string) bool {
	if strings.HasPrefix(s, "-") || len(s) > maxName {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("'`\"$\\;&<>|(){}", r)
	})
}

func badName(name, why string) error {
	return jobs.Errorf(jobs.KindUsage, "%s is not a host to connect to: %s; write host, user@host, user@host:port or ssh://user@host:port", strconv.Quote(clip(name)), why)
}

// errText is an error that is its own text.
type errText string

func (e errText) Error() string { return string(e) }
