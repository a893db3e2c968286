package sshconn

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"slices"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"marsh/jobs"
)

// maxIdentities bounds the keys offered to one machine. OpenSSH's server gives
// up after six by default (MaxAuthTries).
const maxIdentities = 32

// identities holds the keys to offer, in order, and why others are not offered.
type identities struct {
	offer   []identity
	skipped []identity // each with its err
}

// gather finds the keys for s, in OpenSSH's order: the one asked for; certificates; those
// configured that the agent holds, in its order; the agent's others; the configured files.
// ag may be nil.
func gather(s *settings, ag agent.ExtendedAgent, canAsk bool) (*identities, error) {
	held, agentErr := agentKeys(ag)
	g := &identities{}
	if agentErr != nil {
		g.skipped = append(g.skipped, identity{name: "the agent's keys", err: agentErr})
	}
	files := readIdentities(s)
	if s.keyFile != "" && errors.Is(files[0].err, fs.ErrNotExist) && files[0].public == nil {
		return nil, jobs.Errorf(jobs.KindNotFound, "there is no key file %s; check -KeyFilePath", s.keyFile)
	}
	first, rest := files, []identity(nil)
	if s.keyFile != "" {
		first, rest = files[:1], files[1:]
		g.addFiles(first, &held, canAsk)
		first, rest = rest, nil
	}
	g.addHeld(first, &held)
	if !s.identitiesOnly {
		g.offer = append(g.offer, held...)
		held = nil
	}
	g.addFiles(first, &held, canAsk)
	g.addCertificates(s)
	g.restrict(s)
	g.offer = g.offer[:min(len(g.offer), maxIdentities)]
	return g, nil
}

// readIdentities reads the key files of s: the one asked for first.
func readIdentities(s *settings) []identity {
	paths := s.identities
	if s.keyFile != "" {
		paths = append([]string{s.keyFile}, paths...)
	}
	var out []identity
	for i, path := range paths {
		if !slices.Contains(paths[:i], path) {
			out = append(out, readIdentity(path))
		}
	}
	return out
}

// addHeld offers those of files that the agent holds.
func (g *identities) addHeld(files []identity, held *[]identity) {
	*held = slices.DeleteFunc(*held, func(k identity) bool {
		wanted := indexOf(files, k.public) >= 0
		if wanted {
			g.offer = append(g.offer, k)
		}
		return wanted
	})
}

// addFiles offers the files that can be used and are not offered already; one
// that the agent holds is offered through the agent.
func (g *identities) addFiles(files []identity, held *[]identity, canAsk bool) {
	g.addHeld(files, held)
	for _, f := range files {
		switch {
		case f.public != nil && indexOf(g.offer, f.public) >= 0:
		case f.err != nil:
			g.skip(f)
		case f.signer == nil && !canAsk:
			f.err = errText("it needs a passphrase and nobody is there to ask; ssh-add it")
			g.skip(f)
		default:
			g.offer = append(g.offer, f)
		}
	}
}

// skip keeps why f is not offered, unless it is one of the default files that
// most people do not have.
func (g *identities) skip(f identity) {
	if errors.Is(f.err, fs.ErrNotExist) {
		if isDefaultIdentity(f.name) {
			return
		}
		f.err = errText("there is no such file")
	}
	g.skipped = append(g.skipped, f)
}

// addCertificates offers the certificates that go with the keys before the keys.
func (g *identities) addCertificates(s *settings) {
	paths := slices.Clone(s.certificates)
	for _, id := range g.offer {
		paths = append(paths, id.name+"-cert.pub")
	}
	var certified []identity
	for _, path := range paths {
		cert := readCertificate(path)
		if cert == nil {
			continue
		}
		if i := indexOf(g.offer, cert.Key); i >= 0 {
			id := g.offer[i]
			id.name, id.cert, id.public = path, cert, cert
			certified = append(certified, id)
		}
	}
	g.offer = append(certified, g.offer...)
}

// indexOf returns the index of the identity with that public key, -1 for none.
func indexOf(in []identity, key ssh.PublicKey) int {
	return slices.IndexFunc(in, func(id identity) bool { return sameKey(id.public, key) })
}

// dialAgent connects to the user's ssh-agent. The connection closes when ctx ends.
func dialAgent(ctx context.Context, socket string) (agent.ExtendedAgent, func(), error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, func() {}, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	return agent.NewClient(conn), func() { stop(); conn.Close() }, nil
}

// agentKeys lists the keys that the agent holds.
func agentKeys(ag agent.ExtendedAgent) ([]identity, error) {
	if ag == nil {
		return nil, nil
	}
	signers, err := ag.Signers()
	if err != nil {
		return nil, err
	}
	out := make([]identity, len(signers))
	for i, signer := range signers {
		key := signer.PublicKey()
		name := "agent key " + describeKey(key)
		if k, ok := key.(*agent.Key); ok && k.Comment != "" {
			name = "agent key " + clip(k.Comment)
		}
		out[i] = identity{name: name, public: bareKey(key), signer: signer}
	}
	return out, nil
}

// bareKey returns key as the type that its wire form stands for.
func bareKey(key ssh.PublicKey) ssh.PublicKey {
	if parsed, err := ssh.ParsePublicKey(key.Marshal()); err == nil {
		return parsed
	}
	return key
}
