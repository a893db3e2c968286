package sshconn_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// loaded starts an agent with n keys and returns the path of the last one's public half,
// which is the one that the server takes.
func loaded(t *testing.T, s *sshtest.Server, n int) string {
	t.Helper()
	t.Setenv("SSH_AUTH_SOCK", startAgent(t))
	var key string
	for range n {
		key = keygen(t, s, "ed25519", "")
		command(t, nil, "ssh-add", "-q", key)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	return key + ".pub"
}

// Each key offered is one of the server's MaxAuthTries, six by default.
func TestAgentWithTenKeys(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent SSH_AUTH_SOCK",
		"Match originalhost Server01", "    IdentitiesOnly no"}})
	public := loaded(t, s, 10)
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, "Server01", "too many failures", "MaxAuthTries", "IdentitiesOnly yes")
	for _, name := range []string{"Server01", "Server02"} { // the one that is named comes first, or alone
		c, err := sshconn.Dial(t.Context(), jobs.Target{Name: name, KeyFile: public}, sshconn.Config{File: s.Config()})
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	if text := s.Log(); strings.Count(text, "Failed publickey") > 7 {
		t.Errorf("others were offered before the one that was named\n%s", text)
	}
}

func TestAgentKeyNamedInConfig(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "named.pub")
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent SSH_AUTH_SOCK", "IdentitiesOnly no", "IdentityFile " + link}})
	if err := os.Symlink(loaded(t, s, 10), link); err != nil {
		t.Fatal(err)
	}
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Error(err)
	}
}

func TestPubkeyAcceptedAlgorithms(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{
		"Match originalhost Server01", "    PubkeyAcceptedAlgorithms rsa-sha2-256",
		"Match originalhost Server02", "    RequiredRSASize 4096"}})
	key := keygen(t, s, "rsa", "", "-b", "2048")
	if err := tryKey(t, s, key, nil); err != nil {
		t.Error(err)
	}
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server02", KeyFile: key}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindAuth, key, "2048 bits", "RequiredRSASize is 4096")
	wantError(t, tryKey(t, s, keygen(t, s, "ed25519", ""), nil), jobs.KindAuth, "PubkeyAcceptedAlgorithms does not have ssh-ed25519")
}

// certified makes a key with a certificate that an authority, which the server trusts, has
// signed with these arguments of ssh-keygen; the passphrase is the key's.
func certified(t *testing.T, s *sshtest.Server, passphrase string, args ...string) (key string) {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca")
	command(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ca)
	key = keygen(t, s, "ed25519", passphrase, "-a", "1")
	command(t, nil, "ssh-keygen", append(append([]string{"-q", "-s", ca, "-I", "test"}, args...), key+".pub")...)
	public, err := os.ReadFile(ca + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	put(t, s.AuthorizedKeys, "cert-authority "+string(public))
	return key
}

func TestUserCertificates(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	who := strings.TrimSpace(command(t, nil, "id", "-un"))
	if err := tryKey(t, s, certified(t, s, "hidden", "-n", who), &answers{give: []string{"hidden"}}); err != nil {
		t.Errorf("with a passphrase: %v", err)
	}
	for name, args := range map[string][]string{
		"expired":         {"-n", who, "-V", "20200101:20200102"},
		"wrong principal": {"-n", "somebody"},
	} {
		key := certified(t, s, "", args...)
		wantError(t, tryKey(t, s, key, nil), jobs.KindAuth, key+"-cert.pub")
		t.Log(name)
	}
	key := certified(t, s, "", "-n", who)
	elsewhere := filepath.Join(t.TempDir(), "cert")
	if err := os.Rename(key+"-cert.pub", elsewhere); err != nil {
		t.Fatal(err)
	}
	wantError(t, tryKey(t, s, key, nil), jobs.KindAuth, key)
	config, err := os.ReadFile(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	put(t, s.Config(), "CertificateFile "+elsewhere+"\n"+string(config))
	if err := tryKey(t, s, key, nil); err != nil {
		t.Errorf("CertificateFile: %v", err)
	}
	t.Setenv("SSH_AUTH_SOCK", startAgent(t))
	command(t, nil, "ssh-add", "-q", key)
	put(t, s.Config(), "IdentityAgent SSH_AUTH_SOCK\nCertificateFile "+elsewhere+"\nIdentityFile "+key+".pub\n"+string(config))
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Errorf("a certificate for a key of the agent: %v", err)
	}
}

// securityKey is an agent with a security key in software (PROTOCOL.u2f in OpenSSH's
// source), and a certificate for it where there is one.
type securityKey struct {
	agent.ExtendedAgent
	private ed25519.PrivateKey
	keys    []ssh.PublicKey
}

const skApplication = "ssh:"

func newSecurityKey(t *testing.T) *securityKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParsePublicKey(ssh.Marshal(struct {
		Kind        string
		Key         []byte
		Application string
	}{ssh.KeyAlgoSKED25519, public, skApplication}))
	if err != nil {
		t.Fatal(err)
	}
	return &securityKey{agent.NewKeyring().(agent.ExtendedAgent), private, []ssh.PublicKey{key}}
}

func (k *securityKey) List() ([]*agent.Key, error) {
	var out []*agent.Key
	for _, key := range k.keys {
		out = append(out, &agent.Key{Format: key.Type(), Blob: key.Marshal(), Comment: "a token"})
	}
	return out, nil
}

func (k *securityKey) SignWithFlags(_ ssh.PublicKey, data []byte, _ agent.SignatureFlags) (*ssh.Signature, error) {
	app, text := sha256.Sum256([]byte(skApplication)), sha256.Sum256(data)
	rest := []byte{1, 0, 0, 0, 7} // touched, for the seventh time
	signed := append(append(app[:], rest...), text[:]...)
	return &ssh.Signature{Format: ssh.KeyAlgoSKED25519, Blob: ed25519.Sign(k.private, signed), Rest: rest}, nil
}

func (k *securityKey) Sign(key ssh.PublicKey, data []byte) (*ssh.Signature, error) {
	return k.SignWithFlags(key, data, 0)
}

// serve answers on a socket of its own until the test ends, and returns its path.
func (k *securityKey) serve(t *testing.T) string {
	t.Helper()
	return serveAgent(t, k)
}

func serveAgent(t *testing.T, a agent.Agent) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "agent")
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				agent.ServeAgent(a, c)
				c.Close()
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		work.Wait()
	})
	return socket
}

func TestSecurityKey(t *testing.T) {
	k := newSecurityKey(t)
	socket := k.serve(t)
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent " + socket, "IdentitiesOnly no"}})
	public := string(ssh.MarshalAuthorizedKey(k.keys[0]))
	put(t, s.AuthorizedKeys, public)
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Fatalf("%v\n%s", err, s.Log())
	}
	// The same with a certificate, which the agent has alone.
	dir := t.TempDir()
	put(t, dir+"/sk.pub", public)
	command(t, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir+"/ca")
	command(t, nil, "ssh-keygen", "-q", "-s", dir+"/ca", "-I", "test", "-n", strings.TrimSpace(command(t, nil, "id", "-un")), dir+"/sk.pub")
	text, err := os.ReadFile(dir + "/sk-cert.pub")
	if err != nil {
		t.Fatal(err)
	}
	cert, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		t.Fatal(err)
	}
	k.keys = []ssh.PublicKey{cert}
	ca, err := os.ReadFile(dir + "/ca.pub")
	if err != nil {
		t.Fatal(err)
	}
	put(t, s.AuthorizedKeys, "cert-authority "+string(ca))
	if err := try(t, s, sshconn.Config{}); err != nil {
		t.Fatalf("with a certificate: %v\n%s", err, s.Log())
	}
}

// reluctant is an agent whose owner does not confirm.
type reluctant struct{ agent.ExtendedAgent }

func (reluctant) SignWithFlags(ssh.PublicKey, []byte, agent.SignatureFlags) (*ssh.Signature, error) {
	return nil, errors.New("not confirmed")
}

func (r reluctant) Sign(ssh.PublicKey, []byte) (*ssh.Signature, error) {
	return r.SignWithFlags(nil, nil, 0)
}

func TestAgentThatDoesNotSign(t *testing.T) {
	ring := agent.NewKeyring()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.Add(agent.AddedKey{PrivateKey: private, Comment: "guarded"}); err != nil {
		t.Fatal(err)
	}
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent " + serveAgent(t, reluctant{ring.(agent.ExtendedAgent)}), "IdentitiesOnly no"}})
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s.AuthorizedKeys, string(ssh.MarshalAuthorizedKey(key)))
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, "guarded", "the agent did not sign")
}

func TestVariablesAreSent(t *testing.T) {
	t.Setenv("MARSH_SENT", "from here")
	t.Setenv("MARSH_KEPT", "secret")
	s := sshtest.Start(t, sshtest.Options{
		Config: []string{"AcceptEnv MARSH_*"}, Client: []string{"SendEnv MARSH_S*", `SetEnv MARSH_SET="a b" OTHER=x`}})
	out, _, err := run(t, dial(t, s, "Server01"), `echo "$MARSH_SENT,$MARSH_KEPT,$MARSH_SET,$OTHER"`, "")
	if err != nil || out != "from here,,a b,\n" {
		t.Errorf("%q, %v", out, err)
	}
}

// The machine's programs may use our agent where ForwardAgent says so, and only there.
func TestAgentForwarding(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{"AllowAgentForwarding yes"},
		Client: []string{"IdentityAgent SSH_AUTH_SOCK", "Match originalhost Server01", "    ForwardAgent yes"}})
	loaded(t, s, 1)
	text, err := os.ReadFile(s.ClientKey)
	if err != nil || len(text) == 0 {
		t.Fatal(err)
	}
	key, err := sshconn.LoadOrCreateKey(s.ClientKey)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s.AuthorizedKeys, key.AuthorizedKey())
	c := dial(t, s, "Server01")
	for range 3 {
		out, _, err := run(t, c, "ssh-add -l", "")
		if err != nil || !strings.Contains(out, "ED25519") {
			t.Fatalf("%q, %v", out, err)
		}
	}
	out, _, _ := run(t, dial(t, s, "Server02"), "echo at $SSH_AUTH_SOCK.", "")
	if out != "at .\n" {
		t.Errorf("an agent was lent to a machine that is not to have it: %q", out)
	}
}
