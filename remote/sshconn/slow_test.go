package sshconn_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// middle is a TCP proxy between a client and a server that can do what networks do.
type middle struct {
	addr    string
	heard   func([]byte)  // called with what the server says, before it is passed on; may be nil
	swallow chan struct{} // once it is closed nothing is passed on any more
}

// between starts a middle before addr.
func between(t *testing.T, addr string, heard func([]byte)) *middle {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &middle{addr: ln.Addr().String(), heard: heard, swallow: make(chan struct{})}
	var work sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	work.Go(func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", addr)
			if err != nil {
				near.Close()
				continue
			}
			context.AfterFunc(ctx, func() { near.Close(); far.Close() })
			work.Go(func() { m.pass(far, near, nil) })
			work.Go(func() { m.pass(near, far, m.heard) })
		}
	})
	t.Cleanup(func() {
		ln.Close()
		cancel()
		work.Wait()
	})
	return m
}

// pass copies until an end is closed, or until it swallows: then it takes no more.
func (m *middle) pass(to, from net.Conn, heard func([]byte)) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if heard != nil && n > 0 {
			heard(buf[:n])
		}
		select {
		case <-m.swallow:
			if err != nil {
				return
			}
			continue
		default:
		}
		if _, werr := to.Write(buf[:n]); werr != nil || err != nil {
			to.Close()
			return
		}
	}
}

// known makes the server's key known for addr, and returns the ssh_config to use.
func (m *middle) known(t *testing.T, s *sshtest.Server) {
	t.Helper()
	key, err := sshconn.LoadOrCreateKey(s.HostKey)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(s.KnownHosts)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s.KnownHosts, string(text)+key.KnownHost(m.addr))
}

// whole is the longest that a test waits for what must come, whatever the machine does
// meanwhile.
const whole = time.Hour

// slowDial connects with all the time in the world, until too late is called: then it is
// as if the time had run out.
func slowDial(t *testing.T, target string, cfg sshconn.Config) (tooLate func() error) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	failed := make(chan error, 1)
	go func() {
		c, err := sshconn.Dial(ctx, jobs.Target{Name: target, Timeout: whole}, cfg)
		if err == nil {
			c.Close()
		}
		failed <- err
	}()
	return func() error {
		cancel(sshconn.ErrSlow)
		return <-failed
	}
}

// A server that is stopped takes connections, because the kernel does, and says nothing.
func TestFrozenBeforeTheGreeting(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	s.Freeze()
	defer s.Thaw()
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server01", Timeout: 3 * time.Second}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindTimeout, "Server01", "took the connection and said nothing within 3s", "ConnectTimeout")
}

func TestFrozenInTheKeyExchange(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	greeted := make(chan struct{})
	var once sync.Once
	m := between(t, s.HostAddr(0), func([]byte) {
		once.Do(func() { // the greeting; what follows needs our answer
			s.Freeze()
			close(greeted)
		})
	})
	defer s.Thaw()
	tooLate := slowDial(t, m.addr, sshconn.Config{File: s.Config()})
	<-greeted
	waitUnread(t, s) // the greeting has reached the client, which has answered
	wantError(t, tooLate(), jobs.KindTimeout, "did not show its key", "greeted and then fell silent")
}

func TestFrozenInTheLogin(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{})
	answered := make(chan struct{})
	ask := sshconn.PrompterFunc(func(context.Context, sshconn.Question) (string, error) {
		s.Freeze()
		close(answered)
		return sshtest.Password, nil
	})
	defer s.Thaw()
	tooLate := slowDial(t, "Server01", sshconn.Config{File: s.Config(), Ask: ask})
	<-answered
	wantError(t, tooLate(), jobs.KindTimeout, "Server01", "did not finish the login")
}

// An agent that is stopped holds up only those who have no time.
func TestFrozenAgent(t *testing.T) {
	socket := t.TempDir() + "/agent"
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	s := sshtest.Start(t, sshtest.Options{Client: []string{"IdentityAgent " + socket}})
	tooLate := slowDial(t, "Server01", sshconn.Config{File: s.Config()})
	c, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Read(make([]byte, 1)); err != nil { // it was asked for its keys
		t.Fatal(err)
	}
	wantError(t, tooLate(), jobs.KindTimeout, socket, "did not list its keys", "IdentityAgent none")
}

// talker is a server that says what it is told to, and then closes.
func talker(t *testing.T, text string) string {
	t.Helper()
	addr, accepted := silent(t)
	done := make(chan struct{})
	t.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		c, ok := <-accepted
		if !ok {
			return
		}
		io.WriteString(c, text)
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c)
		c.Close()
	}()
	return addr
}

func TestServersThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		kind jobs.Kind
		want string
	}{
		"closes at once":         {"", jobs.KindBroken, "before it said who it is"},
		"garbage":                {strings.Repeat("\x00\xff garbage\n", 3000), jobs.KindProtocol, "not an ssh server"},
		"old protocol":           {"SSH-1.5-old\r\n", jobs.KindBroken, "during the key exchange"},
		"closes after greeting":  {"SSH-2.0-x\r\n", jobs.KindBroken, "during the key exchange"},
		"garbage after greeting": {"SSH-2.0-x\r\n" + strings.Repeat("\xff", 100), jobs.KindProtocol, ""},
		"a packet of nothing":    {"SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a" + strings.Repeat("\x00", 11), jobs.KindProtocol, ""},
	} {
		t.Run(name, func(t *testing.T) {
			addr := talker(t, c.text)
			_, err := sshconn.Dial(t.Context(), jobs.Target{Name: addr, Timeout: whole}, sshconn.Config{File: "none"})
			wantError(t, err, c.kind, addr, c.want)
		})
	}
}

// The server is killed when it has said its first words.
func TestKilledInTheKeyExchange(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	var once sync.Once
	m := between(t, s.HostAddr(0), func([]byte) { once.Do(s.Kill) })
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: m.addr, Timeout: whole}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindBroken, m.addr, "closed the connection")
}

// Nobody is asked again for a machine that is gone.
func TestKilledInTheLogin(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{})
	asked := 0
	ask := sshconn.PrompterFunc(func(context.Context, sshconn.Question) (string, error) {
		asked++
		s.Kill()
		return sshtest.Password, nil
	})
	wantError(t, try(t, s, sshconn.Config{Ask: ask}), jobs.KindBroken, "Server01", "closed the connection during the login")
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// A network that swallows everything is noticed by its silence.
func TestSilentLink(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"ServerAliveInterval 1", "ServerAliveCountMax 2"}})
	m := between(t, s.HostAddr(0), nil)
	m.known(t, s)
	c := dial(t, s, m.addr)
	p, err := c.Exec(t.Context(), "cat")
	if err != nil {
		t.Fatal(err)
	}
	if i, n := c.Alive(); i != time.Second || n != 2 {
		t.Errorf("alive every %v, %d times", i, n)
	}
	close(m.swallow)
	<-c.Done()
	wantError(t, c.Err(), jobs.KindBroken, m.addr, "nothing was heard for 2s")
	wantError(t, p.Wait(t.Context()), jobs.KindBroken)
}

// A quiet link that answers stays.
func TestQuietLink(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"ServerAliveInterval 1", "ServerAliveCountMax 2"}})
	asked := make(chan struct{}, 1000)
	m := between(t, s.HostAddr(0), func([]byte) { asked <- struct{}{} })
	m.known(t, s)
	c := dial(t, s, m.addr)
	for len(asked) > 0 {
		<-asked
	}
	for range 4 { // signs of life, a second apart
		<-asked
	}
	if _, _, err := run(t, c, "true", ""); err != nil {
		t.Error(err)
	}
}

// TestBlackHole connects to an address from which nothing ever comes back, in a network of
// its own.
func TestBlackHole(t *testing.T) {
	if os.Getenv("MARSH_BLACK_HOLE") != "" {
		_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "10.99.0.2", Timeout: time.Second}, sshconn.Config{File: "none"})
		wantError(t, err, jobs.KindTimeout, "10.99.0.2:22", "did not answer within 1s", "ConnectTimeout")
		return
	}
	if os.Getuid() != 0 {
		t.Skip("a network of one's own needs root")
	}
	script := `ip link add v0 type veth peer name v1 && ip addr add 10.99.0.1/24 dev v0 && ip link set v0 up && ip link set v1 up &&
ip neigh add 10.99.0.2 lladdr 02:00:00:00:00:02 dev v0 nud permanent && exec "$0" -test.run '^TestBlackHole$' -test.v`
	cmd := exec.Command("unshare", "--net", "sh", "-c", script, os.Args[0])
	cmd.Env = append(os.Environ(), "MARSH_BLACK_HOLE=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestBlackHole") {
		t.Errorf("%v\n%s", err, out)
	}
}

// waitUnread waits until the client has sent what a frozen server does not answer: it is
// in the server's socket then.
func waitUnread(t *testing.T, s *sshtest.Server) {
	t.Helper()
	for {
		text, err := os.ReadFile("/proc/net/tcp")
		if err != nil {
			t.Fatal(err)
		}
		if unread(string(text), s.Port) {
			return
		}
	}
}

// unread reports whether something waits to be read on a socket with that local port
// (proc(5), /proc/net/tcp: the fifth field is the two queues' lengths).
func unread(table string, port int) bool {
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) > 4 && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) && f[3] == "01" && !strings.HasSuffix(f[4], ":00000000") {
			return true
		}
	}
	return false
}
