package sshconn

import (
	"context"
	"io"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// lockedSigner is a key that is offered by its public half and asks for its
// passphrase only when it has to sign.
type lockedSigner struct {
	id    *identity
	asker asker
}

var _ ssh.AlgorithmSigner = (*lockedSigner)(nil)

// PublicKey returns the key that the machine is asked about.
func (l *lockedSigner) PublicKey() ssh.PublicKey { return l.id.public }

// Sign signs with the key's own algorithm.
func (l *lockedSigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return l.SignWithAlgorithm(rand, data, "")
}

// SignWithAlgorithm unlocks the key and signs.
func (l *lockedSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	signer, err := l.id.unlock(l.asker)
	if err != nil {
		l.id.err = err
		return nil, err
	}
	if s, ok := signer.(ssh.AlgorithmSigner); ok && algorithm != "" {
		return s.SignWithAlgorithm(rand, data, algorithm)
	}
	return signer.Sign(rand, data)
}

// optionalAgent is dialAgent for a socket that may be "": no agent.
func optionalAgent(ctx context.Context, socket string) (agent.ExtendedAgent, func(), error) {
	if socket == "" {
		return nil, func() {}, nil
	}
	return dialAgent(ctx, socket)
}
