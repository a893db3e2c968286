package sshconn

import (
	"slices"
	"strings"

	"marsh/jobs"
)

// options holds ssh_config's words for one host: the key in lower case, and its
// values in order. Both readers of ssh_config make it.
type options map[string][]string

// first returns the first value of key, or fallback where there is none.
func (o options) first(key, fallback string) string {
	if v := o[key]; len(v) > 0 && v[0] != "" {
		return v[0]
	}
	return fallback
}

// yes reports whether key is switched on.
func (o options) yes(key string) bool {
	v := o.first(key, "no")
	return v == "yes" || v == "true"
}

// list returns the values of a key whose one value is a list with commas.
func (o options) list(key string) []string {
	v := o.first(key, "")
	if v == "" {
		return nil
	}
	return strings.Split(v, ",")
}

// unsupported lists the settings that change where, how or whether a connection
// is made and that are not supported, with the values that mean "not set".
var unsupported = []struct {
	key    string
	unset  []string
	advice string
}{
	{"proxycommand", []string{"none"}, "use ProxyJump"},
	{"proxyusefdpass", []string{"no"}, "use ProxyJump"},
	{"knownhostscommand", []string{"none"}, "put the keys into UserKnownHostsFile"},
	{"revokedhostkeys", []string{"none"}, "put @revoked lines into UserKnownHostsFile"},
	{"pkcs11provider", []string{"none"}, "add the token's keys to ssh-agent (ssh-add -s)"},
	{"bindinterface", []string{"none"}, "use BindAddress"},
	{"nohostauthenticationforlocalhost", []string{"no"}, "let the host key be checked"},
	{"verifyhostkeydns", []string{"no", "false"}, "let known_hosts decide"},
	{"remotecommand", []string{"none"}, "give the host an alias without it"},
	{"pubkeyauthentication", []string{"yes", "true", "unbound", "host-bound"}, "marsh authenticates with keys only"},
}

// checkSupported returns an error for the first setting that is not supported.
func (o options) checkSupported(host string) error {
	for _, u := range unsupported {
		v := o.first(u.key, u.unset[0])
		if !slices.Contains(u.unset, strings.ToLower(v)) {
			return jobs.Errorf(jobs.KindUnsupported, "ssh_config sets %s %s for %s, which marsh does not support; %s", u.key, clip(v), host, u.advice)
		}
	}
	return nil
}
