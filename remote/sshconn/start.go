package sshconn

import (
	"context"
	"errors"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// Exec starts a command on the machine: the user's login shell gets it with -c,
// as ssh would have it. When ctx ends before it started, Exec returns at once; a
// context that ends later does not matter to the process.
func (c *Conn) Exec(ctx context.Context, command string) (*Process, error) {
	return c.start(ctx, "exec", command)
}

// Subsystem starts what the server calls by that name. Otherwise it is as Exec.
func (c *Conn) Subsystem(ctx context.Context, name string) (*Process, error) {
	return c.start(ctx, "subsystem", name)
}

// started is a process on its way from the goroutine that started it.
type started struct {
	p   *Process
	err error
}

// start starts a process, on another login where the machine allows no further session
// on one that is shared.
func (c *Conn) start(ctx context.Context, request, what string) (*Process, error) {
	for {
		l, err := c.open()
		if err != nil {
			return nil, err
		}
		p, err := c.startOn(ctx, l, request, what)
		if !errors.Is(err, jobs.KindLimit) {
			return p, err
		}
		if moved, moveErr := c.move(ctx, l); moveErr != nil || !moved {
			return nil, errors.Join(moveErr, err)
		}
	}
}

// startOn has a goroutine of the line open a channel and request what is to
// run on it. That goroutine then stays with the process until it ends, or closes
// the channel again if nobody waits for it any more.
func (c *Conn) startOn(ctx context.Context, l *line, request, what string) (*Process, error) {
	out := make(chan started)
	if !l.begin(func() { c.run(ctx, l, request, what, out) }) {
		return nil, c.closedError()
	}
	select {
	case s := <-out:
		return s.p, s.err
	case <-ctx.Done():
		return nil, jobs.AsError(ctx.Err())
	}
}

func (c *Conn) run(ctx context.Context, l *line, request, what string, out chan<- started) {
	p, reqs, err := c.openSession(l, request, what)
	if p != nil && !c.started(p) {
		p.Close()
		err = c.closedError()
	}
	select {
	case out <- started{p, err}:
	case <-ctx.Done():
		if p != nil {
			p.Close()
		}
	}
	if p != nil {
		p.wait(reqs)
		c.ended(p, l)
	}
}

// openSession makes the Process. It blocks for as long as the server does not answer.
func (c *Conn) openSession(l *line, request, what string) (*Process, <-chan *ssh.Request, error) {
	ch, reqs, err := l.client.OpenChannel("session", nil)
	if err != nil {
		return nil, nil, c.openError(err)
	}
	ok, err := l.request(ch, request, what)
	if err == nil && ok {
		return &Process{conn: c, ch: ch, in: stdin{ch: ch}, done: make(chan struct{})}, reqs, nil
	}
	ch.Close()
	ssh.DiscardRequests(reqs) // until the server has closed it too
	if err != nil {
		return nil, nil, c.broken(err)
	}
	return nil, nil, jobs.Errorf(jobs.KindPermission, "%s refuses the %s request; check ForceCommand and Subsystem in its sshd_config", c.s.label(), request)
}

// request asks for what is to run on a session.
func (l *line) request(ch ssh.Channel, request, what string) (bool, error) {
	if err := l.equip(ch); err != nil {
		return false, err
	}
	return ch.SendRequest(request, true, ssh.Marshal(struct{ What string }{what}))
}

// equip sends what ssh_config has for each session: variables, which the server takes or
// not (AcceptEnv), and the offer of our agent.
func (l *line) equip(ch ssh.Channel) error {
	if l.agent {
		if _, err := ch.SendRequest("auth-agent-req@openssh.com", false, nil); err != nil {
			return err
		}
	}
	for _, v := range l.s.env {
		if _, err := ch.SendRequest("env", false, ssh.Marshal(v)); err != nil {
			return err
		}
	}
	return nil
}

func (c *Conn) openError(err error) error {
	if refused, ok := errors.AsType[*ssh.OpenChannelError](err); ok {
		return jobs.Errorf(jobs.KindLimit, "%s allows no further session on this connection: %s; end one, or raise MaxSessions there", c.s.label(), clip(refused.Message))
	}
	return c.broken(err)
}
