package sshconn

import (
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Bounds of [Hosts].
const (
	maxHosts    = 10000   // names
	maxHostFile = 4 << 20 // bytes of one file that are read
	maxHostOpen = 256     // files that are included
)

// Host is a machine whose name the user has somewhere.
type Host struct {
	Name string // as it is given to connect: an alias, host or host:port
	From string // "ssh_config" or "known_hosts"
}

// Hosts lists the machines that ssh_config names, without patterns, and those that
// known_hosts has in plain text; each once, no more than 10000. file is the ssh_config to
// use, or "". What cannot be read has no names.
func Hosts(file string) []Host {
	home, err := homeDir()
	if err != nil {
		return nil
	}
	l := hostList{home: home, seen: map[string]bool{}}
	for _, name := range configFiles(file, home) {
		l.config(name, 0)
	}
	for _, name := range []string{home + "/.ssh/known_hosts", home + "/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"} {
		for line := range strings.Lines(readHostFile(name)) {
			l.known(line)
		}
	}
	return l.hosts
}

type hostList struct {
	home  string
	hosts []Host
	seen  map[string]bool // names
	files int             // that were included
}

// add takes a name that could be connected to.
func (l *hostList) add(name, from string) {
	if name == "" || l.seen[name] || len(l.hosts) >= maxHosts || strings.ContainsAny(name, "*?!%[]") || !plainName(name) {
		return
	}
	l.seen[name] = true
	l.hosts = append(l.hosts, Host{name, from})
}

// config reads the Host lines of an ssh_config, and of what it includes.
func (l *hostList) config(name string, depth int) {
	for line := range strings.Lines(readHostFile(name)) {
		words := strings.Fields(strings.Replace(line, "=", " ", 1))
		if len(words) < 2 {
			continue
		}
		switch strings.ToLower(words[0]) {
		case "host":
			for _, w := range words[1:] {
				l.add(strings.Trim(w, `"`), "ssh_config")
			}
		case "include":
			l.include(name, words[1:], depth+1)
		}
	}
}

// include reads the files that an Include line names. Relative ones are beside the
// user's or the machine's ssh_config.
func (l *hostList) include(from string, patterns []string, depth int) {
	dir := filepath.Join(l.home, ".ssh")
	if strings.HasPrefix(from, filepath.Dir(systemConfig)+"/") {
		dir = filepath.Dir(systemConfig)
	}
	for _, p := range patterns {
		p = expandHome(strings.Trim(p, `"`), l.home)
		if !filepath.IsAbs(p) {
			p = filepath.Join(dir, p)
		}
		names, _ := filepath.Glob(p) // a bad pattern includes nothing
		for _, name := range names {
			if l.files++; l.files <= maxHostOpen && depth <= maxIncludes {
				l.config(name, depth)
			}
		}
	}
}

// known reads a line of a known_hosts file.
func (l *hostList) known(line string) {
	names, _, ok := strings.Cut(strings.TrimSpace(line), " ")
	if !ok || names == "" || strings.ContainsAny(names[:1], "#@|") {
		return
	}
	for name := range strings.SplitSeq(names, ",") {
		if host, port, ok := strings.Cut(strings.TrimPrefix(name, "["), "]:"); ok && !strings.Contains(host, ":") {
			name = host + ":" + port
		}
		l.add(name, "known_hosts")
	}
}

// readHostFile returns a file's text, a bounded part of it; "" where it is no file or
// cannot be read.
func readHostFile(name string) string {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return "" // a FIFO would be waited for
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, maxHostFile))
	return string(text)
}
