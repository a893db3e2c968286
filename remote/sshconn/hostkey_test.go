package sshconn_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// answers is a Prompter with prepared answers; it keeps the questions.
type answers struct {
	give  []string
	asked []sshconn.Question
}

func (a *answers) Prompt(_ context.Context, q sshconn.Question) (string, error) {
	a.asked = append(a.asked, q)
	answer := a.give[0]
	a.give = a.give[1:]
	return answer, nil
}

// strict starts a server whose host key nobody knows.
func strict(t *testing.T, mode string) *sshtest.Server {
	t.Helper()
	s := sshtest.Start(t, sshtest.Options{Client: []string{"StrictHostKeyChecking " + mode}})
	if err := os.Remove(s.KnownHosts); err != nil {
		t.Fatal(err)
	}
	return s
}

func try(t *testing.T, s *sshtest.Server, cfg sshconn.Config) error {
	t.Helper()
	cfg.File = s.Config()
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01"}, cfg)
	if err == nil {
		c.Close()
	}
	return err
}

func fingerprint(t *testing.T, file string) string {
	t.Helper()
	key, err := sshconn.LoadOrCreateKey(file)
	if err != nil {
		t.Fatal(err)
	}
	return key.Fingerprint()
}

func TestUnknownHostIsRefused(t *testing.T) {
	for _, mode := range []string{"ask", "yes"} {
		s := strict(t, mode)
		wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "Server01", "is not known", fingerprint(t, s.HostKey), "ssh -F "+s.Config()+" Server01")
	}
	s := strict(t, "yes")
	a := &answers{give: []string{"yes"}}
	wantError(t, try(t, s, sshconn.Config{Ask: a}), jobs.KindHostKey, "is not known")
	if len(a.asked) != 0 {
		t.Error("asked in spite of StrictHostKeyChecking yes")
	}
}

func TestUnknownHostIsAsked(t *testing.T) {
	s := strict(t, "ask")
	print := fingerprint(t, s.HostKey)
	a := &answers{give: []string{"no"}}
	wantError(t, try(t, s, sshconn.Config{Ask: a}), jobs.KindHostKey, "not accepted")
	if len(a.asked) != 1 || a.asked[0].Secret || !strings.Contains(a.asked[0].Text, print) {
		t.Errorf("asked %+v", a.asked)
	}
	if _, err := os.Stat(s.KnownHosts); err == nil {
		t.Error("a refused key was remembered")
	}
	for _, yes := range [][]string{{"what?", "yes"}, {print}} {
		os.Remove(s.KnownHosts)
		if err := try(t, s, sshconn.Config{Ask: &answers{give: yes}}); err != nil {
			t.Fatal(err)
		}
		if err := try(t, s, sshconn.Config{}); err != nil {
			t.Errorf("the accepted key is not known: %v", err)
		}
	}
}

func TestAcceptNew(t *testing.T) {
	for _, mode := range []string{"accept-new", "no"} {
		s := strict(t, mode)
		var told []string
		if err := try(t, s, sshconn.Config{Warn: func(m string) { told = append(told, m) }}); err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || !strings.Contains(told[0], fingerprint(t, s.HostKey)) {
			t.Errorf("told %q", told)
		}
		text, err := os.ReadFile(s.KnownHosts)
		if err != nil || !strings.Contains(string(text), "[127.0.0.2]:") {
			t.Errorf("%q, %v", text, err)
		}
	}
}

func TestHashedHost(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"StrictHostKeyChecking accept-new", "HashKnownHosts yes"}})
	if err := os.WriteFile(s.KnownHosts, []byte("# no newline at the end"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(s.KnownHosts)
	if !strings.Contains(string(text), "end\n|1|") || strings.Contains(string(text), "127.0.0.2") {
		t.Errorf("%q", text)
	}
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Errorf("the hashed host is not known: %v", err)
	}
}

func TestChangedHostKey(t *testing.T) {
	for _, mode := range []string{"yes", "ask", "accept-new"} {
		s := strict(t, mode)
		other, err := sshconn.LoadOrCreateKey(filepath.Join(s.Dir, "other"))
		if err != nil {
			t.Fatal(err)
		}
		known := "# a comment\n" + other.KnownHost(s.HostAddr(0))
		if err := os.WriteFile(s.KnownHosts, []byte(known), 0o600); err != nil {
			t.Fatal(err)
		}
		err = try(t, s, sshconn.Config{Ask: &answers{give: []string{"yes"}}})
		wantError(t, err, jobs.KindHostKey, "Server01", "has changed", s.KnownHosts+":2", fingerprint(t, s.HostKey), "ssh-keygen -f")
	}
}

func TestMalformedLinesAreSkipped(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	good, err := os.ReadFile(s.KnownHosts)
	if err != nil {
		t.Fatal(err)
	}
	bad := "nonsense\n@unknown x ssh-ed25519 AAAA\n|1|x|y ssh-ed25519 AAAA\n[127.0.0.2 ssh-ed25519 AAAA\n"
	if err := os.WriteFile(s.KnownHosts, []byte(bad+string(good)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Errorf("%v", err)
	}
}

func TestRevokedHostKey(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	known, _ := os.ReadFile(s.KnownHosts)
	fields := strings.Fields(string(known))
	if err := os.WriteFile(s.KnownHosts, []byte(string(known)+"@revoked * "+fields[1]+" "+fields[2]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "revoked", s.KnownHosts+":3")
}

func TestHostKeyAlias(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"HostKeyAlias the-machine"}})
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindHostKey, "is not known")
	key, err := sshconn.LoadOrCreateKey(s.HostKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.KnownHosts, []byte(key.KnownHost("the-machine:22")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Error(err)
	}
}
