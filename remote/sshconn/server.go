package sshconn

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// ServerVersion is what a Server says it is. A client that reads it knows that
// the subsystem AgentSubsystem is there and that nothing has to be uploaded.
const ServerVersion = "SSH-2.0-marsh"

// AgentSubsystem is the subsystem that runs the Server's Agent.
const AgentSubsystem = "marsh-agent"

// Bounds of a Server.
const (
	maxConns        = 64               // connections at a time, those that authenticate counted
	maxSessions     = 64               // sessions on one connection
	loginTime       = 30 * time.Second // for the handshake and authentication
	maxAuthAttempts = 6                // keys that a client may offer; OpenSSH's default
)

// Server is an SSH server for the user that runs it: public keys only, no
// forwarding. It serves exec, shell, terminals, signals and the subsystem
// AgentSubsystem. What it starts runs in sessions of its own and is killed when its
// channel or connection ends. The fields must not change once it serves.
type Server struct {
	HostKey        *Key   // from LoadOrCreateKey
	AuthorizedKeys string // the file, read anew for each connection

	// Agent serves one end of a stream until the stream or ctx ends; nil refuses the
	// subsystem.
	Agent func(ctx context.Context, rwc io.ReadWriteCloser) error
	// Log gets one line for each event, in syslog's traditional format. Its Write is
	// not called by two goroutines at a time. It may be nil.
	Log io.Writer
	// Name is the machine's name in the log; "" is the machine's own.
	Name string
	// Dir is where programs start; "" is the user's home.
	Dir string
	// Env is added to the environment of what is started, as NAME=value.
	Env []string
}

// Serve takes connections from ln until ctx ends; then it closes ln, ends all
// connections and what runs on them, waits for that, and returns nil. It returns an
// error at once where it cannot serve at all.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	defer ln.Close()
	if s.HostKey == nil {
		return jobs.Errorf(jobs.KindUsage, "the server has no host key; make one with LoadOrCreateKey")
	}
	account, err := loadAccount()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	v := &serving{Server: s, account: account, log: newEventLog(s.Log, s.Name), slots: make(chan struct{}, maxConns)}
	defer func() {
		cancel()
		v.work.Wait()
	}()
	v.log.event("Server listening on %s.", ln.Addr())
	return v.accept(ctx, ln)
}

// serving is one call of Serve.
type serving struct {
	*Server
	account account
	log     *eventLog
	slots   chan struct{} // one for each connection
	work    sync.WaitGroup
}

func (v *serving) accept(ctx context.Context, ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if ctx.Err() != nil {
			if err == nil {
				nc.Close()
			}
			return nil
		}
		if errors.Is(err, net.ErrClosed) {
			return jobs.Errorf(jobs.KindClosed, "the server's listener was closed")
		}
		if err != nil {
			if err := pause(ctx, err); err != nil {
				return err
			}
			continue
		}
		v.admit(ctx, nc)
	}
}

// pause waits a moment after an error that may pass, such as too many open files.
func pause(ctx context.Context, err error) error {
	passing := func(e syscall.Errno) bool { return errors.Is(err, e) }
	if !slices.ContainsFunc([]syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED}, passing) {
		return jobs.Errorf(jobs.KindIO, "the server cannot take connections: %w", err)
	}
	select {
	case <-time.After(100 * time.Millisecond):
	case <-ctx.Done():
	}
	return nil
}

// admit serves nc in a goroutine, or closes it when there are too many.
func (v *serving) admit(ctx context.Context, nc net.Conn) {
	select {
	case v.slots <- struct{}{}:
	default:
		v.log.event("drop connection from %s: %d connections already", nc.RemoteAddr(), maxConns)
		nc.Close()
		return
	}
	v.work.Go(func() {
		defer func() { <-v.slots }()
		v.serve(ctx, nc)
	})
}

// serve serves one connection until it or ctx ends.
func (v *serving) serve(ctx context.Context, nc net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer stop()
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(loginTime))
	conn, chans, reqs, err := ssh.NewServerConn(nc, v.config())
	if err != nil {
		v.log.event("Connection closed by %s: %s", nc.RemoteAddr(), clip(err.Error()))
		return
	}
	nc.SetDeadline(time.Time{})
	v.logAccepted(conn)
	var work sync.WaitGroup
	work.Go(func() { answer(reqs) })
	c := &clientConn{serving: v, conn: conn, slots: make(chan struct{}, maxSessions)}
	c.channels(ctx, chans)
	cancel()
	work.Wait()
	v.log.event("Disconnected from user %s %s", clip(conn.User()), addrPort(nc.RemoteAddr()))
}

// answer answers requests that concern the whole connection: keepalives, and
// forwardings, which are refused.
func answer(reqs <-chan *ssh.Request) {
	for req := range reqs {
		if req.WantReply {
			req.Reply(false, nil)
		}
	}
}
