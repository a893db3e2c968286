package sshconn

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/creack/pty"
	"golang.org/x/crypto/ssh"
)

// clientConn is one authenticated connection to a Server.
type clientConn struct {
	*serving
	conn  *ssh.ServerConn
	slots chan struct{} // one for each session
}

// channels serves the channels that the client opens, until the connection ends,
// and waits for what runs on them.
func (c *clientConn) channels(ctx context.Context, chans <-chan ssh.NewChannel) {
	var work sync.WaitGroup
	defer work.Wait()
	for nc := range chans {
		if nc.ChannelType() != "session" {
			nc.Reject(ssh.Prohibited, "only sessions are served")
			continue
		}
		select {
		case c.slots <- struct{}{}:
		default:
			nc.Reject(ssh.ResourceShortage, "too many sessions on this connection")
			continue
		}
		ch, reqs, err := nc.Accept()
		if err != nil {
			<-c.slots
			continue // the connection is gone
		}
		work.Go(func() {
			defer func() { <-c.slots }()
			c.session(ctx, ch, reqs)
		})
	}
}

// serverSession is one session channel. Its fields belong to the goroutine that
// reads the channel's requests.
type serverSession struct {
	*clientConn
	ch   ssh.Channel
	env  []string
	term *terminal // nil without pty-req
	task *task     // nil before something was started
}

// maxEnv bounds the variables that a client may set for a session.
const maxEnv = 64

// session answers the channel's requests until the channel is closed, then ends
// what it started and waits for it.
func (c *clientConn) session(ctx context.Context, ch ssh.Channel, reqs <-chan *ssh.Request) {
	s := &serverSession{clientConn: c, ch: ch}
	defer ch.Close()
	for req := range reqs {
		ok := s.request(ctx, req)
		if req.WantReply {
			req.Reply(ok, nil)
		}
		if ok && s.task != nil {
			s.task.replied() // nothing may be sent before the answer
		}
	}
	if s.task != nil {
		s.task.end()
		s.log.event("session closed for user %s", s.conn.User())
	}
	s.term.close()
}

// request does what one request asks, and reports whether it could.
func (s *serverSession) request(ctx context.Context, req *ssh.Request) bool {
	switch req.Type {
	case "env":
		return s.setEnv(req.Payload)
	case "pty-req":
		return s.openTerminal(req.Payload)
	case "window-change":
		return s.resize(req.Payload)
	case "signal":
		return s.signal(req.Payload)
	case "shell", "exec", "subsystem":
		return s.task == nil && s.begin(ctx, req)
	}
	return false
}

// begin starts what the session is for.
func (s *serverSession) begin(ctx context.Context, req *ssh.Request) bool {
	var msg struct{ Text string }
	if req.Type != "shell" && ssh.Unmarshal(req.Payload, &msg) != nil {
		return false
	}
	var err error
	switch {
	case req.Type != "subsystem":
		s.task, err = s.startProgram(req.Type == "shell", msg.Text)
	case msg.Text == AgentSubsystem && s.Agent != nil:
		s.task = s.startAgent(ctx)
	default:
		err = errors.New("there is no subsystem " + clip(msg.Text))
	}
	if err != nil {
		s.log.event("session of user %s not opened: %s", s.conn.User(), clip(err.Error()))
		return false
	}
	s.log.event("session opened for user %s from %s (%s)", s.conn.User(), addrPort(s.conn.RemoteAddr()), req.Type)
	return true
}

// setEnv takes the variables that OpenSSH's server takes by default on most
// systems: those of the locale.
func (s *serverSession) setEnv(payload []byte) bool {
	var msg struct{ Name, Value string }
	if ssh.Unmarshal(payload, &msg) != nil || len(s.env) >= maxEnv {
		return false
	}
	if msg.Name != "LANG" && !strings.HasPrefix(msg.Name, "LC_") {
		return false
	}
	if strings.ContainsAny(msg.Name, "=\x00") || strings.Contains(msg.Value, "\x00") {
		return false
	}
	s.env = append(s.env, msg.Name+"="+msg.Value)
	return true
}

func (s *serverSession) openTerminal(payload []byte) bool {
	var msg struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	if ssh.Unmarshal(payload, &msg) != nil || s.term != nil || s.task != nil {
		return false
	}
	term, err := openTerminal(msg.Term, winsize(msg.Columns, msg.Rows))
	if err != nil {
		s.log.event("no terminal for user %s: %s", s.conn.User(), clip(err.Error()))
		return false
	}
	s.term = term
	return true
}

func (s *serverSession) resize(payload []byte) bool {
	var msg struct{ Columns, Rows, Width, Height uint32 }
	if ssh.Unmarshal(payload, &msg) != nil || s.term == nil {
		return false
	}
	if err := pty.Setsize(s.term.master, winsize(msg.Columns, msg.Rows)); err != nil {
		return false
	}
	s.log.event("terminal resized to %dx%d", msg.Columns, msg.Rows)
	return true
}

func (s *serverSession) signal(payload []byte) bool {
	var msg struct{ Name string }
	if ssh.Unmarshal(payload, &msg) != nil || s.task == nil {
		return false
	}
	sig, ok := signals[msg.Name]
	return ok && s.task.signal(sig)
}
