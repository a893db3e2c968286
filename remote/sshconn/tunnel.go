package sshconn

import (
	"context"
	"io"
	"net"
	"strconv"

	"golang.org/x/crypto/ssh"
)

// tunnel opens a connection from the line's machine to addr (RFC 4254, section 7.2).
// Closing it never waits for that machine: what has to, ends with the line at the latest.
func (l *line) tunnel(ctx context.Context, addr string) (net.Conn, error) {
	type opened struct {
		ch  ssh.Channel
		err error
	}
	out := make(chan opened)
	if !l.begin(func() {
		ch, err := l.openTunnel(addr)
		select {
		case out <- opened{ch, err}:
		case <-ctx.Done():
			if ch != nil {
				ch.Close()
			}
		}
	}) {
		return nil, net.ErrClosed
	}
	select {
	case o := <-out:
		if o.err != nil {
			return nil, o.err
		}
		return l.join(o.ch)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (l *line) openTunnel(addr string) (ssh.Channel, error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	ch, reqs, err := l.client.OpenChannel("direct-tcpip", ssh.Marshal(struct {
		Host       string
		Port       uint32
		FromHost   string
		FromNumber uint32
	}{host, uint32(port), "127.0.0.1", 0}))
	if err != nil {
		return nil, err
	}
	l.begin(func() { ssh.DiscardRequests(reqs) })
	return ch, nil
}

// join makes a connection of a channel.
func (l *line) join(ch ssh.Channel) (net.Conn, error) {
	near, far := net.Pipe()
	begun := l.begin(func() {
		io.Copy(far, ch)
		far.Close()
	}) && l.begin(func() {
		io.Copy(ch, far)
		ch.Close()
	})
	if !begun {
		far.Close()
		ch.Close()
		return nil, net.ErrClosed
	}
	return near, nil
}
