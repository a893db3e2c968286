package sshconn

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
)

// Bounds of what ssh_config may ask for.
const (
	defaultTimeout = 10 * time.Second // of connecting, where neither the target nor ssh_config says
	maxTimeout     = 24 * time.Hour   // a longer ConnectTimeout or ServerAliveInterval is a mistake
	maxAttempts    = 100              // ConnectionAttempts
)

// settings is everything needed to connect to one machine. It does not change
// after it is made.
type settings struct {
	name    string        // as the operator knows the machine
	timeout time.Duration // of connecting

	host     string // the name or address to connect to
	user     string
	port     int
	network  string   // tcp, tcp4 or tcp6
	bind     string   // the local address; "" for any
	device   string   // the local interface; "" for any
	attempts int      // how often to try to reach it; 1 at least
	jumps    []string // machines to go through, in order
	proxy    string   // the command that makes the connection; "" for none

	aliveInterval time.Duration // between two signs of life
	aliveMisses   int           // after so many without one the connection is dead

	env     []variable // sent to each session
	forward string     // the socket of the agent that the machine may use; "" for none

	logins
	trust

	ciphers, macs, kex []string // as configured; nil for the default
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
		bind: noneIsEmpty(o.first("bindaddress", "")), device: noneIsEmpty(o.first("bindinterface", "")),
		network: network(o.first("addressfamily", "any")),
		ciphers: o.list("ciphers"), macs: o.list("macs"), kex: o.list("kexalgorithms"),
		env: sentVariables(o, os.Environ()),
	}
	if jump := noneIsEmpty(o.first("proxyjump", "")); jump != "" {
		s.jumps = strings.Split(jump, ",")
	}
	if s.port, err = choosePort(o, p); err != nil {
		return nil, err
	}
	if err := s.logins.set(o, t.Name); err != nil {
		return nil, err
	}
	s.trust.set(o)
	if err := s.times(o, t); err != nil {
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
	x.hostKey = cmp.Or(s.alias, x.alias)
	zone := strings.Contains(s.host, ":") && strings.Contains(s.host, "%") // fe80::1%eth0
	if !plainName(s.host) || strings.Contains(s.host, "%") && !zone {
		return jobs.Errorf(jobs.KindUsage, "ssh_config gives %s the HostName %s, which is not one", s.name, strconv.Quote(clip(s.host)))
	}
	if t.KeyFile != "" {
		s.keyFile = expandHome(t.KeyFile, x.home)
	}
	if err := x.route(o, s); err != nil {
		return err
	}
	return x.paths(o, s)
}

// route fills in the jump hosts and the ProxyCommand. Their tokens are the few that
// ssh_config(5) gives them.
func (x expander) route(o options, s *settings) error {
	x = expander{alias: x.alias, host: x.host, user: x.user, port: x.port, few: true}
	for i, jump := range s.jumps {
		name, err := x.tokens(strings.TrimSpace(jump))
		if err != nil {
			return err
		}
		s.jumps[i] = strings.TrimSuffix(strings.TrimPrefix(name, "ssh://"), "/")
	}
	command := noneIsEmpty(o.first("proxycommand", ""))
	if command == "" || s.jumps != nil {
		return nil
	}
	var err error
	s.proxy, err = x.tokens(command)
	return err
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

// times fills in what is a time or a number of times.
func (s *settings) times(o options, t jobs.Target) (err error) {
	if s.timeout, err = o.duration("connecttimeout"); err != nil {
		return err
	}
	if s.timeout = cmp.Or(t.Timeout, s.timeout); s.timeout <= 0 {
		s.timeout = defaultTimeout
	}
	if s.aliveInterval, err = o.duration("serveraliveinterval"); err != nil {
		return err
	}
	if s.aliveMisses, err = o.count("serveralivecountmax", 3, 0, 1<<20); err != nil {
		return err
	}
	debian := s.batch && s.aliveInterval == 300*time.Second // its default with BatchMode
	if s.aliveInterval == 0 || debian {                     // a shell that waits for ever is of no use
		s.aliveInterval, s.aliveMisses = defaultAlive, defaultMisses
	}
	s.attempts, err = o.count("connectionattempts", 1, 1, maxAttempts)
	return err
}

func network(family string) string {
	switch strings.ToLower(family) {
	case "inet":
		return "tcp4"
	case "inet6":
		return "tcp6"
	}
	return "tcp"
}

// addr is where to connect to.
func (s *settings) addr() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// key is the same for settings that lead to the same connection, however the
// operator called the machine.
func (s *settings) key() string {
	same := *s
	same.name, same.timeout = "", 0
	return fmt.Sprintf("%#v", same)
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
