package sshconn

import (
	"net"
	"strconv"
	"strings"
)

// trust says when a machine is taken for the one it should be.
type trust struct {
	userKnown   []string // paths; the first is the one added to
	globalKnown []string
	revoked     string // the file with keys that are taken in no case; "" for none
	strict      string // yes, no, ask, accept-new
	alias       string // HostKeyAlias
	hashKnown   bool
	checkIP     bool // the address must be known by the same key as the name
	freeLocal   bool // this machine's own key is not checked
	visual      bool // show the key's picture each time

	hostKeyAlgos []string // as configured; nil for the default
	authorities  []string // the signature algorithms of authorities; nil for the default
}

func (t *trust) set(o options) {
	t.hashKnown, t.checkIP = o.yes("hashknownhosts"), o.yes("checkhostip")
	t.freeLocal, t.visual = o.yes("nohostauthenticationforlocalhost"), o.yes("visualhostkey")
	t.strict = strictness(o.first("stricthostkeychecking", "ask"))
	t.alias = o.first("hostkeyalias", "")
	t.hostKeyAlgos, t.authorities = o.list("hostkeyalgorithms"), o.list("casignaturealgorithms")
}

// strictness returns StrictHostKeyChecking in one spelling; what is not known is
// the strictest.
func strictness(v string) string {
	switch strings.ToLower(v) {
	case "ask":
		return "ask"
	case "accept-new":
		return "accept-new"
	case "no", "off", "false":
		return "no"
	}
	return "yes"
}

// knownAddr is what known_hosts files call the machine. HostKeyAlias stands
// alone, without a port.
func (s *settings) knownAddr() string {
	if s.alias != "" {
		return net.JoinHostPort(strings.ToLower(s.alias), "22")
	}
	return net.JoinHostPort(strings.ToLower(s.host), strconv.Itoa(s.port))
}
