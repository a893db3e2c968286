package sshconn

import (
	"slices"
	"strconv"
	"strings"
	"time"

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
	v := strings.ToLower(o.first(key, "no"))
	return v == "yes" || v == "true"
}

// no reports whether key is switched off.
func (o options) no(key string) bool {
	v := strings.ToLower(o.first(key, "yes"))
	return v == "no" || v == "false"
}

// list returns the values of a key whose one value is a list with commas.
func (o options) list(key string) []string {
	v := o.first(key, "")
	if v == "" {
		return nil
	}
	return strings.Split(v, ",")
}

// count returns a key's number, within bounds.
func (o options) count(key string, fallback, low, high int) (int, error) {
	text := o.first(key, strconv.Itoa(fallback))
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, jobs.Errorf(jobs.KindUsage, "ssh_config: %s %s is not a number from %d to %d", key, clip(text), low, high)
	}
	return n, nil
}

// duration returns a key's time, 0 where it has none.
func (o options) duration(key string) (time.Duration, error) {
	text := o.first(key, "none")
	d, ok := sshTime(text)
	if text = strings.ToLower(text); text == "none" || ok && d <= maxTimeout {
		return d, nil
	}
	return 0, jobs.Errorf(jobs.KindUsage, "ssh_config: %s %s is not a time up to a day (90, 1m30s)", key, clip(text))
}

// sshTime reads a time as sshd_config(5) has it, TIME FORMATS: numbers with s, m, h,
// d or w after each, seconds where there is none.
func sshTime(text string) (time.Duration, bool) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	var total time.Duration
	n, digits := time.Duration(0), 0
	for i := range len(text) {
		c := text[i]
		switch unit := units[c|0x20]; {
		case c >= '0' && c <= '9' && digits < 9:
			n, digits = 10*n+time.Duration(c-'0'), digits+1
		case unit > 0 && digits > 0 && n < 1<<62/unit-total/unit:
			total, n, digits = total+n*unit, 0, 0
		default:
			return 0, false
		}
	}
	return total + n*time.Second, text != ""
}

// unsupported lists the settings that change where, how or whether a connection
// is made and that are not supported, with the values that mean "not set".
var unsupported = []struct {
	key    string
	unset  []string
	advice string
}{
	{"proxyusefdpass", []string{"no"}, "let the ProxyCommand pass the data on itself, or use ProxyJump"},
	{"knownhostscommand", []string{"none"}, "put the keys into UserKnownHostsFile"},
	{"pkcs11provider", []string{"none"}, "add the token's keys to ssh-agent (ssh-add -s)"},
	{"verifyhostkeydns", []string{"no", "false"}, "let known_hosts decide"},
	{"remotecommand", []string{"none"}, "give the host an alias without it"},
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
