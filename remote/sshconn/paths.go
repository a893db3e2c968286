package sshconn

import (
	"os"
	"strings"
)

// defaultIdentities are the keys that OpenSSH tries when none is configured.
var defaultIdentities = []string{"~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ecdsa_sk", "~/.ssh/id_ed25519", "~/.ssh/id_ed25519_sk", "~/.ssh/id_xmss", "~/.ssh/id_dsa"}

// paths fills in the settings that are files.
func (x expander) paths(o options, s *settings) error {
	identities := o["identityfile"]
	if len(identities) == 0 {
		identities = defaultIdentities
	}
	var err error
	if s.identities, err = x.all(identities); err != nil {
		return err
	}
	if s.certificates, err = x.all(o["certificatefile"]); err != nil {
		return err
	}
	if s.userKnown, err = x.all(o.files("userknownhostsfile", "~/.ssh/known_hosts", "~/.ssh/known_hosts2")); err != nil {
		return err
	}
	if s.globalKnown, err = x.all(o.files("globalknownhostsfile", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")); err != nil {
		return err
	}
	if revoked := noneIsEmpty(o.first("revokedhostkeys", "")); revoked != "" {
		s.revoked = expandHome(strings.Trim(revoked, `"`), x.home)
	}
	if s.agentSocket, err = x.agent(o.first("identityagent", "SSH_AUTH_SOCK")); err != nil {
		return err
	}
	s.forward, err = x.forward(o.first("forwardagent", "no"), s.agentSocket)
	return err
}

// forward returns the socket of the agent that the machine may use: ForwardAgent may
// be yes, no, a path, or the name of a variable after a "$".
func (x expander) forward(v, own string) (string, error) {
	switch strings.ToLower(v) {
	case "no", "false":
		return "", nil
	case "yes", "true":
		return own, nil
	}
	return x.agent(v)
}

// all replaces the tokens of every path; "none" is no path.
func (x expander) all(in []string) ([]string, error) {
	var out []string
	for _, v := range in {
		v = strings.Trim(v, `"`)
		if noneIsEmpty(v) == "" {
			continue
		}
		path, err := x.path(v)
		if err != nil {
			return nil, err
		}
		out = append(out, path)
	}
	return out, nil
}

// agent returns the path of the agent's socket: IdentityAgent may be a path,
// "none", "SSH_AUTH_SOCK" or the name of another variable after a "$".
func (x expander) agent(v string) (string, error) {
	switch {
	case noneIsEmpty(v) == "":
		return "", nil
	case v == "SSH_AUTH_SOCK":
		return os.Getenv(v), nil
	case strings.HasPrefix(v, "$") && !strings.HasPrefix(v, "${"):
		return os.Getenv(v[1:]), nil
	}
	return x.path(strings.Trim(v, `"`))
}

// files returns the files of a setting that has several: in one text, as ssh -G prints
// them, or one by one.
func (o options) files(key string, fallback ...string) []string {
	switch v := o[key]; len(v) {
	case 0:
		return fallback
	case 1:
		return splitPaths(v[0])
	default:
		return v
	}
}

// splitPaths splits a list of paths. ssh -G prints them without their quotes, so
// a space inside a path is told from one between two by what follows it.
func splitPaths(s string) []string {
	var out []string
	start := 0
	for i := 1; i < len(s); i++ {
		if s[i-1] == ' ' && strings.IndexByte(`/~%$"`, s[i]) >= 0 && (s[i] != '"' || i-1 > start) {
			out = append(out, strings.TrimSpace(s[start:i]))
			start = i
		}
	}
	return append(out, strings.TrimSpace(s[start:]))
}
