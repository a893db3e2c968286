package sshconn

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kevinburke/ssh_config"

	"marsh/jobs"
)

// systemConfig is the machine's own ssh_config.
const systemConfig = "/etc/ssh/ssh_config"

// fileKeys are the settings read where OpenSSH's client is not installed.
var fileKeys = []string{
	"HostName", "User", "Port", "IdentityFile", "IdentitiesOnly", "IdentityAgent", "CertificateFile",
	"UserKnownHostsFile", "GlobalKnownHostsFile", "StrictHostKeyChecking", "HostKeyAlias", "HashKnownHosts",
	"ConnectTimeout", "ProxyJump", "BindAddress", "AddressFamily", "Ciphers", "MACs", "KexAlgorithms",
	"HostKeyAlgorithms", "ProxyCommand", "ProxyUseFdpass", "KnownHostsCommand", "RevokedHostKeys",
	"PKCS11Provider", "BindInterface", "NoHostAuthenticationForLocalhost", "VerifyHostKeyDNS", "RemoteCommand",
	"PubkeyAuthentication",
}

// readFiles reads ssh_config without OpenSSH's help: the file given, else the
// user's and the machine's.
func readFiles(file string, p place) (options, error) {
	home, err := homeDir()
	if err != nil {
		return nil, err
	}
	o := options{}
	for _, name := range configFiles(file, home) {
		if err := o.addFile(name, p, home, name == file); err != nil {
			return nil, err
		}
	}
	if p.user != "" {
		o["user"] = []string{p.user}
	}
	return o, nil
}

func configFiles(file, home string) []string {
	switch file {
	case "":
		return []string{filepath.Join(home, ".ssh", "config"), systemConfig}
	case "none":
		return nil
	}
	return []string{file}
}

// addFile adds to o what one file says for p. What an earlier file said stands.
func (o options) addFile(name string, p place, home string, must bool) error {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if err != nil {
		return jobs.Errorf(jobs.KindNotFound, "ssh_config cannot be read: %w", err)
	}
	if err := refuseMatch(name, text, home, 0); err != nil {
		return err
	}
	cfg, err := ssh_config.Decode(bytes.NewReader(text))
	if err != nil {
		return jobs.Errorf(jobs.KindUsage, "%s cannot be read: %s", name, clip(err.Error()))
	}
	return o.addConfig(cfg, p.host)
}

func (o options) addConfig(cfg *ssh_config.Config, host string) error {
	for _, key := range fileKeys {
		values, err := cfg.GetAll(host, key)
		if err != nil {
			return jobs.Errorf(jobs.KindUsage, "ssh_config: %s: %s", key, clip(err.Error()))
		}
		k := strings.ToLower(key)
		if len(o[k]) == 0 || k == "identityfile" {
			o[k] = append(o[k], values...)
		}
	}
	return nil
}

// maxIncludes is how deep Include may nest; OpenSSH has the same bound.
const maxIncludes = 16

// refuseMatch refuses files with a Match line: the parser takes some of them for
// host patterns, and settings for the wrong host are worse than none.
func refuseMatch(name string, text []byte, home string, depth int) error {
	for line := range bytes.Lines(text) {
		words := strings.Fields(strings.Replace(string(line), "=", " ", 1))
		if len(words) < 2 || depth > maxIncludes {
			continue
		}
		switch strings.ToLower(words[0]) {
		case "match":
			return jobs.Errorf(jobs.KindUnsupported, "%s has a Match line, which marsh understands only with OpenSSH's client installed (openssh-client)", name)
		case "include":
			if err := refuseMatchIn(words[1:], home, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func refuseMatchIn(patterns []string, home string, depth int) error {
	for _, pattern := range patterns {
		pattern = expandHome(pattern, home)
		if !filepath.IsAbs(pattern) {
			pattern = filepath.Join(home, ".ssh", pattern)
		}
		names, _ := filepath.Glob(pattern) // a bad pattern includes nothing
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				continue // the parser proper reports it
			}
			if err := refuseMatch(name, text, home, depth); err != nil {
				return err
			}
		}
	}
	return nil
}
