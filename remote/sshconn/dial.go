package sshconn

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// Config is what connecting needs besides the target. The zero Config is usable: the
// user's own ssh_config, and nobody to ask.
type Config struct {
	// File is the ssh_config to read instead of the user's and the machine's, as
	// ssh's -F; "" reads those.
	File string
	// Ask asks the person at the terminal for a passphrase, a password, or about an
	// unknown host key; nil where nobody is there. SSH_ASKPASS and SSH_ASKPASS_REQUIRE
	// may name a program that is asked instead (ssh(1), ENVIRONMENT). Where there is
	// neither, what needs an answer is not used, and an unknown host is refused.
	Ask Prompter
	// Warn is told what the operator should know though the connection goes on: text
	// without a newline at its end. It may be nil.
	Warn func(msg string)
}

// Dial connects to t and authenticates, by a connection of its own: [Pool.Dial] of a new
// Pool.
func Dial(ctx context.Context, t jobs.Target, cfg Config) (*Conn, error) {
	return NewPool(cfg).Dial(ctx, t)
}

// configTime bounds the reading of ssh_config where the target has no time for connecting:
// a Match exec program may take for ever.
const configTime = 60 * time.Second

// settings reads ssh_config, within the target's time for connecting if it has one.
func (p *Pool) settings(ctx context.Context, t jobs.Target) (*settings, error) {
	within, cancel := context.WithTimeout(ctx, cmp.Or(t.Timeout, configTime))
	defer cancel()
	s, err := loadSettings(within, p.cfg.File, t)
	switch {
	case err == nil || within.Err() == nil:
		return s, err
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, jobs.Errorf(jobs.KindStopped, "connecting to %s was stopped", t.Name)
	}
	return nil, jobs.Errorf(jobs.KindTimeout, "ssh -G did not say in time how to connect to %s; does a Match exec in ssh_config wait for something?", t.Name)
}

// attempt is one try to connect to a machine.
type attempt struct {
	want
	asker asker
	warn  func(string)
	file  string // -F; for advice

	stopAgent func() // ends the connection to our agent

	phase    atomic.Int32 // a phase
	stranger bool         // the key is not the known one, and we go on: nothing secret is sent
}

// phase is what is being waited for.
type phase int32

const (
	gathering phase = iota // for our agent
	reaching               // for the network
	greeting               // for the machine's first word
	keying                 // for the machine's key
	entering               // for the login
)

// share asks for a secret that other machines may want at the same time. seen is the
// number of the answer that was tried and is wrong, 0 for none; the new one's is returned.
func (a *attempt) share(name string, seen int, text string) (string, int, error) {
	return a.asker.share(a.keep, name, seen, text)
}

func (a *attempt) enter(p phase) { a.phase.Store(int32(p)) }

// connect makes a connection, within the time that the settings allow for each attempt.
// Attempts that did not reach the machine are repeated, as ConnectionAttempts says.
func (p *Pool) connect(ctx context.Context, w want, via *line) (*line, error) {
	for n := 1; ; n++ {
		a := &attempt{want: w, warn: p.cfg.Warn, file: p.cfg.File}
		l, err := a.connect(ctx, via, p.prompter(w))
		if err == nil || phase(a.phase.Load()) != reaching || n >= w.s.attempts || !waitSecond(ctx) {
			return l, err
		}
	}
}

// waitSecond waits for a second, as OpenSSH does between two attempts, and reports
// whether ctx lasted.
func waitSecond(ctx context.Context) bool {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (a *attempt) connect(ctx context.Context, via *line, ask Prompter) (*line, error) {
	within, clock := withBudget(ctx, a.s.timeout)
	defer clock.end()
	a.asker = asker{ctx: within, prompter: ask, clock: clock}
	login, err := newAuth(within, a)
	if err != nil {
		return nil, err
	}
	defer login.close()
	if err := a.stopped(within); err != nil { // the agent was asked in vain
		return nil, err
	}
	a.enter(reaching)
	nc, err := a.s.reach(within, via)
	if err != nil {
		return nil, a.dialError(within, via, err)
	}
	a.enter(greeting)
	heard := &hearing{Conn: nc, first: func() { a.enter(keying) }}
	stop := context.AfterFunc(within, func() { nc.Close() })
	client, err := a.handshake(within, login, heard)
	if !stop() && err == nil { // the time ran out at the very end
		client.Close()
		err = a.stopped(within)
	}
	if err != nil {
		nc.Close()
		return nil, explainProxy(nc, a.s, err)
	}
	return newLine(a, client, heard, via), nil
}

// handshake makes an SSH connection of nc: both sides' keys are checked.
func (a *attempt) handshake(ctx context.Context, login *auth, nc *hearing) (*ssh.Client, error) {
	login.nc = nc
	cfg, err := a.clientConfig(login)
	if err != nil {
		return nil, err
	}
	conn, chans, reqs, err := ssh.NewClientConn(nc, a.s.addr(), cfg)
	if err != nil {
		return nil, a.handshakeError(ctx, err, login)
	}
	return ssh.NewClient(conn, chans, reqs), nil
}

func (a *attempt) clientConfig(login *auth) (*ssh.ClientConfig, error) {
	s := a.s
	known, err := loadKnownHosts(append(s.userKnown[:len(s.userKnown):len(s.userKnown)], s.globalKnown...))
	if err != nil {
		return nil, err
	}
	keys := &hostKeys{attempt: a, known: known}
	cfg := &ssh.ClientConfig{User: s.user, AuthCallback: login.callback, HostKeyCallback: keys.check, ClientVersion: clientVersion}
	if cfg.HostKeyAlgorithms, err = keys.algorithms(); err != nil {
		return nil, err
	}
	return cfg, s.algorithms(&cfg.Config)
}
