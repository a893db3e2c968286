package sshconn_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"marsh/jobs"
	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// wantLogins checks that there were n logins, and no more.
func wantLogins(t *testing.T, s *sshtest.Server, n int) {
	t.Helper()
	s.WaitLogged(t, "Accepted publickey for ", n)
	if got := strings.Count(s.Log(), "Accepted publickey for "); got != n {
		t.Errorf("%d logins, want %d\n%s", got, n, s.Log())
	}
}

// together connects to n targets at the same time, has each run a command, and returns the
// connections.
func together(t *testing.T, pool *sshconn.Pool, targets []jobs.Target) []*sshconn.Conn {
	t.Helper()
	out := make([]*sshconn.Conn, len(targets))
	var all sync.WaitGroup
	for i, target := range targets {
		all.Go(func() {
			c, err := pool.Dial(t.Context(), target)
			if err != nil {
				t.Error(err)
				return
			}
			if out[i] = c; c.Name() != target.Name {
				t.Errorf("%s is called %s", target.Name, c.Name())
			}
			if p, err := c.Exec(t.Context(), "echo"); err != nil {
				t.Error(err)
			} else {
				p.Wait(t.Context())
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return out
}

func closeAll(conns []*sshconn.Conn) {
	for _, c := range conns {
		c.Close()
	}
}

func TestOneLogin(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{})
	pool := sshconn.NewPool(sshconn.Config{File: s.Config()})
	targets := make([]jobs.Target, 8)
	for i := range targets {
		targets[i] = jobs.Target{Name: []string{"Server01", "127.0.0.2"}[i%2], Batch: i%3 == 0}
	}
	conns := together(t, pool, targets)
	wantLogins(t, s, 1)
	closeAll(conns[1:])
	if _, _, err := run(t, conns[0], "true", ""); err != nil {
		t.Errorf("the last one does not work: %v", err)
	}
	_, err := conns[1].Exec(t.Context(), "true")
	wantError(t, err, jobs.KindClosed)
	conns[0].Close()
	closeAll(together(t, pool, targets[:1]))
	wantLogins(t, s, 2) // the first has ended with the last connection
}

func TestOneLoginForABastion(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{
		Hosts: hostNames(10), Config: []string{"AllowTcpForwarding yes"},
		Client: []string{"Match originalhost *,!Host00", "    ProxyJump Host00"},
	})
	pool := sshconn.NewPool(sshconn.Config{File: s.Config()})
	targets := []jobs.Target{}
	for _, name := range s.Hosts {
		targets = append(targets, jobs.Target{Name: name})
	}
	closeAll(together(t, pool, targets))
	wantLogins(t, s, 10) // the bastion, and nine behind it
}

func TestChains(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{
		Hosts: hostNames(4), Config: []string{"AllowTcpForwarding yes"},
		Client: []string{
			"Host Host03", "    ProxyJump nobody@Host02",
			"Host Host02", "    User nobody", "    ProxyJump Host01,Host00",
			"Match originalhost Host00 user root", "    ProxyJump none"},
	})
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Host03"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindAuth, "on the way to Host03", "does not let nobody in")
	c, err := sshconn.Dial(t.Context(), jobs.Target{Name: "root@Host02"}, sshconn.Config{File: s.Config()})
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := run(t, c, "echo $SSH_CONNECTION", "")
	if err != nil || !strings.Contains(out, "127.0.0.4") {
		t.Errorf("%q, %v", out, err)
	}
	c.Close()
}

func TestJumpThatDoesNotForward(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"Host Server02", "    ProxyJump Server01"}, Config: []string{"AllowTcpForwarding no"}})
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "Server02"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindPermission, "Server01", "may not connect", "AllowTcpForwarding")
}

func TestJumpToNowhere(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"Host nowhere", "    HostName 127.0.0.2", "    Port 1", "    ProxyJump Server01"}, Config: []string{"AllowTcpForwarding yes"}})
	_, err := sshconn.Dial(t.Context(), jobs.Target{Name: "nowhere"}, sshconn.Config{File: s.Config()})
	wantError(t, err, jobs.KindUnreachable, "nowhere", "cannot be reached from Server01")
}

// Where a machine allows one session only, each further connection logs in by itself.
func TestOneSessionEach(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Config: []string{"MaxSessions 1"}})
	pool := sshconn.NewPool(sshconn.Config{File: s.Config()})
	var conns []*sshconn.Conn
	for range 3 {
		c, err := pool.Dial(t.Context(), jobs.Target{Name: "Server01"})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Exec(t.Context(), "cat"); err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
	}
	wantLogins(t, s, 3)
	_, err := conns[0].Exec(t.Context(), "true")
	wantError(t, err, jobs.KindLimit, "MaxSessions")
}

// A connection that was being made for somebody who gave up is made again for who waits.
func TestTheOtherGivesUp(t *testing.T) {
	s := withPassword(t, "password", sshtest.Options{})
	asked, first := make(chan struct{}), true
	ask := sshconn.PrompterFunc(func(ctx context.Context, _ sshconn.Question) (string, error) {
		if first {
			first = false
			close(asked)
			<-ctx.Done()
			return "", ctx.Err()
		}
		return sshtest.Password, nil
	})
	pool := sshconn.NewPool(sshconn.Config{File: s.Config(), Ask: ask})
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := pool.Dial(ctx, jobs.Target{Name: "Server01"})
		gone <- err
	}()
	<-asked
	second := make(chan error, 1)
	go func() {
		c, err := pool.Dial(t.Context(), jobs.Target{Name: "Server01"})
		if err == nil {
			c.Close()
		}
		second <- err
	}()
	cancel()
	wantError(t, <-gone, jobs.KindStopped)
	if err := <-second; err != nil {
		t.Error(err)
	}
}

// A dead machine's connection is not shared, and closing never waits for it.
func TestDeadLineIsNotShared(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"ServerAliveInterval 1000"}})
	m := between(t, s.HostAddr(0), nil)
	m.known(t, s)
	pool := sshconn.NewPool(sshconn.Config{File: s.Config()})
	c, err := pool.Dial(t.Context(), jobs.Target{Name: m.addr})
	if err != nil {
		t.Fatal(err)
	}
	close(m.swallow)
	ctx, cancel := context.WithCancelCause(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := pool.Dial(ctx, jobs.Target{Name: m.addr, Timeout: whole})
		failed <- err
	}()
	cancel(sshconn.ErrSlow)
	if err := <-failed; err == nil {
		t.Error("connected through a hole")
	}
	c.Close()
}

// A bastion that stands still holds up nobody who closes what is behind it.
func TestClosingBehindAFrozenBastion(t *testing.T) {
	s := sshtest.Start(t, sshtest.Options{Client: []string{"ServerAliveInterval 1000", "Host Server02", "    ProxyJump Server01"}, Config: []string{"AllowTcpForwarding yes"}})
	pool := sshconn.NewPool(sshconn.Config{File: s.Config()})
	conns := together(t, pool, []jobs.Target{{Name: "Server01"}, {Name: "Server02"}})
	if _, err := conns[1].Exec(t.Context(), "cat"); err != nil {
		t.Fatal(err)
	}
	s.Freeze()
	defer s.Thaw()
	conns[1].Close()
	conns[0].Close()
}
