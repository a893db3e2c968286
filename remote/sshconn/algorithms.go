package sshconn

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// slowCipher is the one that OpenSSH likes best.
const slowCipher = "chacha20-poly1305@openssh.com"

// algorithms fills in the algorithms that ssh_config allows.
func (s *settings) algorithms(cfg *ssh.Config) (err error) {
	good, old := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	if cfg.Ciphers, err = choose("Ciphers", good.Ciphers, old.Ciphers, s.ciphers); err != nil {
		return err
	}
	if len(s.ciphers) > 0 && s.ciphers[0] == slowCipher { // most likely OpenSSH's order and nobody's: ours has the fastest first
		cfg.Ciphers = inOrder(good.Ciphers, cfg.Ciphers)
	}
	if cfg.MACs, err = choose("MACs", good.MACs, old.MACs, s.macs); err != nil {
		return err
	}
	cfg.KeyExchanges, err = choose("KexAlgorithms", good.KeyExchanges, old.KeyExchanges, s.kex)
	return err
}

// choose returns what ssh_config allows, in its order, of what we can: what is good, and
// what is old, which is used only where it is named. nil allows all that is good.
func choose(key string, good, old, allowed []string) ([]string, error) {
	if allowed == nil {
		return good, nil
	}
	both := slices.DeleteFunc(slices.Clone(allowed), func(a string) bool { return !slices.Contains(good, a) && !slices.Contains(old, a) })
	if len(both) == 0 {
		return nil, jobs.Errorf(jobs.KindUnsupported, "ssh_config's %s (%s) has none that marsh knows; add one of %s", key, clip(strings.Join(allowed, ",")), strings.Join(good, ","))
	}
	return both, nil
}

// inOrder returns list with those of first, in their order, before its others.
func inOrder(first, list []string) []string {
	out := slices.DeleteFunc(slices.Clone(first), func(a string) bool { return !slices.Contains(list, a) })
	for _, a := range list {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}
