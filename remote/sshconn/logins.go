package sshconn

import (
	"slices"
	"strings"

	"marsh/jobs"
)

// The methods of authentication that there are (RFC 4252, RFC 4256).
const (
	methodKey      = "publickey"
	methodQuestion = "keyboard-interactive"
	methodPassword = "password"
)

// maxPrompts bounds NumberOfPasswordPrompts.
const maxPrompts = 10

// logins says how to log in.
type logins struct {
	keyFile        string   // the key the operator asked for; "" for none
	identities     []string // private keys' paths
	certificates   []string // paths
	identitiesOnly bool
	agentSocket    string   // "" for none
	methods        []string // those to use, the preferred first
	prompts        int      // how often a password is asked for
	batch          bool     // nobody may be asked
	keyAlgos       []string // PubkeyAcceptedAlgorithms; nil for the default
	minRSA         int      // bits
}

func (l *logins) set(o options, name string) (err error) {
	l.identitiesOnly, l.batch = o.yes("identitiesonly"), o.yes("batchmode")
	l.keyAlgos = o.list("pubkeyacceptedalgorithms")
	if l.prompts, err = o.count("numberofpasswordprompts", 3, 0, maxPrompts); err != nil {
		return err
	}
	if l.minRSA, err = o.count("requiredrsasize", 1024, 1, 1<<14); err != nil {
		return err
	}
	preferred := o.list("preferredauthentications")
	if preferred == nil {
		preferred = []string{methodKey, methodQuestion, methodPassword}
	}
	for _, m := range preferred {
		if m = strings.TrimSpace(m); o.allows(m) && !slices.Contains(l.methods, m) {
			l.methods = append(l.methods, m)
		}
	}
	if l.methods == nil {
		return jobs.Errorf(jobs.KindUnsupported, "ssh_config lets nobody log in to %s with %s, %s or %s, and marsh knows no other way; look at PreferredAuthentications, PubkeyAuthentication, PasswordAuthentication", name, methodKey, methodQuestion, methodPassword)
	}
	return nil
}

// allows reports whether a method is one of ours and not switched off.
func (o options) allows(method string) bool {
	switch method {
	case methodKey:
		return !o.no("pubkeyauthentication")
	case methodQuestion:
		return !o.no("kbdinteractiveauthentication")
	case methodPassword:
		return !o.no("passwordauthentication")
	}
	return false
}
