package sshconn_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// keygen makes a key of the kind with OpenSSH's own tool, and has the server take
// it and no other.
func keygen(t *testing.T, s *sshtest.Server, kind, passphrase string, more ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	command(t, nil, "ssh-keygen", append([]string{"-q", "-t", kind, "-N", passphrase, "-f", path}, more...)...)
	public, err := os.ReadFile(path + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.AuthorizedKeys, public, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func command(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func tryKey(t *testing.T, s *sshtest.Server, key string, ask sshconn.Prompter) error {
	t.Helper()
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01", KeyFile: key}, sshconn.Config{File: s.Config(), Ask: ask})
	if err == nil {
		c.Close()
	}
	return err
}

func TestKeyKinds(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	for _, args := range [][]string{{"ed25519"}, {"ecdsa", "-b", "384"}, {"rsa", "-b", "2048"}, {"rsa", "-b", "2048", "-m", "PEM"}} {
		if err := tryKey(t, s, keygen(t, s, args[0], "", args[1:]...), nil); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestPassphrase(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	for _, more := range [][]string{{"-a", "1"}, {"-m", "PEM"}} { // few rounds: it is not the hash that is tested
		key := keygen(t, s, "rsa", "open sesame", more...)
		wantError(t, tryKey(t, s, key, nil), jobs.KindAuth, key, "passphrase", "ssh-add")
		a := &answers{give: []string{"wrong", "open sesame"}}
		if err := tryKey(t, s, key, a); err != nil {
			t.Errorf("%v: %v", more, err)
		}
		if len(a.asked) != 2 || !a.asked[0].Secret || !strings.Contains(a.asked[0].Text, key) {
			t.Errorf("%v: asked %+v", more, a.asked)
		}
		wantError(t, tryKey(t, s, key, &answers{give: []string{"a", "b", "c"}}), jobs.KindAuth, "passphrase was wrong")
	}
}

func TestNoPassphraseForUnwantedKey(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	key := keygen(t, s, "ed25519", "secret", "-a", "1")
	if err := os.WriteFile(s.AuthorizedKeys, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a := &answers{}
	wantError(t, tryKey(t, s, key, a), jobs.KindAuth, key)
	if len(a.asked) != 0 {
		t.Errorf("asked for the passphrase of a key that the server does not want: %+v", a.asked)
	}
}

func TestAnotherKeyAfterAWrongPassphrase(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	both, err := os.ReadFile(s.AuthorizedKeys)
	if err != nil {
		t.Fatal(err)
	}
	key := keygen(t, s, "ed25519", "secret", "-a", "1")
	locked, _ := os.ReadFile(s.AuthorizedKeys)
	if err := os.WriteFile(s.AuthorizedKeys, append(both, locked...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tryKey(t, s, key, &answers{give: []string{""}}); err != nil {
		t.Error(err)
	}
}

func TestOpenKeyFile(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	key := keygen(t, s, "ed25519", "")
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, tryKey(t, s, key, nil), jobs.KindAuth, key, "0644", "chmod 600")
}

// startAgent starts a real ssh-agent in the foreground and returns its socket.
func startAgent(t *testing.T) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "agent")
	cmd := exec.Command("ssh-agent", "-D", "-a", socket)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil { // it prints its socket when it listens
		t.Fatal(err)
	}
	return socket
}

func TestAgent(t *testing.T) {
	socket := startAgent(t)
	t.Setenv("SSH_AUTH_SOCK", socket)
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent SSH_AUTH_SOCK", "IdentitiesOnly no"}})
	for i := range 3 { // others before the right one
		other := filepath.Join(t.TempDir(), "other")
		command(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "other"+string(rune('0'+i)), "-f", other)
		command(t, nil, "ssh-add", "-q", other)
	}
	key := keygen(t, s, "rsa", "", "-C", "the right one")
	command(t, nil, "ssh-add", "-q", key)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Fatalf("%v\n%s", err, s.Log())
	}
	if err := os.WriteFile(s.AuthorizedKeys, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, "agent key other0", "agent key the right one", s.ClientKey)
}

func TestAgentChosenByPublicKey(t *testing.T) {
	socket := startAgent(t)
	t.Setenv("SSH_AUTH_SOCK", socket)
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent SSH_AUTH_SOCK"}})
	key := keygen(t, s, "ed25519", "hidden", "-a", "1")
	command(t, []string{"SSH_ASKPASS_REQUIRE=force", "SSH_ASKPASS=" + askpass(t, "hidden")}, "ssh-add", "-q", key)
	if err := tryKey(t, s, key+".pub", nil); err != nil { // the agent has the private half
		t.Error(err)
	}
	if err := tryKey(t, s, key, nil); err != nil { // locked on disk, open in the agent
		t.Error(err)
	}
}

// askpass writes a program that prints the passphrase.
func askpass(t *testing.T, passphrase string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "askpass")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho "+passphrase+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAgentIsGone(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent /no/such/socket"}})
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Errorf("the key alone should do: %v", err)
	}
	if err := os.WriteFile(s.AuthorizedKeys, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, "/no/such/socket")
}

func TestTooManyKeys(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{"MaxAuthTries 1"}})
	key := keygen(t, s, "ed25519", "")
	text, _ := os.ReadFile(s.ClientKey)
	if err := os.WriteFile(s.AuthorizedKeys, bytes.TrimSpace(nil), 0o600); err != nil || len(text) == 0 {
		t.Fatal(err)
	}
	wantError(t, tryKey(t, s, key, nil), jobs.KindAuth, "MaxAuthTries", "IdentitiesOnly")
}

func TestOnlyPasswords(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{"PubkeyAuthentication no", "PasswordAuthentication yes"}})
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, "takes passwords", "nobody is there to ask", "SSH_ASKPASS")
}

func TestCertificate(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	ca := filepath.Join(s.Dir, "ca")
	command(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca)
	key := keygen(t, s, "ed25519", "")
	who := strings.TrimSpace(command(t, nil, "id", "-un"))
	command(t, nil, "ssh-keygen", "-q", "-s", ca, "-I", "test", "-n", who, key+".pub")
	public, err := os.ReadFile(ca + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.AuthorizedKeys, append([]byte("cert-authority "), public...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tryKey(t, s, key, nil); err != nil {
		t.Errorf("%v\n%s", err, s.Log())
	}
}
