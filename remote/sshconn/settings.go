package sshconn

import (
	"cmp"
	"context"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
)

// defaultTimeout bounds connecting where neither the target nor ssh_config does.
const defaultTimeout = 10 * time.Second

// maxTimeout is the longest ConnectTimeout that is taken; a longer one is a mistake.
const maxTimeout = 24 * time.Hour

// settings is everything needed to connect to one machine. It does not change
// after it is made.
type settings struct {
	name    string // as the operator knows the machine
	host    string // the name or address to connect to
	user    string
	port    int
	network string // tcp, tcp4 or tcp6
	bind    string // the local address; "" for any
	timeout time.Duration
	jumps   []string // machines to go through, in order

	keyFile        string   // the key the operator asked for; "" for none
	identities     []string // private keys' paths
	certificates   []string // paths
	identitiesOnly bool
	agentSocket    string // "" for none

	userKnown   []string // paths; the first is the one added to
	globalKnown []string
	strict      string // yes, no, ask, accept-new
	alias       string // HostKeyAlias
	hashKnown   bool

	ciphers, macs, kex, hostKeyAlgos []string // as configured; nil for the default
}

// loadSettings finds out all that is needed to connect to t.
func loadSettings(ctx context.Context, file string, t jobs.Target) (*settings, error) {
	p, err := parseTarget(t)
	if err != nil {
		return nil, err
	}
	o, err := readOptions(ctx, file, p)
	if err != nil {
		return nil, err
	}
	if err := o.checkSupported(p.host); err != nil {
		return nil, err
	}
	return newSettings(o, p, t)
}

func newSettings(o options, p place, t jobs.Target) (*settings, error) {
	who, err := currentUser()
	if err != nil {
		return nil, err
	}
	s := &settings{
		name: t.Name, user: o.first("user", who.Username),
		bind: noneIsEmpty(o.first("bindaddress", "")), network: network(o.first("addressfamily", "any")),
		identitiesOnly: o.yes("identitiesonly"), hashKnown: o.yes("hashknownhosts"),
		strict: strictness(o.first("stricthostkeychecking", "ask")), alias: o.first("hostkeyalias", ""),
		ciphers: o.list("ciphers"), macs: o.list("macs"), kex: o.list("kexalgorithms"),
		hostKeyAlgos: o.list("hostkeyalgorithms"),
	}
	if jump := noneIsEmpty(o.first("proxyjump", "")); jump != "" {
		s.jumps = strings.Split(jump, ",")
	}
	if s.port, err = choosePort(o, p); err != nil {
		return nil, err
	}
	if s.timeout, err = chooseTimeout(o, t); err != nil {
		return nil, err
	}
	x := expander{home: who.HomeDir, local: who.Username, uid: who.Uid, alias: p.host, user: s.user, port: s.port}
	return s, s.expand(o, x, t)
}

// expand fills in what has tokens in it.
func (s *settings) expand(o options, x expander, t jobs.Target) error {
	// HostName knows two tokens only: the % of an address with a zone is none.
	s.host = strings.NewReplacer("%%", "%", "%h", x.alias).Replace(cmp.Or(o.first("hostname", ""), x.alias))
	x.host = s.host
	x.hostKey = cmp.Or(s.alias, s.host)
	zone := strings.Contains(s.host, ":") && strings.Contains(s.host, "%") // fe80::1%eth0
	if !plainName(s.host) || strings.Contains(s.host, "%") && !zone {
		return jobs.Errorf(jobs.KindUsage, "ssh_config gives %s the HostName %s, which is not one", s.name, strconv.Quote(clip(s.host)))
	}
	if t.KeyFile != "" {
		s.keyFile = expandHome(t.KeyFile, x.home)
	}
	return x.paths(o, s)
}

func choosePort(o options, p place) (int, error) {
	if p.port != 0 {
		return p.port, nil
	}
	port, err := parsePort(o.first("port", "22"))
	if err != nil {
		return 0, jobs.Errorf(jobs.KindUsage, "ssh_config: port: %w", err)
	}
	return port, nil
}

func chooseTimeout(o options, t jobs.Target) (time.Duration, error) {
	if t.Timeout > 0 {
		return t.Timeout, nil
	}
	text := o.first("connecttimeout", "none")
	if text == "none" || text == "0" {
		return defaultTimeout, nil
	}
	if n, err := strconv.Atoi(text); err == nil && n > 0 && n <= int(maxTimeout/time.Second) {
		return time.Duration(n) * time.Second, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 && d <= maxTimeout {
		return d, nil
	}
	return 0, jobs.Errorf(jobs.KindUsage, "ssh_config: ConnectTimeout %s is not a number of seconds up to a day", clip(text))
}

func network(family string) string {
	switch family {
	case "inet":
		return "tcp4"
	case "inet6":
		return "tcp6"
	}
	return "tcp"
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

// addr is where to connect to.
func (s *settings) addr() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// knownAddr is what known_hosts files call the machine. HostKeyAlias stands
// alone, without a port.
func (s *settings) knownAddr() string {
	if s.alias != "" {
		return net.JoinHostPort(strings.ToLower(s.alias), "22")
	}
	return net.JoinHostPort(strings.ToLower(s.host), strconv.Itoa(s.port))
}

func noneIsEmpty(v string) string {
	if strings.EqualFold(v, "none") {
		return ""
	}
	return v
}

// lookupEnv is os.LookupEnv, as an error.
func lookupEnv(name string) (string, error) {
	v, ok := os.LookupEnv(name)
	if !ok {
		return "", jobs.Errorf(jobs.KindUsage, "ssh_config uses ${%s}, which is not set in the environment", clip(name))
	}
	return v, nil
}
