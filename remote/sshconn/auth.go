package sshconn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// auth logs in to one machine: it tries one method after the other, and each as often
// as makes sense. The handshake's goroutine is the only one that uses it.
type auth struct {
	*attempt
	ids   *identities
	close func()   // ends the connection to the agent
	nc    *hearing // the connection; nil before there is one

	next     int            // index into ids.offer
	tries    map[string]int // how often a method that asks was tried
	seen     int            // the number of the password that was tried last
	abort    error          // why nothing more is tried
	accepted []string       // the methods that the machine takes
	partial  []string       // the methods that it took and that did not suffice
}

// newAuth gathers the keys. An agent that does not answer is kept as a reason.
func newAuth(ctx context.Context, a *attempt) (*auth, error) {
	out := &auth{attempt: a, ids: &identities{}, close: func() {}, tries: map[string]int{}}
	if !slices.Contains(a.s.methods, methodKey) {
		return out, nil
	}
	var agentErr error
	ag, closeAgent, err := optionalAgent(ctx, a.s.agentSocket)
	if err != nil {
		agentErr = fmt.Errorf("the agent at %s does not answer: %w", a.s.agentSocket, err)
	}
	out.close, a.stopAgent = closeAgent, closeAgent
	ids, err := gather(a.s, ag, a.asker.present())
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

// callback is the ClientConfig's AuthCallback: it picks what is tried next.
func (a *auth) callback(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	a.enter(entering)
	a.accepted, a.partial = c.AllowedMethods, c.PartialSuccessMethods
	if a.abort == nil && a.nc.broke.Load() { // the library would go on with the next method
		a.abort = jobs.Errorf(jobs.KindBroken, "%s closed the connection during the login; try again", a.s.label())
	}
	if a.abort != nil {
		return nil, a.abort
	}
	for _, m := range a.s.methods {
		if !slices.Contains(a.accepted, m) {
			continue
		}
		if method := a.method(m); method != nil {
			return method, nil
		}
	}
	return nil, nil
}

// method returns the next try of a method, nil for none.
func (a *auth) method(name string) ssh.AuthMethod {
	if name == methodKey {
		return a.nextKey()
	}
	if !a.mayAsk() || a.tries[name] >= a.s.prompts {
		return nil
	}
	a.tries[name]++
	if name == methodPassword {
		return ssh.PasswordCallback(a.password)
	}
	return ssh.KeyboardInteractive(a.challenge)
}

// mayAsk reports whether the machine may be given what a person types.
func (a *auth) mayAsk() bool { return a.asker.present() && !a.stranger }

// nextKey returns the next key. A method of its own for each lets one that cannot sign be
// passed over.
func (a *auth) nextKey() ssh.AuthMethod {
	if a.next >= len(a.ids.offer) {
		return nil
	}
	id := &a.ids.offer[a.next]
	a.next++
	return ssh.PublicKeysCallback(func() ([]ssh.Signer, error) { return a.signers(id) })
}

// signers returns the signer to offer for id. A locked key whose public half is
// known is offered first and unlocked only when the machine wants it.
func (a *auth) signers(id *identity) ([]ssh.Signer, error) {
	if id.signer == nil && id.public != nil {
		signer, err := a.s.only(&lockedSigner{id: id, attempt: a.attempt})
		return []ssh.Signer{signer}, err
	}
	signer, err := id.unlock(a.attempt)
	if err != nil {
		id.err = err
		return nil, err
	}
	return []ssh.Signer{signer}, nil
}

// failure says why nobody was let in: what was offered, what was not and why, and what to
// do.
func (a *auth) failure(err error) error {
	label, user := a.s.label(), a.s.user
	switch text := err.Error(); {
	case strings.Contains(text, "Too many authentication failures"):
		return jobs.Errorf(jobs.KindAuth, "%s stopped listening after too many failures (its MaxAuthTries; each key offered is one): %s; name the right key with IdentityFile and set IdentitiesOnly yes", label, a.story())
	case strings.Contains(text, "unexpected message type 60"): // RFC 4252, section 8
		return jobs.Errorf(jobs.KindAuth, "%s wants %s to choose a new password; log in once with ssh", label, user)
	case strings.Contains(text, "disconnect, reason"), !strings.Contains(text, "unable to authenticate") && a.abort == nil:
		return jobs.Errorf(jobs.KindBroken, "%s closed the connection during the login: %s; try again", label, clip(strings.TrimPrefix(text, "ssh: handshake failed: ")))
	}
	msg := fmt.Sprintf("%s does not let %s in: %s", label, user, a.story())
	if len(a.partial) > 0 {
		msg = fmt.Sprintf("%s took %s from %s, and asks for %s too: %s", label, strings.Join(a.partial, " and "), user, clip(strings.Join(a.accepted, " or ")), a.story())
	}
	return jobs.Errorf(jobs.KindAuth, "%s; %s", msg, a.advice())
}

// advice says what the operator could do.
func (a *auth) advice() string {
	usable := slices.DeleteFunc(slices.Clone(a.accepted), func(m string) bool { return !slices.Contains(a.s.methods, m) })
	takesKeys := slices.Contains(usable, methodKey)
	asks := slices.Contains(usable, methodPassword) || slices.Contains(usable, methodQuestion)
	switch {
	case asks && a.stranger:
		return "a password is not sent to a machine whose key has changed"
	case asks && !a.asker.present():
		return "it takes passwords, and nobody is there to ask: connect at a prompt, set SSH_ASKPASS, or add a public key to " + a.s.user + "'s authorized_keys there"
	case takesKeys:
		return "add the public key to " + a.s.user + "'s authorized_keys there (ssh-copy-id), or check the user's name"
	case asks:
		return "check the user's name and the password"
	}
	return "it takes " + clip(strings.Join(a.accepted, ", ")) + ", which ssh_config or marsh does not offer"
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
	for _, m := range a.s.methods {
		if n := a.tries[m]; n > 0 {
			offered = append(offered, times(n, "a password"))
		}
	}
	for _, id := range a.ids.skipped {
		skipped = append(skipped, id.name+" ("+clip(id.err.Error())+")")
	}
	text := "there was nothing to offer"
	if len(offered) > 0 {
		text = "offered " + strings.Join(offered, ", ")
	}
	if len(skipped) > 0 {
		text += "; not offered: " + strings.Join(skipped, ", ")
	}
	return text
}

func times(n int, what string) string {
	if n == 1 {
		return what
	}
	return fmt.Sprintf("%s %d times", what, n)
}

// refused notes that a question was not answered: nothing more is tried then.
func (a *auth) refused(what string, err error) error {
	if _, ok := errors.AsType[*jobs.Error](err); !ok {
		err = jobs.Errorf(jobs.KindAuth, "%s for %s was not given: %w", what, a.s.label(), err)
	}
	a.abort = err
	return err
}
