package sshconn

import (
	"context"
	"sync"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// clientVersion is what Dial says it is (RFC 4253, section 4.2).
const clientVersion = "SSH-2.0-marsh"

// Conn is a connection to another machine. Its methods may be called by several
// goroutines at a time.
type Conn struct {
	s      *settings
	client *ssh.Client
	in     *received
	via    *Conn // the connection that this one goes through; nil for none

	done chan struct{}
	err  error // set before done is closed: why the connection ended

	mu     sync.Mutex
	closed bool           // guarded by mu: Close was called, nothing new begins
	work   sync.WaitGroup // Add under mu: goroutines that end with the connection
}

func newConn(s *settings, client *ssh.Client, in *received, via *Conn) *Conn {
	c := &Conn{s: s, client: client, in: in, via: via, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		c.err = client.Wait()
		if via != nil {
			via.Close()
		}
	}()
	return c
}

// Name returns the name that the operator knows the machine by.
func (c *Conn) Name() string { return c.s.name }

// Addr returns the host and port connected to.
func (c *Conn) Addr() string { return c.s.addr() }

// User returns the user's name there.
func (c *Conn) User() string { return c.s.user }

// ServerVersion returns what the server said it is, such as
// "SSH-2.0-OpenSSH_9.2p1".
func (c *Conn) ServerVersion() string { return string(c.client.ServerVersion()) }

// Done is closed when the connection has ended, however it did.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err returns why the connection ended: nil while it lasts and after Close, else
// an error of kind KindBroken.
func (c *Conn) Err() error {
	select {
	case <-c.done:
	default:
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	return jobs.Errorf(jobs.KindBroken, "the connection to %s broke: %s; connect again", c.s.label(), clip(c.err.Error()))
}

// Close ends the connection and everything on it, and returns when it has ended.
// It never fails; closing twice is fine.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.client.Close()
	<-c.done
	c.work.Wait()
	return nil
}

// begin runs f in a goroutine that Close waits for. It reports false when the
// connection is closed already.
func (c *Conn) begin(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.work.Go(f)
	return true
}

// Keepalive asks the server for a sign of life, and returns nil when there was
// one before ctx ended.
func (c *Conn) Keepalive(ctx context.Context) error {
	alive := make(chan error, 1)
	if !c.begin(func() {
		_, _, err := c.client.SendRequest("keepalive@openssh.com", true, nil)
		alive <- err
	}) {
		return c.closedError()
	}
	select {
	case err := <-alive:
		if err != nil {
			return c.broken(err)
		}
		return nil
	case <-ctx.Done():
		return jobs.AsError(ctx.Err())
	}
}

func (c *Conn) closedError() error {
	return jobs.Errorf(jobs.KindClosed, "the connection to %s is closed; connect again", c.s.label())
}

func (c *Conn) broken(err error) error {
	return jobs.Errorf(jobs.KindBroken, "the connection to %s broke: %s; connect again", c.s.label(), clip(err.Error()))
}
