package sshconn

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsh/jobs"
)

// sameConfigs are ssh_config files. For each of them our own reader and OpenSSH's client
// must mean the same, for every host in sameHosts.
var sameConfigs = []struct{ name, text string }{
	{"nothing", ""},
	{"simple", "Host web\n  HostName web.example.com\n  User op\n  Port 2200\n"},
	{"equals signs and quotes", "Host = \"web\" db\nUser=op\n  Port =2200\n\tHostName= \"x.example\"\nIdentityFile = \"~/a b\"\n"},
	{"remarks", "# x\n  # y\nHost web # db\n  User op # the operator\n\n"},
	{"first value counts", "Host web\n  User one\nHost *\n  User two\n  Port 23\nHost web\n  Port 24\n"},
	{"patterns", "Host web*,!web2 w?b !db\n  User a\nHost * !web\n  User b\nHost 10.0.0.?\n  User c\n"},
	{"negation", "Host !db *\n  User a\nHost !web\n  User never\n"},
	{"letter case", "HOST web\n  hOsTnAmE Web.Example.COM\nhost Server01\n  USER S\n"},
	{"host tokens", "Host *\n  HostName %h.example.com\nHost db\n  HostName %%h\n"},
	{"identities", "Host web\n  IdentityFile ~/.ssh/one\n  IdentityFile %d/k_%h_%p_%r_%u_%n_%i_%L\nHost *\n  IdentityFile ${HOME}/all\n  IdentityFile ~/.ssh/one\n  CertificateFile ~/c1\n  CertificateFile ~/c2\n  IdentitiesOnly yes\n"},
	{"no identities", "IdentityFile none\nPubkeyAuthentication no\n"},
	{"agents", "Host web\n  IdentityAgent none\nHost db\n  IdentityAgent $MY_AGENT\nHost Server01\n  IdentityAgent SSH_AUTH_SOCK\nHost *\n  IdentityAgent \"~/an agent\"\n"},
	{"agent forwarding", "Host web\n  ForwardAgent yes\nHost db\n  ForwardAgent $MY_AGENT\nHost Server01\n  ForwardAgent /run/agent\nHost *\n  ForwardAgent no\n"},
	{"known hosts", "Host web\n  UserKnownHostsFile ~/k1 /k2 ~/k3\n  GlobalKnownHostsFile none\nHost db\n  UserKnownHostsFile none\nHost Server01\n  UserKnownHostsFile \"/a b/c\"\n  GlobalKnownHostsFile /dev/null\n  RevokedHostKeys ~/revoked\n"},
	{"strictness", "Host web\n  StrictHostKeyChecking yes\nHost db\n  StrictHostKeyChecking off\nHost Server01\n  StrictHostKeyChecking accept-new\nHost 10.0.0.1\n  StrictHostKeyChecking no\nHost *\n  StrictHostKeyChecking ask\n"},
	{"host keys", "HostKeyAlias the-%h\nHashKnownHosts yes\nCheckHostIP yes\nVisualHostKey yes\nNoHostAuthenticationForLocalhost yes\nUpdateHostKeys ask\n"},
	{"algorithms", "Ciphers aes256-ctr,aes128-ctr\nMACs hmac-sha2-256\nKexAlgorithms curve25519-sha256,ecdh-sha2-nistp256\nHostKeyAlgorithms rsa-sha2-512,ssh-ed25519\nPubkeyAcceptedAlgorithms ssh-ed25519\nCASignatureAlgorithms ssh-ed25519\nRequiredRSASize 2048\n"},
	{"older names", "PubkeyAcceptedKeyTypes ssh-ed25519\nChallengeResponseAuthentication no\n"},
	{"times", "Host web\n  ConnectTimeout 1m30s\n  ServerAliveInterval 2m\n  ServerAliveCountMax 7\nHost db\n  ConnectTimeout none\nHost Server01\n  ConnectTimeout 5\n  ConnectionAttempts 3\n"},
	{"methods", "Host web\n  PreferredAuthentications password,publickey\nHost db\n  PasswordAuthentication no\n  KbdInteractiveAuthentication no\nHost *\n  NumberOfPasswordPrompts 5\n  BatchMode yes\n"},
	{"binding", "BindAddress 10.1.2.3\nBindInterface lo\nAddressFamily inet6\n"},
	{"jumps", "Host web\n  ProxyJump gate\nHost db\n  ProxyJump op@gate:2222,inner\nHost Server01\n  ProxyJump none\nHost *\n  ProxyJump ssh://u@outer:23\n"},
	{"jump with a token", "ProxyJump gate-%h\n"},
	{"proxy command", "Host web\n  ProxyCommand nc -X \"a b\" %h %p # %r@%n %%\nHost db\n  ProxyCommand none\nHost *\n  ProxyCommand=ssh -W %h:%p gate\n"},
	{"jump, then proxy", "ProxyJump gate\nProxyCommand nc %h %p\n"},
	{"proxy, then jump", "ProxyCommand nc %h %p\nProxyJump gate\n"},
	{"no jump, then proxy", "ProxyJump none\nProxyCommand nc %h %p\n"},
	{"several that are none", "ProxyCommand none\nProxyJump gate\nHost web\n  ProxyCommand late\n"},
	{"no jump, then a jump", "ProxyJump NONE\nProxyJump gate\n"},
	{"environment", "Host web\n  SendEnv MARSH_A* MARSH_B\n  SendEnv -MARSH_AB\n  SetEnv X=1 \"Y=a b\" Z='c d'\n  SetEnv W=late\nHost *\n  SendEnv MARSH_B MARSH_C\n"},
	{"match all", "Match all\n  User every\n"},
	{"match host", "Host web\n  HostName real.example\nMatch host real.*\n  User matched\nMatch host web\n  Port 99\nMatch !host real.*,db\n  User other\n"},
	{"match originalhost", "Host *\n  HostName one.example\nMatch originalhost web,10.*\n  User matched\nMatch originalhost=db\n  User db\nMatch originalhost SERVER*\n  User big\n"},
	{"match user", "Match user op\n  Port 1234\nHost web\n  User op\nMatch user op,x*\n  Port 4321\nMatch user root\n  ConnectTimeout 3\n"},
	{"match localuser", "Match localuser root\n  User root-there\nMatch !localuser root\n  User guest\n"},
	{"match exec", "Match exec \"test %h = web\"\n  User exec\nMatch originalhost db exec \"test %n.%p.%r = db.22.$(id -un)\"\n  Port 2201\nMatch !exec false host 10.*\n  Port 2202\nMatch exec \"exit 3\"\n  User never\n"},
	{"match final", "Host web\n  HostName real.example\nMatch final host real.example\n  User late\nMatch final !host real.*\n  Port 2300\nHost real.example\n  ConnectTimeout 8\n"},
	{"match final all", "Match final all\n  User late\nMatch canonical all\n  Port 77\n"},
	{"match canonical", "Match canonical\n  User never\n"},
	{"match several", "Host web\n  User op\nMatch host web user op localuser root\n  Port 5\nMatch host web user nobody\n  Port 6\n"},
	{"include", "Host web\n  Include DIR/inc_user\n  Port 22\nHost db\n  Include DIR/inc_*\n"},
	{"include at the top", "Include DIR/inc_host DIR/no/such/file\nUser after\n"},
	{"include in a block for others", "Host nobody\n  Include DIR/inc_host\nHost *\n  User after\n"},
	{"unknown but forgiven", "IgnoreUnknown Use*,ApplePay\nUseKeychain yes\nHost web\n  ApplePay no\n  User op\n"},
	{"not ours", "Compression yes\nControlMaster auto\nControlPath ~/.ssh/%C\nControlPersist 10m\nForwardX11 no\nLocalForward 80 localhost:80\nLogLevel QUIET\nRequestTTY no\nTCPKeepAlive yes\nGSSAPIAuthentication yes\nAddKeysToAgent yes\nEscapeChar none\n"},
}

var sameHosts = []string{"web", "db", "web2", "Server01", "10.0.0.1", "op@web:2022"}

// sameFiles are what the files include.
var sameFiles = map[string]string{
	"inc_user": "User included\nPort 2222\n",
	"inc_host": "Host web\n  User from-include\n  Port 2323\nHost *\n  ConnectTimeout 4\n",
}

func TestOurReaderMeansTheSame(t *testing.T) {
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		t.Skip("there is no ssh to compare with")
	}
	for _, name := range []string{"MARSH_A", "MARSH_AB", "MARSH_B", "MARSH_C"} {
		t.Setenv(name, "value of "+name)
	}
	t.Setenv("MY_AGENT", "/my/agent")
	t.Setenv("SSH_AUTH_SOCK", "/auth/sock")
	t.Setenv("SHELL", "/bin/sh")
	dir := t.TempDir()
	for name, text := range sameFiles {
		write(t, dir, name, text)
	}
	for i, c := range sameConfigs {
		file := write(t, dir, fmt.Sprintf("config%d", i), strings.ReplaceAll(c.text, "DIR", dir))
		for _, host := range sameHosts {
			compareReaders(t, ssh, file, c.name, host)
		}
	}
	t.Logf("%d files, %d hosts", len(sameConfigs), len(sameHosts))
}

func compareReaders(t *testing.T, ssh, file, name, host string) {
	t.Helper()
	target := jobs.Target{Name: host}
	p, err := parseTarget(target)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := askOpenSSH(t.Context(), ssh, file, p)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	ours, err := readFiles(t.Context(), file, p)
	if err != nil {
		t.Errorf("%s, %s: %v", name, host, err)
		return
	}
	want, wantErr := newSettings(theirs, p, target)
	got, gotErr := newSettings(ours, p, target)
	if fmt.Sprint(wantErr) != fmt.Sprint(gotErr) {
		t.Errorf("%s, %s: error %v, with ssh -G %v", name, host, gotErr, wantErr)
	}
	if wantErr != nil || gotErr != nil {
		return
	}
	forgetDefaults(want, ours)
	if d := cmp.Diff(want, got, cmp.AllowUnexported(settings{}, logins{}, trust{})); d != "" {
		t.Errorf("%s, %s (-ssh -G, +ours):\n%s", name, host, d)
	}
}

// forgetDefaults takes out of s the lists of algorithms that the file does not have: each
// program has its own default.
func forgetDefaults(s *settings, file options) {
	for key, list := range map[string]*[]string{
		"ciphers": &s.ciphers, "macs": &s.macs, "kexalgorithms": &s.kex, "hostkeyalgorithms": &s.hostKeyAlgos,
		"pubkeyacceptedalgorithms": &s.keyAlgos, "casignaturealgorithms": &s.authorities,
	} {
		if len(file[key]) == 0 {
			*list = nil
		}
	}
}

// What OpenSSH takes for a mistake is one for us too.
func TestMistakesAreTheSame(t *testing.T) {
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		t.Skip("there is no ssh to compare with")
	}
	dir := t.TempDir()
	for i, text := range []string{
		"Nonsense yes\n", "User\n", "User a b\n", "Host\n", "Match\n", "Match host\n", "Match all host x\n", "Match nothing x\n", "IdentitiesOnly maybe\n",
		"User \"op\n", "Port 22 23\n", "Include\n", "Host nobody\n  Nonsense yes\n",
	} {
		file := write(t, dir, fmt.Sprintf("config%d", i), text)
		if _, err := askOpenSSH(t.Context(), ssh, file, place{host: "web"}); err == nil {
			t.Errorf("%q: OpenSSH takes it", text)
		}
		if _, err := readFiles(t.Context(), file, place{host: "web"}); err == nil {
			t.Errorf("%q: we take it", text)
		}
	}
	for _, text := range []string{"CanonicalizeHostname yes\n", "Match tagged x\n", "Match localnetwork 10.0.0.0/8\n"} {
		_, err := readFiles(t.Context(), write(t, dir, "more", text), place{host: "web"})
		if jobs.AsError(err).Kind != jobs.KindUnsupported || !strings.Contains(err.Error(), "openssh-client") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAssemble(t *testing.T) {
	base := defaultAlgorithms("ciphers")
	all := strings.Join(base, ",")
	for list, want := range map[string]string{
		"a,b":             "a,b",
		"+3des-cbc":       all + ",3des-cbc",
		"+" + base[1]:     all,
		"^3des-cbc":       "3des-cbc," + all,
		"-aes*,chacha20*": "",
	} {
		if got := assemble("ciphers", list); got != want {
			t.Errorf("%s gives %s, want %s", list, got, want)
		}
	}
}

// Whatever is in the file, the reader ends, and what it says is one line.
func FuzzReader(f *testing.F) {
	for _, c := range sameConfigs {
		if !strings.Contains(c.text, "exec") { // no fuzzer is to run programs
			f.Add(c.text)
		}
	}
	f.Setenv("SHELL", "/bin/true") // should it find another way to write exec
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(strings.ToLower(text), "exec") || strings.Contains(strings.ToLower(text), "include") {
			return
		}
		p := place{host: "web"}
		o, err := readFiles(t.Context(), write(t, dir, "config", text), p)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("message %q", err)
			}
			return
		}
		s, err := newSettings(o, p, jobs.Target{Name: "web"})
		if err == nil && (!plainName(s.host) || s.port < 1 || s.timeout <= 0 || s.attempts < 1) {
			t.Errorf("%q gives %+v", text, s)
		}
	})
}

func FuzzSplitArgs(f *testing.F) {
	for _, s := range []string{`a "b c" d`, `"`, `a\ b`, `a # b`, `'a"b'"c'd"`, `\\`, `a"b"c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words, err := splitArgs(s)
		if err != nil {
			return
		}
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w) + `"`
		}
		again, err := splitArgs(strings.Join(quoted, " "))
		if err != nil || !cmp.Equal(words, again) {
			t.Errorf("%q: %q, then %q (%v)", s, words, again, err)
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("a*b?c", "aXbYc")
	f.Add("**", "")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if strings.ContainsAny(pattern, `[]\-^`) || strings.ContainsAny(s, "/") || strings.Contains(pattern, "/") || !isASCII(pattern+s) {
			return
		}
		want, err := filepath.Match(pattern, s)
		if err == nil && match(pattern, s) != want {
			t.Errorf("%q, %q: %v", pattern, s, !want)
		}
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 126 || r == 0 })
}
