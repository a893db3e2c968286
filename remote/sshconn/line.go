package sshconn

import (
	"context"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// How a connection that died without a word is noticed, where ssh_config does not say.
const (
	defaultAlive  = 5 * time.Second // ServerAliveInterval
	defaultMisses = 3               // ServerAliveCountMax
)

// line is one login on one machine: what the connections of a Pool share.
type line struct {
	s      *settings
	client *ssh.Client
	nc     *hearing
	via    *line // the one that this one goes through; nil for none
	agent  bool  // the machine may use our agent

	done chan struct{}
	err  error // set before done is closed: why it ended

	mu     sync.Mutex
	closed bool           // guarded by mu: nothing new begins
	dead   error          // guarded by mu: why it was given up; nil while it is not
	work   sync.WaitGroup // Add under mu: goroutines that end with the line

	// Guarded by the Pool's mu.
	key  string // what it is found by
	refs int    // who uses it: connections, and lines that go through it
	full bool   // the machine allows no further session on it
}

// newLine makes a line of an SSH connection. It is to be attended to.
func newLine(a *attempt, client *ssh.Client, nc *hearing, via *line) *line {
	l := &line{s: a.s, client: client, nc: nc, via: via, agent: a.s.forward != "" && !a.stranger, done: make(chan struct{})}
	if l.agent {
		asked := client.HandleChannelOpen(agentChannel)
		l.begin(func() { l.lendAgent(asked) })
	}
	l.begin(l.watch)
	return l
}

// attend waits for the end of the line, calls ended, and says that it is done.
func (l *line) attend(ended func()) {
	defer close(l.done)
	l.err = l.client.Wait()
	settled(l.nc.Conn)
	ended()
}

// close ends the line and everything on it, and returns when it has ended.
func (l *line) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.client.Close()
	<-l.done
	l.work.Wait()
}

// begin runs f in a goroutine that close waits for. It reports false when the
// line is closed already.
func (l *line) begin(f func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.work.Go(f)
	return true
}

// giveUp ends a line on which nothing is heard any more.
func (l *line) giveUp(why error) {
	l.mu.Lock()
	l.dead = why
	l.mu.Unlock()
	l.client.Close()
}

// watch asks for a sign of life when nothing was heard for an interval, and gives the
// line up after so many intervals without one. Intervals are counted, not time: while
// this machine sleeps none goes by.
func (l *line) watch() {
	tick := time.NewTicker(l.s.aliveInterval)
	defer tick.Stop()
	var asked chan error // the answer to the last question; nil for none
	seen, missed := l.nc.heard.Load(), 0
	for {
		select {
		case <-l.done:
			return
		case <-asked:
			asked = nil
			continue
		case <-tick.C:
		}
		if now := l.nc.heard.Load(); now != seen {
			seen, missed = now, 0
			continue
		}
		if missed++; missed >= max(l.s.aliveMisses, 2) { // the first one only asks
			silent := time.Duration(missed) * l.s.aliveInterval
			l.giveUp(errText("nothing was heard for " + silent.String()))
			return
		}
		if asked == nil {
			asked = l.ask()
		}
	}
}

// ask asks the machine for a sign of life. A machine that does not know the question
// gives one as well.
func (l *line) ask() chan error {
	answer := make(chan error, 1)
	if !l.begin(func() {
		_, _, err := l.client.SendRequest("keepalive@openssh.com", true, nil)
		answer <- err
	}) {
		answer <- jobs.ErrClosed
	}
	return answer
}

// alive waits for a sign of life until ctx ends.
func (l *line) alive(ctx context.Context) error {
	select {
	case err := <-l.ask():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
