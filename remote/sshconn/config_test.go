package sshconn

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
)

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		target jobs.Target
		want   place
	}{
		{jobs.Target{Name: "Server01"}, place{host: "Server01"}},
		{jobs.Target{Name: "me@Server01"}, place{host: "Server01", user: "me"}},
		{jobs.Target{Name: "me@Server01:2222"}, place{"Server01", "me", 2222}},
		{jobs.Target{Name: "ssh://me@Server01:2222/"}, place{"Server01", "me", 2222}},
		{jobs.Target{Name: "me@corp@Server01"}, place{host: "Server01", user: "me@corp"}},
		{jobs.Target{Name: "::1"}, place{host: "::1"}},
		{jobs.Target{Name: "[::1]"}, place{host: "::1"}},
		{jobs.Target{Name: "[::1]:22"}, place{host: "::1", port: 22}},
		{jobs.Target{Name: "me@Server01:2222", User: "you", Port: 3}, place{"Server01", "you", 3}},
	} {
		got, err := parseTarget(c.target)
		if err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v; want %+v", c.target, got, err, c.want)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"a", "u@h:1", "ssh://u@[::1]:22/", "-x", "@", ":", "[", "[]", "a@-b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		p, err := parseTarget(jobs.Target{Name: name})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q: message %q", name, err)
			}
			return
		}
		if p.host == "" || p.host[0] == '-' || strings.HasPrefix(p.user, "-") || strings.ContainsAny(p.host+p.user, " \n\x00;`$'") || p.port < 0 || p.port > 65535 {
			t.Errorf("%q gives %+v", name, p)
		}
		if args := openSSHArgs("", p); args[len(args)-2] != "--" {
			t.Errorf("arguments %q", args)
		}
	})
}

func TestParseOptions(t *testing.T) {
	o := parseOptions([]byte("User me\nidentityfile ~/a b\nidentityfile c\r\nport 22\nempty\n\n"))
	if o.first("user", "") != "me" || o.first("port", "") != "22" || o.first("none", "x") != "x" || !slices.Equal(o["identityfile"], []string{"~/a b", "c"}) {
		t.Errorf("%q", o)
	}
}

func FuzzParseOptions(f *testing.F) {
	f.Add([]byte("user me\nproxyjump a,b\nport x\nconnecttimeout 1h\nidentityfile %h\n"))
	f.Add([]byte("hostname %h.example\nuserknownhostsfile /a b /c\nidentityagent $X\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o := parseOptions(text)
		for key := range o {
			if key == "" || strings.ContainsAny(key, " \n") {
				t.Errorf("key %q", key)
			}
		}
		s, err := newSettings(o, place{host: "h"}, jobs.Target{Name: "h"})
		if err == nil && (!plainName(s.host) || s.port < 1 || s.timeout <= 0) {
			t.Errorf("%q gives %+v", text, s)
		}
	})
}

func TestSettings(t *testing.T) {
	t.Setenv("KEYS", "/keys")
	t.Setenv("MY_AGENT", "/agent")
	o := parseOptions([]byte(`hostname %h.example.test
user op
port 2200
identityfile ~/k_%r_%h_%p_%n
identityfile ${KEYS}/x
identityagent $MY_AGENT
connecttimeout 7
proxyjump a,b
userknownhostsfile /a b/c /d
globalknownhostsfile none
stricthostkeychecking true
hostkeyalias Alias
`))
	s, err := newSettings(o, place{host: "web"}, jobs.Target{Name: "web"})
	if err != nil {
		t.Fatal(err)
	}
	home, err := homeDir()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{home + "/k_op_web.example.test_2200_web", "/keys/x"}; !slices.Equal(s.identities, want) {
		t.Errorf("identities %q, want %q", s.identities, want)
	}
	if want := []string{"/a b/c", "/d"}; !slices.Equal(s.userKnown, want) || len(s.globalKnown) != 0 {
		t.Errorf("known hosts %q, %q", s.userKnown, s.globalKnown)
	}
	if s.addr() != "web.example.test:2200" || s.timeout != 7*time.Second || s.strict != "yes" || s.agentSocket != "/agent" || !slices.Equal(s.jumps, []string{"a", "b"}) {
		t.Errorf("%+v", s)
	}
	if s.knownAddr() != "alias:22" {
		t.Errorf("known as %q", s.knownAddr())
	}
}

func TestBadTokens(t *testing.T) {
	for _, text := range []string{"hostname %x", "hostname a;b", "identityfile %", "identityfile ${UNSET_IN_TESTS}", "identityfile ${", "port 0", "connecttimeout soon"} {
		if _, err := newSettings(parseOptions([]byte(text)), place{host: "h"}, jobs.Target{Name: "h"}); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

// write writes a file in dir and returns its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesWithoutOpenSSH(t *testing.T) {
	dir := t.TempDir()
	more := write(t, dir, "more", "Host web\n  User included\n")
	file := write(t, dir, "config", "Include "+more+"\nHost web\n  User later\n  Port 2200\n  IdentityFile /a\n  IdentityFile /b\nHost *\n  HostName %h.example\n  ProxyJump gate\n")
	o, err := readFiles(t.Context(), file, place{host: "web"})
	if err != nil {
		t.Fatal(err)
	}
	if o.first("user", "") != "included" || o.first("port", "") != "2200" || o.first("hostname", "") != "web.example" || o.first("proxyjump", "") != "gate" || !slices.Equal(o["identityfile"], []string{"/a", "/b"}) {
		t.Errorf("%q", o)
	}
	if _, err := readFiles(t.Context(), filepath.Join(dir, "missing"), place{host: "web"}); err == nil {
		t.Error("a missing -F file is no error")
	}
}

func TestOptionsThatAreNotSupported(t *testing.T) {
	for _, u := range unsupported {
		if err := (options{}).checkSupported("h"); err != nil {
			t.Fatal(err)
		}
		err := (options{u.key: {"something"}}).checkSupported("h")
		if err == nil || !strings.Contains(err.Error(), u.key) {
			t.Errorf("%s: %v", u.key, err)
		}
	}
}

func TestClip(t *testing.T) {
	if got := clip(" a\r\nb\x1b[2J\u202ec \n"); got != "a; b?[2J?c" {
		t.Errorf("%q", got)
	}
	if got := clip(strings.Repeat("é", 1000)); len(got) > maxText+len("…") {
		t.Errorf("%d bytes", len(got))
	}
}
