package sshconn

import (
	"context"
	"io"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// lockedSigner is a key that is offered by its public half and asks for its
// passphrase only when it has to sign.
type lockedSigner struct {
	id      *identity
	attempt *attempt
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
	signer, err := l.id.unlock(l.attempt)
	if err != nil {
		l.id.err = err
		return nil, err
	}
	return signWith(signer, rand, data, algorithm)
}

func signWith(signer ssh.Signer, rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	if s, ok := signer.(ssh.AlgorithmSigner); ok && algorithm != "" {
		return s.SignWithAlgorithm(rand, data, algorithm)
	}
	return signer.Sign(rand, data)
}

// signTime bounds the wait for a signature of the agent: a person may have to touch the
// key, or to confirm.
const signTime = 120 * time.Second

// patientSigner is a key of the agent. The time for connecting stands still while it
// signs.
type patientSigner struct {
	ssh.Signer
	id    *identity
	clock *budget
	stop  func() // ends the connection to the agent
}

var _ ssh.AlgorithmSigner = (*patientSigner)(nil)

// SignWithAlgorithm has the agent sign.
func (p *patientSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	p.clock.pause()
	defer p.clock.resume()
	late := time.AfterFunc(signTime, p.stop)
	defer late.Stop()
	sig, err := signWith(p.Signer, rand, data, algorithm)
	if err != nil {
		p.id.err = errText("the agent did not sign: " + clip(err.Error()))
	}
	return sig, err
}

// optionalAgent is dialAgent for a socket that may be "": no agent.
func optionalAgent(ctx context.Context, socket string) (agent.ExtendedAgent, func(), error) {
	if socket == "" {
		return nil, func() {}, nil
	}
	return dialAgent(ctx, socket)
}
