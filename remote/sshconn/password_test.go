package sshconn_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// withPassword starts a server that takes a password by one method alone.
func withPassword(t *testing.T, method string, o sshtest.Options) *sshtest.Server {
	t.Helper()
	o.Password = true
	o.Config = append(o.Config, map[string][]string{
		"password":         {"PubkeyAuthentication no", "PasswordAuthentication yes"},
		"password by PAM":  {"PubkeyAuthentication no", "PasswordAuthentication yes", "UsePAM yes"},
		"questions by PAM": {"PubkeyAuthentication no", "KbdInteractiveAuthentication yes", "UsePAM yes"},
		"key and password": {"AuthenticationMethods publickey,password", "PasswordAuthentication yes"},
	}[method]...)
	return sshtest.Start(t, o)
}

func TestPassword(t *testing.T) {
	for _, method := range []string{"password", "password by PAM", "questions by PAM", "key and password"} {
		t.Run(method, func(t *testing.T) {
			s := withPassword(t, method, sshtest.Options{})
			a := &answers{give: []string{"wrong", sshtest.Password}}
			if err := try(t, s, sshconn.Config{Ask: a}); err != nil {
				t.Fatalf("%v\n%s", err, s.Log())
			}
			if len(a.asked) != 2 || !a.asked[0].Secret || !strings.Contains(a.asked[0].Text, "Server01") || !strings.Contains(strings.ToLower(a.asked[0].Text), "password") || !strings.Contains(a.asked[1].Text, "that is not it") {
				t.Errorf("asked %+v", a.asked)
			}
		})
	}
}

func TestWrongPassword(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{Client: []string{"NumberOfPasswordPrompts 2"}})
	a := &answers{give: []string{"one", "two"}}
	wantError(t, try(t, s, sshconn.Config{Ask: a}), jobs.KindAuth, "Server01", "a password 2 times", "check the user's name")
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, "nobody is there to ask")
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01", Batch: true}, sshconn.Config{File: s.Config(), Ask: &answers{}})
	wantError(t, err, jobs.KindAuth, "nobody is there to ask")
}

func TestPasswordIsNotGiven(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{})
	ask := sshconn.PrompterFunc(func(context.Context, sshconn.Question) (string, error) {
		return "", jobs.Errorf(jobs.KindStopped, "interrupted")
	})
	wantError(t, try(t, s, sshconn.Config{Ask: ask}), jobs.KindStopped, "interrupted")
}

func TestKeyAndPasswordWithoutAnybody(t *testing.T) {
	s := withPassword(t, "key and password", sshtest.Options{})
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, "took publickey", "asks for password too", "nobody is there")
}

func TestPasswordMethodsOfConfig(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{Client: []string{
		"Match originalhost Server01", "  PasswordAuthentication no",
		"Match originalhost Server02", "  PreferredAuthentications hostbased,gssapi-with-mic"}})
	a := &answers{give: []string{"x"}}
	wantError(t, try(t, s, sshconn.Config{Ask: a}), jobs.KindAuth, "it takes password")
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server02"}, sshconn.Config{File: s.Config(), Ask: a})
	wantError(t, err, jobs.KindUnsupported, "PreferredAuthentications")
	if len(a.asked) > 0 {
		t.Errorf("asked %+v", a.asked)
	}
	s = withPassword(t, "password", sshtest.Options{Client: []string{"BatchMode yes"}})
	wantError(t, try(t, s, sshconn.Config{Ask: a}), jobs.KindAuth, "nobody is there to ask")
}

// crowd answers like a person who is slow: the first answer comes when all are connected
// to the server.
type crowd struct {
	wait   func()
	answer string

	mu    sync.Mutex
	asked int // guarded by mu
}

func (c *crowd) Prompt(ctx context.Context, _ sshconn.Question) (string, error) {
	c.mu.Lock()
	c.asked++
	c.mu.Unlock()
	c.wait()
	return c.answer, nil
}

// newCrowd returns a Pool that asks a crowd.
func newCrowd(s *sshtest.Server, answer string) (*crowd, *sshconn.Pool) {
	c := &crowd{answer: answer}
	return c, sshconn.NewPool(sshconn.Config{File: s.Config(), Ask: c})
}

// dialAll connects to n machines at the same time and closes all.
func (c *crowd) dialAll(t *testing.T, pool *sshconn.Pool, s *sshtest.Server, n int, key string) {
	t.Helper()
	before := strings.Count(s.Log(), "Connection from ")
	c.wait = func() { s.WaitLogged(t, "Connection from ", before+n) }
	var all sync.WaitGroup
	for _, name := range s.Hosts[:n] {
		all.Go(func() {
			conn, err := pool.Dial(t.Context(), jobs.Target{Name: name, KeyFile: key})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			conn.Close()
		})
	}
	all.Wait()
}

// hostNames returns n names; sshd listens on no more than 16 addresses.
func hostNames(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("Host%02d", i)
	}
	return out
}

func TestPasswordIsAskedOnce(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{Hosts: hostNames(10)})
	c, pool := newCrowd(s, sshtest.Password)
	if c.dialAll(t, pool, s, 10, ""); c.asked != 1 {
		t.Errorf("asked %d times for ten machines", c.asked)
	}
	s.WaitLogged(t, "Accepted password", 10)
	if c.dialAll(t, pool, s, 1, ""); c.asked != 2 {
		t.Error("the password was kept after all had been connected to")
	}
}

func TestPassphraseIsAskedOnce(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Hosts: hostNames(16)})
	key := keygen(t, s, "ed25519", "open sesame", "-a", "1")
	c, pool := newCrowd(s, "open sesame")
	if c.dialAll(t, pool, s, 16, key); c.asked != 1 {
		t.Errorf("asked %d times for sixteen machines", c.asked)
	}
	if c.dialAll(t, pool, s, 1, key); c.asked != 2 {
		t.Error("the passphrase was kept after all had been connected to")
	}
}

func TestAskpass(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{})
	dir := t.TempDir()
	program := filepath.Join(dir, "askpass")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$1\" >"+dir+"/asked; echo "+sshtest.Password+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSH_ASKPASS", program)
	person := &answers{give: []string{sshtest.Password}}
	for _, c := range []struct {
		require, display string
		person           sshconn.Prompter
		by               string // who is asked: program, person or nobody
	}{
		{"", ":1", nil, "program"},
		{"", "", nil, "nobody"},
		{"never", ":1", nil, "nobody"},
		{"force", "", nil, "program"},
		{"force", "", &answers{}, "program"},
		{"prefer", ":1", &answers{}, "program"},
		{"prefer", "", person, "person"},
	} {
		t.Setenv("SSH_ASKPASS_REQUIRE", c.require)
		t.Setenv("DISPLAY", c.display)
		t.Setenv("WAYLAND_DISPLAY", "")
		os.Remove(dir + "/asked")
		err := try(t, s, sshconn.Config{Ask: c.person})
		text, _ := os.ReadFile(dir + "/asked")
		if (err == nil) != (c.by != "nobody") || strings.Contains(string(text), "password of") != (c.by == "program") {
			t.Errorf("%+v: %v, asked %q", c, err, text)
		}
	}
	t.Setenv("SSH_ASKPASS_REQUIRE", "force")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	wantError(t, try(t, s, sshconn.Config{}), jobs.KindAuth, program, "gave no answer")
}
