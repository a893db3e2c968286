package sshconn

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"marsh/jobs"
)

// hostKeyOrder is the order in which we would like a machine that we do not know
// to show its keys: OpenSSH's.
var hostKeyOrder = []string{
	ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
}

// hostKeys decides whether a machine is the one it should be.
type hostKeys struct {
	*attempt
	known  *knownHosts
	remote net.Addr // where the key came from
}

// certOrder is the same for certificates.
var certOrder = []string{
	ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01, ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01,
}

// algorithms returns the host key algorithms to offer, the ones of the keys that
// we know first: a machine shows one key only, and it should be one of those.
// Certificates are asked for only where an authority is known for the machine, and then
// of every kind: an authority's own key may be of another kind than those that it signs.
func (h *hostKeys) algorithms() ([]string, error) {
	var known []string
	for _, key := range h.known.db.HostKeys(h.s.knownAddr()) {
		if key.Cert {
			known = slices.Clone(certOrder)
		}
	}
	for _, algo := range h.known.db.HostKeyAlgorithms(h.s.knownAddr()) {
		if algo != ssh.KeyAlgoRSA && algo != ssh.CertAlgoRSAv01 && !slices.Contains(known, algo) {
			known = append(known, algo)
		}
	}
	good := slices.Clone(known)
	for _, algo := range hostKeyOrder {
		if !slices.Contains(good, algo) {
			good = append(good, algo)
		}
	}
	list, err := choose("HostKeyAlgorithms", good, ssh.InsecureAlgorithms().HostKeys, h.s.hostKeyAlgos)
	return inOrder(known, list), err
}

// check is an ssh.HostKeyCallback.
func (h *hostKeys) check(_ string, remote net.Addr, key ssh.PublicKey) error {
	if err := h.judge(remote, key); err != nil {
		return err
	}
	if h.s.visual {
		h.warn(fmt.Sprintf("the host key of %s is %s\n%s", h.s.label(), describeKey(key), randomart(key)))
	}
	h.enter(entering)
	return nil
}

func (h *hostKeys) judge(remote net.Addr, key ssh.PublicKey) error {
	h.remote = remote
	if h.s.freeLocal && isLocal(remote) {
		return nil
	}
	if err := h.s.refuses(key); err != nil {
		return err
	}
	err := h.known.db.HostKeyCallback()(h.s.knownAddr(), tcpAddr(remote), key)
	if err == nil {
		return h.checkIP(remote, key)
	}
	if revoked, ok := errors.AsType[*xknownhosts.RevokedError](err); ok {
		return jobs.Errorf(jobs.KindHostKey, "the host key of %s is revoked in %s:%d; do not connect, ask whoever runs the machine", h.s.label(), h.known.file(revoked.Revoked.Filename), revoked.Revoked.Line)
	}
	keyErr, ok := errors.AsType[*xknownhosts.KeyError](err)
	switch _, isCert := key.(*ssh.Certificate); {
	case isCert || !ok:
		return jobs.Errorf(jobs.KindHostKey, "the host certificate of %s does not hold: %s; ask whoever runs the machine for a new one", h.s.label(), clip(err.Error()))
	}
	keyErr.Want = slices.DeleteFunc(keyErr.Want, h.isAuthority)
	switch {
	case len(keyErr.Want) == 0:
		return h.unknown(key, "")
	case h.s.strict == "ask" && !sameKind(keyErr.Want, key):
		return h.unknown(key, "\nother kinds of keys are known for it: "+h.knownKeys(keyErr.Want))
	}
	return h.changed(keyErr.Want, key)
}

// isAuthority reports whether a known key is not the machine's but an authority's.
func (h *hostKeys) isAuthority(known xknownhosts.KnownKey) bool {
	return slices.ContainsFunc(h.known.db.HostKeys(h.s.knownAddr()), func(k knownhosts.PublicKey) bool {
		return k.Cert && sameKey(k.PublicKey, known.Key)
	})
}

// sameKind reports whether a key of the same kind is among the known ones.
func sameKind(known []xknownhosts.KnownKey, key ssh.PublicKey) bool {
	return slices.ContainsFunc(known, func(k xknownhosts.KnownKey) bool { return k.Key.Type() == key.Type() })
}

// knownKeys lists known keys for a message.
func (h *hostKeys) knownKeys(known []xknownhosts.KnownKey) string {
	var out []string
	for _, k := range known {
		out = append(out, fmt.Sprintf("%s (%s:%d)", describeKey(k.Key), h.known.file(k.Filename), k.Line))
	}
	return strings.Join(out, ", ")
}

// changed deals with a machine whose key is not the known one: it is refused, unless
// StrictHostKeyChecking says no. Then we go on as OpenSSH does: warned, and without giving
// it a password or our agent.
func (h *hostKeys) changed(want []xknownhosts.KnownKey, key ssh.PublicKey) error {
	line := want[0]
	for _, w := range want {
		if w.Key.Type() == key.Type() {
			line = w
			break
		}
	}
	file := h.known.file(line.Filename)
	text := fmt.Sprintf("the host key of %s has changed: it sent %s, %s:%d has another; somebody may be listening in, or the machine was reinstalled: then remove the old key with: ssh-keygen -f %s -R %s",
		h.s.label(), describeKey(key), file, line.Line, shellWord(file), shellWord(xknownhosts.Normalize(h.s.knownAddr())))
	if h.s.strict != "no" {
		return jobs.Errorf(jobs.KindHostKey, "%s", text)
	}
	h.stranger = true
	h.warn(text + " (StrictHostKeyChecking no: no password is sent, and no agent lent)")
	return nil
}

// describeKey names a key as ssh-keygen -l does: kind and fingerprint.
func describeKey(key ssh.PublicKey) string {
	return keyKind(key) + " " + ssh.FingerprintSHA256(key)
}

// shellWord quotes s for a shell where it needs that.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
