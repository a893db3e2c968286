package sshconn

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// reach makes the connection that SSH will be spoken on: through another machine, by a
// ProxyCommand, or over the network.
func (s *settings) reach(ctx context.Context, via *line) (net.Conn, error) {
	switch {
	case via != nil:
		return via.tunnel(ctx, s.addr())
	case s.proxy != "":
		return startProxy(s.proxy)
	}
	d := net.Dialer{Control: bindTo(s.device)}
	if s.bind != "" {
		local, err := localAddr(ctx, s.network, s.bind)
		if err != nil {
			return nil, err
		}
		d.LocalAddr = local
	}
	return d.DialContext(ctx, s.network, s.addr())
}

// localAddr finds the address that BindAddress names.
func localAddr(ctx context.Context, network, name string) (net.Addr, error) {
	kind := map[string]string{"tcp4": "ip4", "tcp6": "ip6"}[network]
	if kind == "" {
		kind = "ip"
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	return &net.TCPAddr{IP: found[0].Unmap().AsSlice(), Zone: found[0].Zone()}, nil
}

// hearing is a connection that knows when something was last heard on it, and whether it
// broke.
type hearing struct {
	net.Conn
	first func() // called when something comes for the first time
	once  sync.Once
	heard atomic.Int64 // when something came, in nanoseconds since 1970
	broke atomic.Bool  // a read or a write has failed
}

// Read notes the time.
func (h *hearing) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	if n > 0 {
		h.once.Do(h.first)
		h.heard.Store(time.Now().UnixNano())
	}
	return n, h.note(err)
}

// Write notes a failure.
func (h *hearing) Write(p []byte) (int, error) {
	n, err := h.Conn.Write(p)
	return n, h.note(err)
}

func (h *hearing) note(err error) error {
	if err != nil {
		h.broke.Store(true)
	}
	return err
}
