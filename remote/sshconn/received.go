package sshconn

import (
	"net"
	"sync/atomic"
)

// received is a connection that counts what comes over it.
type received struct {
	net.Conn
	bytes atomic.Uint64
}

// Read reads, and counts.
func (r *received) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.bytes.Add(uint64(n))
	return n, err
}

// Received returns how many bytes have come from the server so far, as they were on the
// wire. It grows also while only we send: the server says again and again how much more
// it takes (RFC 4254, section 5.2).
func (c *Conn) Received() uint64 { return c.in.bytes.Load() }
