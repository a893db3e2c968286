package sshconn

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// auth offers our keys to one machine, one after the other. The handshake's
// goroutine is the only one that uses it.
type auth struct {
	s     *settings
	ids   *identities
	asker asker
	close func() // ends the connection to the agent

	began    bool     // the machine has shown its key and asked for ours
	next     int      // index into ids.offer
	accepted []string // the methods that the machine takes
	partial  []string // the methods that it took and that did not suffice
}

// newAuth gathers the keys. An agent that does not answer is kept as a reason.
func newAuth(ctx context.Context, s *settings, a asker) (*auth, error) {
	out := &auth{s: s, asker: a, close: func() {}}
	var agentErr error
	ag, closeAgent, err := optionalAgent(ctx, s.agentSocket)
	if err != nil {
		agentErr = fmt.Errorf("the agent at %s does not answer: %w", s.agentSocket, err)
	}
	out.close = closeAgent
	ids, err := gather(s, ag, a.present())
	if err != nil {
		closeAgent()
		return nil, err
	}
	if agentErr != nil {
		ids.skipped = append(ids.skipped, identity{name: "the agent's keys", err: agentErr})
	}
	out.ids = ids
	return out, nil
}

// callback is the ClientConfig's AuthCallback: it picks the next key. A method of
// its own for each lets one that cannot sign be passed over.
func (a *auth) callback(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	a.began = true
	a.accepted, a.partial = c.AllowedMethods, c.PartialSuccessMethods
	if len(a.partial) > 0 || a.next >= len(a.ids.offer) || !slices.Contains(a.accepted, "publickey") {
		return nil, nil
	}
	id := &a.ids.offer[a.next]
	a.next++
	return ssh.PublicKeysCallback(func() ([]ssh.Signer, error) { return a.signers(id) }), nil
}

// signers returns the signer to offer for id. A locked key whose public half is
// known is offered first and unlocked only when the machine wants it.
func (a *auth) signers(id *identity) ([]ssh.Signer, error) {
	if id.signer == nil && id.public != nil {
		return []ssh.Signer{&lockedSigner{id: id, asker: a.asker}}, nil
	}
	signer, err := id.unlock(a.asker)
	if err != nil {
		id.err = err
		return nil, err
	}
	return []ssh.Signer{signer}, nil
}

// failure says that the machine takes none of our keys, which were offered, which
// were not and why, and what to do.
func (a *auth) failure(err error) error {
	label, user := a.s.label(), a.s.user
	if len(a.partial) > 0 {
		return jobs.Errorf(jobs.KindAuth, "%s wants more than a key from %s (it also asks for %s), which marsh does not support yet; allow a key alone there", label, user, strings.Join(a.accepted, ", "))
	}
	if len(a.accepted) > 0 && !slices.Contains(a.accepted, "publickey") {
		return jobs.Errorf(jobs.KindAuth, "%s takes no keys from %s, only %s; marsh needs PubkeyAuthentication there", label, user, clip(strings.Join(a.accepted, ", ")))
	}
	msg := label + " takes none of our keys for " + user + ": " + a.story()
	if strings.Contains(err.Error(), "Too many authentication failures") {
		return jobs.Errorf(jobs.KindAuth, "%s; it stopped listening (MaxAuthTries): name the right key with IdentityFile and set IdentitiesOnly yes", msg)
	}
	return jobs.Errorf(jobs.KindAuth, "%s; add the public key to %s's authorized_keys there (ssh-copy-id), or check the user's name", msg, user)
}

// story lists what was offered and what was not.
func (a *auth) story() string {
	var offered, skipped []string
	for _, id := range a.ids.offer[:a.next] {
		if id.err != nil {
			skipped = append(skipped, id.name+" ("+clip(id.err.Error())+")")
		} else {
			offered = append(offered, id.name)
		}
	}
	for _, id := range a.ids.skipped {
		skipped = append(skipped, id.name+" ("+clip(id.err.Error())+")")
	}
	text := "there was none to offer"
	if len(offered) > 0 {
		text = "offered " + strings.Join(offered, ", ")
	}
	if len(skipped) > 0 {
		text += "; not offered: " + strings.Join(skipped, ", ")
	}
	return text
}
