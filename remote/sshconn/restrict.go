package sshconn

import (
	"fmt"
	"slices"

	"golang.org/x/crypto/ssh"
)

// restrict takes out the keys that PubkeyAcceptedAlgorithms or RequiredRSASize does not
// let us use.
func (g *identities) restrict(s *settings) {
	kept := g.offer[:0:0]
	for _, id := range g.offer {
		if id.err = s.unfit(id.public); id.err != nil {
			g.skipped = append(g.skipped, id)
			continue
		}
		kept = append(kept, id)
	}
	g.offer = kept
}

// unfit returns why a key is not to be used; nil where it is, or is not known yet.
func (s *settings) unfit(key ssh.PublicKey) error {
	switch {
	case key == nil:
		return nil
	case rsaBits(bare(key)) > 0 && rsaBits(bare(key)) < s.minRSA:
		return fmt.Errorf("it has %d bits, and RequiredRSASize is %d", rsaBits(bare(key)), s.minRSA)
	case len(s.signing(key)) == 0:
		return fmt.Errorf("PubkeyAcceptedAlgorithms does not have %s", key.Type())
	}
	return nil
}

// bare returns a certificate's key, or key itself.
func bare(key ssh.PublicKey) ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return cert.Key
	}
	return key
}

// rsaCerts are the names that RSA's algorithms have for certificates.
var rsaCerts = map[string]string{
	ssh.KeyAlgoRSASHA512: ssh.CertAlgoRSASHA512v01, ssh.KeyAlgoRSASHA256: ssh.CertAlgoRSASHA256v01, ssh.KeyAlgoRSA: ssh.CertAlgoRSAv01,
}

// signing returns the algorithms with which a key may sign, the best first. RSA with SHA-1
// is for those who ask for it.
func (s *settings) signing(key ssh.PublicKey) []string {
	_, cert := key.(*ssh.Certificate)
	if kind := bare(key).Type(); kind != ssh.KeyAlgoRSA {
		if s.keyAlgos == nil || slices.Contains(s.keyAlgos, key.Type()) {
			return []string{kind}
		}
		return nil
	}
	var out []string
	for _, algo := range []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA} {
		name := algo
		if cert {
			name = rsaCerts[algo]
		}
		if slices.Contains(s.keyAlgos, name) || s.keyAlgos == nil && algo != ssh.KeyAlgoRSA {
			out = append(out, algo)
		}
	}
	return out
}

// only returns a signer that signs with the algorithms alone that s allows.
func (s *settings) only(signer ssh.Signer) (ssh.Signer, error) {
	key := bareKey(signer.PublicKey()) // the agent's are of a type of their own
	if err := s.unfit(key); err != nil {
		return nil, err
	}
	able, ok := signer.(ssh.AlgorithmSigner)
	if !ok {
		return signer, nil
	}
	return ssh.NewSignerWithAlgorithms(able, s.signing(key))
}
