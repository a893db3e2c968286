package sshconn_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// picture returns what ssh-keygen -lv shows of a key: the line with its fingerprint, and
// the picture.
func picture(t *testing.T, file string) string {
	t.Helper()
	_, art, _ := strings.Cut(command(t, nil, "ssh-keygen", "-lv", "-f", file+".pub"), "\n")
	return strings.TrimSpace(art)
}

// hostKey makes a key of a kind for the server, beside the one that it has.
func hostKey(t *testing.T, kind ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "host")
	command(t, nil, "ssh-keygen", append([]string{"-q", "-N", "", "-f", file, "-t"}, kind...)...)
	return file
}

func TestRandomart(t *testing.T) {
	for _, kind := range [][]string{{"ed25519"}, {"ecdsa", "-b", "384"}, {"rsa", "-b", "2048"}} {
		file := hostKey(t, kind...)
		s := sshtest.Start(t, sshtest.Options{Config: []string{"HostKey " + file, "HostKeyAlgorithms " + map[string]string{"ed25519": "ssh-ed25519", "ecdsa": "ecdsa-sha2-nistp384", "rsa": "rsa-sha2-512"}[kind[0]]}, Client: []string{"StrictHostKeyChecking ask"}})
		put(t, s.KnownHosts, "")
		a := &answers{give: []string{"no"}}
		try(t, s, sshconn.Config{Ask: a})
		if len(a.asked) != 1 {
			t.Fatalf("%v: asked %+v", kind, a.asked)
		}
		if text := a.asked[0].Text; !strings.Contains(text, picture(t, file)) || !strings.Contains(text, fingerprint(t, file)) {
			t.Errorf("%v: asked\n%s\nwant\n%s", kind, text, picture(t, file))
		}
	}
}

func TestVisualHostKey(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"VisualHostKey yes"}})
	var told []string
	if err := try(t, s, sshconn.Config{Warn: func(m string) { told = append(told, m) }}); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || !strings.Contains(told[0], "[ED25519 256]") || !strings.Contains(told[0], fingerprint(t, s.HostKey)) {
		t.Errorf("told %q", told)
	}
}

// With StrictHostKeyChecking no a changed key is a warning, and the machine gets no
// password and no agent.
func TestChangedHostKeyThatDoesNotMatter(t *testing.T) {
	for _, mode := range []string{"no", "off"} {
		s := strict(t, mode)
		put(t, s.KnownHosts, mustKey(t, filepath.Join(s.Dir, "other")).KnownHost(s.HostAddr(0)))
		var told []string
		a := &answers{give: []string{sshtest.Password}}
		if err := try(t, s, sshconn.Config{Ask: a, Warn: func(m string) { told = append(told, m) }}); err != nil {
			t.Fatalf("%s: %v", mode, err)
		}
		if len(told) != 1 || !strings.Contains(told[0], "has changed") || !strings.Contains(told[0], "ssh-keygen -f") {
			t.Errorf("told %q", told)
		}
	}
	s := withPassword(t, "password", sshtest.Options{Client: []string{"StrictHostKeyChecking no"}})
	put(t, s.KnownHosts, mustKey(t, filepath.Join(s.Dir, "other")).KnownHost(s.HostAddr(0)))
	a := &answers{give: []string{sshtest.Password}}
	wantError(t, try(t, s, sshconn.Config{Ask: a}), jobs.KindAuth, "not sent to a machine whose key has changed")
	if len(a.asked) > 0 {
		t.Error("asked for the password of a machine whose key has changed")
	}
}

func mustKey(t *testing.T, file string) *sshconn.Key {
	t.Helper()
	key, err := sshconn.LoadOrCreateKey(file)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// A machine has several keys; whichever of them is known is the one that is asked for.
func TestSeveralHostKeys(t *testing.T) {
	ecdsa, rsa := hostKey(t, "ecdsa"), hostKey(t, "rsa", "-b", "2048")
	s := sshtest.Start(t, sshtest.Options{Config: []string{"HostKey " + ecdsa, "HostKey " + rsa}})
	for _, file := range []string{ecdsa, rsa, s.HostKey} {
		put(t, s.KnownHosts, mustKey(t, file).KnownHost(s.HostAddr(0)))
		if err := try(t, s, sshconn.Config{}); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// A machine of which another kind of key is known is asked about, with what is known.
func TestOtherKindOfHostKey(t *testing.T) {
	s := strict(t, "ask")
	other := hostKey(t, "ecdsa")
	put(t, s.KnownHosts, mustKey(t, other).KnownHost(s.HostAddr(0)))
	a := &answers{give: []string{"yes"}}
	if err := try(t, s, sshconn.Config{Ask: a}); err != nil {
		t.Fatal(err)
	}
	if len(a.asked) != 1 || !strings.Contains(a.asked[0].Text, "other kinds of keys are known") || !strings.Contains(a.asked[0].Text, "ECDSA "+fingerprint(t, other)) {
		t.Errorf("asked %+v", a.asked)
	}
	put(t, s.KnownHosts, mustKey(t, other).KnownHost(s.HostAddr(0)))
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "is not known")
}

// hostCertificate has an authority sign the server's key, and returns the options for it
// and the authority's known_hosts entry.
func hostCertificate(t *testing.T, args ...string) (o sshtest.Options, authority string) {
	t.Helper()
	key, ca := hostKey(t, "ecdsa"), hostKey(t, "ed25519") // of different kinds
	command(t, nil, "ssh-keygen", append(append([]string{"-q", "-s", ca, "-I", "host", "-h"}, args...), key+".pub")...)
	public, err := os.ReadFile(ca + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return sshtest.Options{Config: []string{"HostKey " + key, "HostCertificate " + key + "-cert.pub"}}, "@cert-authority [127.0.0.*]:* " + string(public)
}

func TestHostCertificates(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string // in the error; "" for none
	}{
		"good":            {[]string{"-n", "127.0.0.2"}, ""},
		"expired":         {[]string{"-n", "127.0.0.2", "-V", "20200101:20200102"}, "does not hold"},
		"wrong principal": {[]string{"-n", "elsewhere"}, "does not hold"},
	} {
		t.Run(name, func(t *testing.T) {
			o, authority := hostCertificate(t, c.args...)
			s := sshtest.Start(t, o)
			_, port, _ := strings.Cut(s.HostAddr(0), ":")
			put(t, s.KnownHosts, strings.Replace(authority, "[127.0.0.*]:*", "[127.0.0.2]:"+port, 1))
			err := try(t, s, sshconn.Config{})
			if c.want == "" && err != nil {
				t.Error(err)
			} else if c.want != "" {
				wantError(t, err, jobs.KindHostKey, c.want)
			}
		})
	}
}

func TestCertificateOfAnAuthorityThatIsNotStrongEnough(t *testing.T) {
	o, authority := hostCertificate(t, "-n", "127.0.0.2")
	o.Client = []string{"CASignatureAlgorithms rsa-sha2-512"}
	s := sshtest.Start(t, o)
	_, port, _ := strings.Cut(s.HostAddr(0), ":")
	put(t, s.KnownHosts, strings.Replace(authority, "[127.0.0.*]:*", "[127.0.0.2]:"+port, 1))
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "ssh-ed25519", "CASignatureAlgorithms")
}

// A machine whose authority is known, and that shows a key without a certificate, is one
// that nobody knows, not one that has changed.
func TestKeyWithoutTheCertificate(t *testing.T) {
	_, authority := hostCertificate(t, "-n", "127.0.0.2")
	s := sshtest.Start(t, sshtest.Options{})
	_, port, _ := strings.Cut(s.HostAddr(0), ":")
	put(t, s.KnownHosts, strings.Replace(authority, "[127.0.0.*]:*", "[127.0.0.2]:"+port, 1))
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "is not known")
}

// A certificate of an authority that nobody knows does not keep the machine from being
// met for the first time by its key.
func TestCertificateOfAnUnknownAuthority(t *testing.T) {
	o, _ := hostCertificate(t, "-n", "127.0.0.2")
	o.Client = []string{"StrictHostKeyChecking accept-new"}
	s := sshtest.Start(t, o)
	put(t, s.KnownHosts, "")
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Error(err)
	}
}

func TestRevokedHostKeys(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "revoked")
	s := sshtest.Start(t, sshtest.Options{Client: []string{"RevokedHostKeys " + file}})
	put(t, file, "# nothing\n"+mustKey(t, dir+"/other").AuthorizedKey())
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Error(err)
	}
	put(t, file, mustKey(t, dir+"/other").AuthorizedKey()+mustKey(t, s.HostKey).AuthorizedKey())
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "revoked", file, fingerprint(t, s.HostKey))
	command(t, nil, "ssh-keygen", "-q", "-k", "-f", file)
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindUnsupported, "RevokedHostKeys", file, "ssh-keygen -k")
	os.Remove(file)
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "RevokedHostKeys cannot be read")
}

func TestCheckHostIP(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"CheckHostIP yes", "Match originalhost byname", "    HostName localhost", "    AddressFamily inet"}})
	_, port, _ := strings.Cut(s.HostAddr(0), ":")
	m := between(t, s.HostAddr(0), nil) // at 127.0.0.1, which localhost is
	_, near, _ := strings.Cut(m.addr, ":")
	known := mustKey(t, s.HostKey).KnownHost("localhost:" + near)
	target := jobs.Target{Name: "byname:" + near}
	dialIt := func(cfg sshconn.Config) error {
		cfg.File = s.Config()
		c, err := sshconn.Dial(t.Context(), target, cfg)
		if err == nil {
			c.Close()
		}
		return err
	}
	put(t, s.KnownHosts, known)
	if err := dialIt(sshconn.Config{}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(s.KnownHosts)
	if !strings.Contains(string(text), "[127.0.0.1]:"+near) {
		t.Errorf("the address was not remembered (server's port %s): %s", port, text)
	}
	put(t, s.KnownHosts, known+mustKey(t, s.Dir+"/other").KnownHost("127.0.0.1:"+near))
	wantError(t, dialIt(sshconn.Config{}), jobs.KindHostKey, "its address", "CheckHostIP", fingerprint(t, s.HostKey))
}

// Where the address alone is compared, this machine needs no known key.
func TestNoHostAuthenticationForLocalhost(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"NoHostAuthenticationForLocalhost yes"}})
	put(t, s.KnownHosts, "")
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Error(err)
	}
	if text, _ := os.ReadFile(s.KnownHosts); len(text) > 0 {
		t.Errorf("remembered %s", text)
	}
}

// The keys that OpenSSH's server offers after the login change nothing.
func TestUpdateHostKeysIsIgnored(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{"HostKey " + hostKey(t, "ecdsa")}, Client: []string{"UpdateHostKeys yes"}})
	before, _ := os.ReadFile(s.KnownHosts)
	if _, _, err := run(t, dial(t, s, "Server01"), "true", ""); err != nil {
		t.Error(err)
	}
	if after, _ := os.ReadFile(s.KnownHosts); string(after) != string(before) {
		t.Errorf("known_hosts is now %s", after)
	}
}

func TestSeveralKnownHostsFiles(t *testing.T) {
	dir := t.TempDir()
	s := sshtest.Start(t, sshtest.Options{Client: []string{
		"Match originalhost Server01", "    UserKnownHostsFile " + dir + "/none " + dir + "/second",
		"Match originalhost Server02", "    UserKnownHostsFile none", "    GlobalKnownHostsFile " + dir + "/global"}})
	put(t, dir+"/second", mustKey(t, s.HostKey).KnownHost(s.HostAddr(0)))
	put(t, dir+"/global", mustKey(t, s.HostKey).KnownHost(s.HostAddr(1)))
	for _, name := range []string{"Server01", "Server02"} {
		dial(t, s, name)
	}
}
