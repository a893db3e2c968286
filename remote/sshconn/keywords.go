package sshconn

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// keywordKind is what a setting of ssh_config has for a value.
type keywordKind int

const (
	single     keywordKind = iota // one; the first in the files counts
	flag                          // yes or no
	several                       // any number; the first line counts
	each                          // one a line, and all lines count
	algorithms                    // a list with commas that may change the default
	anything                      // what does not concern us
)

// rawKeywords are those whose value is the rest of the line.
var rawKeywords = map[string]bool{"proxycommand": true, "localcommand": true, "remotecommand": true, "knownhostscommand": true}

// oldNames are names that settings once had.
var oldNames = map[string]string{
	"pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms", "challengeresponseauthentication": "kbdinteractiveauthentication",
}

// keywords are the settings of ssh_config(5). What is not here is a mistake, as it is for
// OpenSSH.
var keywords = func() map[string]keywordKind {
	out := map[string]keywordKind{}
	for kind, names := range map[keywordKind]string{
		single: `hostname user port identityagent stricthostkeychecking hostkeyalias connecttimeout proxyjump
			bindaddress bindinterface addressfamily connectionattempts serveraliveinterval serveralivecountmax
			numberofpasswordprompts requiredrsasize preferredauthentications forwardagent revokedhostkeys
			pkcs11provider verifyhostkeydns canonicalizehostname pubkeyauthentication ignoreunknown`,
		flag: `identitiesonly hashknownhosts checkhostip batchmode visualhostkey nohostauthenticationforlocalhost
			passwordauthentication kbdinteractiveauthentication proxyusefdpass`,
		several:    "host match include userknownhostsfile globalknownhostsfile setenv sendenv",
		each:       "identityfile certificatefile",
		algorithms: `ciphers macs kexalgorithms hostkeyalgorithms pubkeyacceptedalgorithms casignaturealgorithms`,
		anything: `addkeystoagent afstokenpassing canonicaldomains canonicalizefallbacklocal canonicalizemaxdots
			canonicalizepermittedcnames channeltimeout cipher clearallforwardings compression compressionlevel
			controlmaster controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
			exitonforwardfailure fallbacktorsh fingerprinthash forkafterauthentication forwardx11 forwardx11timeout
			forwardx11trusted gatewayports globalknownhostsfile2 gssapiauthentication gssapiclientidentity
			gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey
			gssapiserveridentity gssapitrustdns hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes
			ipqos kbdinteractivedevices keepalive localforward loglevel logverbose
			obscurekeystroketiming permitlocalcommand permitremoteopen protocol rekeylimit
			remoteforward requesttty rhostsrsaauthentication rsaauthentication securitykeyprovider sessiontype
			skeyauthentication smartcarddevice stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility tag
			tcpkeepalive tisauthentication tunnel tunneldevice updatehostkeys useprivilegedport userknownhostsfile2
			useroaming usersh versionaddendum warnweakcrypto xauthlocation proxycommand localcommand remotecommand
			knownhostscommand`,
	} {
		for name := range strings.FieldsSeq(names) {
			out[name] = kind
		}
	}
	return out
}()

// assemble applies a list that begins with "+", "-" or "^" to the default: what is added
// to it, taken away from it, or put before it.
func assemble(key, list string) string {
	good := defaultAlgorithms(key)
	names := strings.Split(strings.TrimLeft(list, "+-^"), ",")
	switch list[:min(1, len(list))] {
	case "+":
		return strings.Join(inOrder(good, append(good, names...)), ",")
	case "-":
		return strings.Join(slices.DeleteFunc(good, func(a string) bool { return matchAny(names, a) }), ",")
	case "^":
		return strings.Join(inOrder(names, append(names, good...)), ",")
	}
	return list
}

// defaultAlgorithms returns the default of a list, the best first.
func defaultAlgorithms(key string) []string {
	good := ssh.SupportedAlgorithms()
	switch key {
	case "ciphers":
		return good.Ciphers
	case "macs":
		return good.MACs
	case "kexalgorithms":
		return good.KeyExchanges
	case "hostkeyalgorithms":
		return append(good.HostKeys, hostKeyOrder...)
	}
	return good.PublicKeyAuths
}
