package sshconn

import (
	"context"
	"sync"
	"time"

	"marsh/jobs"
)

// clientVersion is what Dial says it is (RFC 4253, section 4.2).
const clientVersion = "SSH-2.0-marsh"

// Conn is a connection to another machine. Others of its Pool may share its login. Its
// methods may be called by several goroutines at a time.
type Conn struct {
	pool *Pool
	way  []want // the machines that it leads through; this one is the last
	s    *settings

	mu     sync.Mutex
	line   *line             // guarded by mu
	closed bool              // guarded by mu: Close was called, nothing new begins
	runs   map[*Process]bool // guarded by mu: the processes that have not ended
}

func newConn(p *Pool, way []want, l *line) *Conn {
	return &Conn{pool: p, way: way, s: way[len(way)-1].s, line: l, runs: map[*Process]bool{}}
}

// current returns the line.
func (c *Conn) current() *line {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.line
}

// Name returns the name that the operator knows the machine by.
func (c *Conn) Name() string { return c.s.name }

// Addr returns the host and port connected to.
func (c *Conn) Addr() string { return c.s.addr() }

// User returns the user's name there.
func (c *Conn) User() string { return c.s.user }

// ServerVersion returns what the server said it is, such as
// "SSH-2.0-OpenSSH_9.2p1".
func (c *Conn) ServerVersion() string { return string(c.current().client.ServerVersion()) }

// Alive returns how often a sign of life is asked for where nothing is heard, and after
// how many such times without one the connection is given up: ssh_config's
// ServerAliveInterval and ServerAliveCountMax, else 5 seconds and 3.
func (c *Conn) Alive() (interval time.Duration, misses int) {
	return c.s.aliveInterval, c.s.aliveMisses
}

// Done is closed when the connection has ended, however it did.
func (c *Conn) Done() <-chan struct{} { return c.current().done }

// Err returns why the connection ended: nil while it lasts and after Close, else
// an error of kind KindBroken.
func (c *Conn) Err() error {
	c.mu.Lock()
	l, closed := c.line, c.closed
	c.mu.Unlock()
	select {
	case <-l.done:
	default:
		return nil
	}
	if closed {
		return nil
	}
	return c.broken(l.err)
}

// Close ends the connection and everything on it, and returns when it has ended. A login
// that others share goes on for them; then the processes' channels are closed, and their
// end is not waited for. Close never fails; closing twice is fine.
func (c *Conn) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	l, runs := c.line, c.runs
	c.runs = nil
	c.mu.Unlock()
	l.begin(func() { // a write may wait for the machine
		for p := range runs {
			p.ch.Close()
		}
	})
	c.pool.release(l)
	return nil
}

// Keepalive asks the server for a sign of life, and returns nil when there was
// one before ctx ended.
func (c *Conn) Keepalive(ctx context.Context) error {
	l, err := c.open()
	if err != nil {
		return err
	}
	switch err := l.alive(ctx); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return jobs.AsError(ctx.Err())
	default:
		return c.broken(err)
	}
}

// open returns the line of a connection that is not closed.
func (c *Conn) open() (*line, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, c.closedError()
	}
	return c.line, nil
}

// runs tells of a process that has started. It reports false on a closed connection.
func (c *Conn) started(p *Process) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.runs[p] = true
	return true
}

// ended tells of a process that has ended: the machine may have room again.
func (c *Conn) ended(p *Process, l *line) {
	c.mu.Lock()
	delete(c.runs, p)
	c.mu.Unlock()
	c.pool.empty(l)
}

// move goes over to another login, where the machine allows no further session on this
// one and others share it. It reports false where that would not help.
func (c *Conn) move(ctx context.Context, from *line) (bool, error) {
	if !c.pool.crowded(from) || c.busy() {
		return false, nil
	}
	c.pool.fill(from)
	to, err := c.pool.follow(ctx, c.way)
	if err != nil {
		return false, err
	}
	c.mu.Lock()
	if c.closed || c.line != from {
		c.mu.Unlock()
		c.pool.release(to)
		return true, nil
	}
	c.line = to
	c.mu.Unlock()
	c.pool.release(from)
	return true, nil
}

// busy reports whether a process runs.
func (c *Conn) busy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.runs) > 0
}

func (c *Conn) closedError() error {
	return jobs.Errorf(jobs.KindClosed, "the connection to %s is closed; connect again", c.s.label())
}

// broken is why the connection broke: err, unless the line knows better.
func (c *Conn) broken(err error) error {
	l := c.current()
	l.mu.Lock()
	if l.dead != nil {
		err = l.dead
	}
	l.mu.Unlock()
	return jobs.Errorf(jobs.KindBroken, "the connection to %s broke: %s; connect again", c.s.label(), clip(err.Error()))
}
