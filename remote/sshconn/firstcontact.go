package sshconn

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// unknown deals with a machine whose key nobody knows. note says what is known instead.
func (h *hostKeys) unknown(key ssh.PublicKey, note string) error {
	switch h.s.strict {
	case "no", "accept-new":
		h.add(key)
		return nil
	case "ask":
		if h.asker.present() {
			return h.ask(key, note)
		}
	}
	return jobs.Errorf(jobs.KindHostKey, "the host key of %s is not known: %s; compare it with the machine's own and accept it once with: %s (or set StrictHostKeyChecking accept-new)",
		h.s.label(), describeKey(key), h.sshCommand())
}

// sshCommand is what an operator types to accept the key by hand.
func (h *hostKeys) sshCommand() string {
	if h.file != "" {
		return "ssh -F " + shellWord(h.file) + " " + shellWord(h.s.name)
	}
	return "ssh " + shellWord(h.s.name)
}

// maxAnswers is how often a question that was not understood is asked.
const maxAnswers = 3

func (h *hostKeys) ask(key ssh.PublicKey, note string) error {
	print := ssh.FingerprintSHA256(key)
	text := fmt.Sprintf("%s is not known yet; it shows %s\n%s%s\ngo on, and remember this key? (yes, no, or the fingerprint)", h.s.label(), describeKey(key), randomart(key), note)
	for range maxAnswers {
		answer, err := h.asker.ask(text, false)
		if err != nil {
			return jobs.Errorf(jobs.KindHostKey, "the host key of %s was not accepted: %w", h.s.label(), err)
		}
		switch answer = strings.TrimSpace(answer); {
		case strings.EqualFold(answer, "yes"), answer == print:
			h.add(key)
			return nil
		case strings.EqualFold(answer, "no"), answer == "":
			return jobs.Errorf(jobs.KindHostKey, "the host key of %s was not accepted; connect again and answer yes if %s is right", h.s.label(), print)
		}
		text = "please answer yes, no, or with the fingerprint"
	}
	return jobs.Errorf(jobs.KindHostKey, "the host key of %s was not accepted: no clear answer; connect again and answer yes or no", h.s.label())
}

// add remembers the key, for the name and, where CheckHostIP wants that, the address.
func (h *hostKeys) add(key ssh.PublicKey) {
	h.addAs(h.s.knownAddr(), key)
	if addr := h.ownAddr(h.remote); addr != "" {
		h.addAs(addr, key)
	}
}

// addAs remembers the key. Where that fails the connection goes on, as with
// OpenSSH: the key was accepted.
func (h *hostKeys) addAs(addr string, key ssh.PublicKey) {
	if len(h.s.userKnown) == 0 {
		return
	}
	file := h.s.userKnown[0]
	if err := appendKnownHost(file, addr, key, h.s.hashKnown); err != nil {
		h.warn(fmt.Sprintf("the host key of %s cannot be remembered: %s", h.s.label(), clip(err.Error())))
		return
	}
	h.warn(fmt.Sprintf("the host key of %s is now in %s: %s", h.s.label(), file, describeKey(key)))
}
