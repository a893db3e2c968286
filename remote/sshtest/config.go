package sshtest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"marsh/remote/sshconn"
)

// writeConfigs writes both sides' configuration and the known_hosts file.
func (s *Server) writeConfigs(t testing.TB, o Options) {
	t.Helper()
	write(t, filepath.Join(s.Dir, "sshd_config"), s.serverConfig(t, o))
	write(t, s.Config(), s.clientConfig(o))
	key, err := sshconn.LoadOrCreateKey(s.HostKey)
	check(t, err)
	var known strings.Builder
	for i := range s.Hosts {
		known.WriteString(key.KnownHost(s.HostAddr(i)))
	}
	write(t, s.KnownHosts, known.String())
}

func (s *Server) serverConfig(t testing.TB, o Options) string {
	t.Helper()
	out := append([]string(nil), o.Config...)
	for i := range s.Hosts {
		out = append(out, fmt.Sprintf("ListenAddress %s:%d", Addr(i), s.Port))
	}
	if o.Banner != "" {
		banner := filepath.Join(s.Dir, "banner")
		write(t, banner, o.Banner)
		out = append(out, "Banner "+banner)
	}
	// One SetEnv line: sshd reads the first only. HOME keeps the user's own files out.
	env := append([]string{s.tag, "HOME=" + s.Home}, o.Env...)
	return lines(append(out,
		"HostKey "+s.HostKey,
		"AuthorizedKeysFile "+s.AuthorizedKeys,
		"SetEnv "+strings.Join(env, " "),
		"PidFile none",
		"StrictModes no",
		"UsePAM no",
		"PasswordAuthentication no",
		"KbdInteractiveAuthentication no",
		"PermitRootLogin yes",
		"LogLevel VERBOSE",
		"UseDNS no",
		"AllowAgentForwarding no",
		"PrintMotd no",
		"MaxStartups 100",
	)...)
}

func (s *Server) clientConfig(o Options) string {
	out := append([]string(nil), o.Client...)
	for i, name := range s.Hosts {
		out = append(out, "Host "+name, "    HostName "+Addr(i))
	}
	return lines(append(out,
		"Host *",
		fmt.Sprintf("    Port %d", s.Port),
		"    User "+s.user.Username,
		"    IdentityFile "+s.ClientKey,
		"    IdentitiesOnly yes",
		"    IdentityAgent none",
		"    UserKnownHostsFile "+s.KnownHosts,
		"    GlobalKnownHostsFile /dev/null",
		"    StrictHostKeyChecking yes",
		"    HashKnownHosts no",
		"    ConnectTimeout 300",                                       // no test is to fail because the machine is busy
		fmt.Sprintf("    ConnectTimeout %d", int(startTime.Seconds())), // how fast the machine is decides nothing
	)...)
}
