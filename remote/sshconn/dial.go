package sshconn

import (
	"cmp"
	"context"
	"errors"
	"net"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// Config is what Dial needs besides the target. The zero Config is usable: the
// user's own ssh_config, and nobody to ask.
type Config struct {
	// File is the ssh_config to read instead of the user's and the machine's, as
	// ssh's -F; "" reads those.
	File string
	// Ask asks the person at the terminal for a passphrase or about an unknown host
	// key; nil where nobody is there: such a key is not used, such a host refused.
	Ask Prompter
	// Warn is told what the operator should know though the connection goes on: one
	// line, without a newline. It may be nil.
	Warn func(msg string)
}

// maxJumps bounds how many machines a connection may go through.
const maxJumps = 8

// Dial connects to t and authenticates. All of it takes at most t.Timeout, else
// ssh_config's ConnectTimeout, else 10 seconds, not counting the time that a
// person takes to answer; each machine of a ProxyJump has its own. Dial returns
// at once when ctx ends.
//
// Errors are *jobs.Error of the kinds KindUsage (the name, ssh_config),
// KindUnreachable, KindRefused, KindTimeout, KindHostKey, KindAuth, KindBroken,
// KindProtocol, KindUnsupported, KindStopped.
func Dial(ctx context.Context, t jobs.Target, cfg Config) (*Conn, error) {
	if cfg.Warn == nil {
		cfg.Warn = func(string) {}
	}
	c, err := dialer{cfg}.open(ctx, t, nil, 0)
	if err != nil {
		return nil, jobs.AsError(err)
	}
	return c, nil
}

type dialer struct{ cfg Config }

// open connects to t: through via, or through the machines that ssh_config names
// if via is nil.
func (d dialer) open(ctx context.Context, t jobs.Target, via *Conn, depth int) (*Conn, error) {
	if depth > maxJumps {
		return nil, jobs.Errorf(jobs.KindUsage, "ssh_config sends %s through more than %d machines; does a ProxyJump go in a circle?", t.Name, maxJumps)
	}
	s, err := d.settings(ctx, t)
	if err != nil {
		return nil, err
	}
	if via == nil && len(s.jumps) > 0 {
		if via, err = d.openJumps(ctx, s, depth); err != nil {
			return nil, err
		}
	}
	c, err := d.connect(ctx, s, via)
	if err != nil && via != nil {
		via.Close()
	}
	return c, err
}

// settings reads ssh_config within the time for connecting: a Match exec program may
// take for ever.
func (d dialer) settings(ctx context.Context, t jobs.Target) (*settings, error) {
	within, cancel := context.WithTimeout(ctx, cmp.Or(t.Timeout, defaultTimeout))
	defer cancel()
	s, err := loadSettings(within, d.cfg.File, t)
	switch {
	case err == nil || within.Err() == nil:
		return s, err
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, jobs.Errorf(jobs.KindStopped, "connecting to %s was stopped", t.Name)
	}
	return nil, jobs.Errorf(jobs.KindTimeout, "ssh -G did not say in time how to connect to %s; does a Match exec in ssh_config wait for something?", t.Name)
}

// openJumps connects to the machines that s goes through, each through the one
// before, and returns the last. Only the first one's own ProxyJump counts.
func (d dialer) openJumps(ctx context.Context, s *settings, depth int) (*Conn, error) {
	var via *Conn
	for _, name := range s.jumps {
		next, err := d.open(ctx, jobs.Target{Name: name, Timeout: s.timeout}, via, depth+1)
		if err != nil {
			e := *jobs.AsError(err)
			e.Msg = "on the way to " + s.name + ": " + e.Msg
			return nil, &e
		}
		via = next
	}
	return via, nil
}

// connect makes one connection within the time that s allows.
func (d dialer) connect(ctx context.Context, s *settings, via *Conn) (*Conn, error) {
	within, clock := withBudget(ctx, s.timeout)
	defer clock.end()
	reached, err := s.reach(within, via)
	if err != nil {
		return nil, s.dialError(within, err)
	}
	nc := &received{Conn: reached}
	stop := context.AfterFunc(within, func() { nc.Close() })
	client, err := d.handshake(within, clock, s, nc)
	if !stop() && err == nil { // the time ran out at the very end
		client.Close()
		err = s.stopped(within)
	}
	if err != nil {
		nc.Close()
		return nil, err
	}
	return newConn(s, client, nc, via), nil
}

// reach makes the connection that SSH will be spoken on.
func (s *settings) reach(ctx context.Context, via *Conn) (net.Conn, error) {
	if via != nil {
		return via.client.DialContext(ctx, "tcp", s.addr())
	}
	var d net.Dialer
	if s.bind != "" {
		local, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(s.bind, "0"))
		if err != nil {
			return nil, err
		}
		d.LocalAddr = local
	}
	return d.DialContext(ctx, s.network, s.addr())
}

// handshake makes an SSH connection of nc: both sides' keys are checked.
func (d dialer) handshake(ctx context.Context, clock *budget, s *settings, nc net.Conn) (*ssh.Client, error) {
	ask := asker{ctx: ctx, prompter: d.cfg.Ask, clock: clock}
	a, err := newAuth(ctx, s, ask)
	if err != nil {
		return nil, err
	}
	defer a.close()
	cfg, err := d.clientConfig(s, a, ask)
	if err != nil {
		return nil, err
	}
	conn, chans, reqs, err := ssh.NewClientConn(nc, s.addr(), cfg)
	if err != nil {
		return nil, s.handshakeError(ctx, err, a)
	}
	return ssh.NewClient(conn, chans, reqs), nil
}

func (d dialer) clientConfig(s *settings, a *auth, ask asker) (*ssh.ClientConfig, error) {
	known, err := loadKnownHosts(append(s.userKnown[:len(s.userKnown):len(s.userKnown)], s.globalKnown...))
	if err != nil {
		return nil, err
	}
	keys := &hostKeys{s: s, known: known, asker: ask, warn: d.cfg.Warn, file: d.cfg.File}
	cfg := &ssh.ClientConfig{User: s.user, AuthCallback: a.callback, HostKeyCallback: keys.check, ClientVersion: clientVersion}
	if cfg.HostKeyAlgorithms, err = keys.algorithms(); err != nil {
		return nil, err
	}
	supported := ssh.SupportedAlgorithms()
	if cfg.Ciphers, err = choose("Ciphers", supported.Ciphers, s.ciphers); err != nil { // aes128-gcm, the fastest, is first
		return nil, err
	}
	if cfg.MACs, err = choose("MACs", supported.MACs, s.macs); err != nil {
		return nil, err
	}
	cfg.KeyExchanges, err = choose("KexAlgorithms", supported.KeyExchanges, s.kex)
	return cfg, err
}
