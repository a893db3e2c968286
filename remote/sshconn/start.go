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

// start has a goroutine of the connection open a channel and request what is to
// run on it. That goroutine then stays with the process until it ends, or closes
// the channel again if nobody waits for it any more.
func (c *Conn) start(ctx context.Context, request, what string) (*Process, error) {
	out := make(chan started)
	if !c.begin(func() { c.run(ctx, request, what, out) }) {
		return nil, c.closedError()
	}
	select {
	case s := <-out:
		return s.p, s.err
	case <-ctx.Done():
		return nil, jobs.AsError(ctx.Err())
	}
}

func (c *Conn) run(ctx context.Context, request, what string, out chan<- started) {
	p, reqs, err := c.open(request, what)
	select {
	case out <- started{p, err}:
	case <-ctx.Done():
		if p != nil {
			p.Close()
		}
	}
	if p != nil {
		p.wait(reqs)
	}
}

// open makes the Process. It blocks for as long as the server does not answer.
func (c *Conn) open(request, what string) (*Process, <-chan *ssh.Request, error) {
	ch, reqs, err := c.client.OpenChannel("session", nil)
	if err != nil {
		return nil, nil, c.openError(err)
	}
	ok, err := ch.SendRequest(request, true, ssh.Marshal(struct{ What string }{what}))
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

func (c *Conn) openError(err error) error {
	if refused, ok := errors.AsType[*ssh.OpenChannelError](err); ok {
		return jobs.Errorf(jobs.KindLimit, "%s allows no further session on this connection: %s; end one, or raise MaxSessions there", c.s.label(), clip(refused.Message))
	}
	return c.broken(err)
}
