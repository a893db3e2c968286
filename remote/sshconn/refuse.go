package sshconn

import (
	"bytes"
	"crypto/rsa"
	"slices"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// refuses returns why a host key is taken in no case, whoever knows it; nil where it may
// be taken.
func (s *settings) refuses(key ssh.PublicKey) error {
	if cert, ok := key.(*ssh.Certificate); ok {
		if format := cert.Signature.Format; s.authorities != nil && !slices.Contains(s.authorities, format) {
			return jobs.Errorf(jobs.KindHostKey, "the host certificate of %s is signed with %s, which ssh_config's CASignatureAlgorithms does not have", s.label(), clip(format))
		}
		if err := s.refuses(cert.SignatureKey); err != nil {
			return err
		}
		key = cert.Key
	}
	if bits := rsaBits(key); bits > 0 && bits < s.minRSA {
		return jobs.Errorf(jobs.KindHostKey, "the host key of %s has only %d bits; give the machine a new one, or lower RequiredRSASize (%d)", s.label(), bits, s.minRSA)
	}
	revoked, err := s.isRevoked(key)
	if err != nil {
		return err
	}
	if revoked {
		return jobs.Errorf(jobs.KindHostKey, "the host key of %s, %s, is revoked in %s; do not connect, ask whoever runs the machine", s.label(), describeKey(key), s.revoked)
	}
	return nil
}

// krlMagic begins a key revocation list in OpenSSH's own format (PROTOCOL.krl).
const krlMagic = "SSHKRL\n\x00"

// isRevoked reports whether RevokedHostKeys has the key. As with OpenSSH, a file that
// cannot be read revokes everything.
func (s *settings) isRevoked(key ssh.PublicKey) (bool, error) {
	if s.revoked == "" {
		return false, nil
	}
	text, err := readSmall(s.revoked)
	switch {
	case err != nil:
		return false, jobs.Errorf(jobs.KindHostKey, "ssh_config's RevokedHostKeys cannot be read: %w", err)
	case bytes.HasPrefix(text, []byte(krlMagic)):
		return false, jobs.Errorf(jobs.KindUnsupported, "ssh_config's RevokedHostKeys %s is a binary list (ssh-keygen -k), which marsh does not read; write the keys as text, one a line", s.revoked)
	}
	for line := range bytes.Lines(text) {
		if sameKey(publicKeyIn(line), key) {
			return true, nil
		}
	}
	return false, nil
}

// rsaBits returns the size of an RSA key, 0 for others.
func rsaBits(key ssh.PublicKey) int {
	if c, ok := key.(ssh.CryptoPublicKey); ok {
		if k, ok := c.CryptoPublicKey().(*rsa.PublicKey); ok {
			return k.N.BitLen()
		}
	}
	return 0
}
