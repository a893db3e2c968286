package sshconn

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"marsh/jobs"
)

// checkIP compares, where CheckHostIP says so, the key with what is known for the
// machine's address: a name that leads to another machine is seen that way. An address
// that nobody knows is remembered.
func (h *hostKeys) checkIP(remote net.Addr, key ssh.PublicKey) error {
	addr := h.ownAddr(remote)
	if addr == "" {
		return nil
	}
	err := h.known.db.HostKeyCallback()(addr, tcpAddr(remote), key)
	keyErr, ok := errors.AsType[*xknownhosts.KeyError](err)
	switch {
	case !ok:
		return err
	case len(keyErr.Want) == 0:
		h.addAs(addr, key)
		return nil
	}
	return h.otherAddress(fmt.Sprintf("the host key of %s, %s, is not the one known for its address %s: %s; the name may lead to another machine",
		h.s.label(), describeKey(key), xknownhosts.Normalize(addr), h.knownKeys(keyErr.Want)))
}

// ownAddr returns the address to look up; "" for none, as where the name is an address or
// the way there is not ours to see.
func (h *hostKeys) ownAddr(remote net.Addr) string {
	tcp, ok := remote.(*net.TCPAddr)
	if !h.s.checkIP || !ok || h.s.alias != "" || h.s.proxy != "" || net.ParseIP(h.s.host) != nil {
		return ""
	}
	return net.JoinHostPort(tcp.IP.String(), strconv.Itoa(h.s.port))
}

// otherAddress decides about a machine whose name and address have different keys.
func (h *hostKeys) otherAddress(text string) error {
	switch {
	case h.s.strict == "yes", h.s.strict == "ask" && !h.asker.present():
		return jobs.Errorf(jobs.KindHostKey, "%s; remove the wrong key, or set CheckHostIP no", text)
	case h.s.strict == "ask":
		answer, err := h.asker.ask(text+"\ngo on? (yes, no)", false)
		if err != nil || !strings.EqualFold(strings.TrimSpace(answer), "yes") {
			return jobs.Errorf(jobs.KindHostKey, "%s; connecting was not confirmed", text)
		}
		return nil
	}
	h.warn(text)
	return nil
}

// tcpAddr returns an address that the library can split; one that came through
// another machine may have none.
func tcpAddr(a net.Addr) net.Addr {
	if _, ok := a.(*net.TCPAddr); ok {
		return a
	}
	return &net.TCPAddr{IP: net.IPv4zero}
}

// isLocal reports whether a is this machine.
func isLocal(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
