package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/remote"
	"marsh/remote/bootstrap"
	"marsh/remote/sshconn"
	"marsh/repl"
	"marsh/shell"
	"marsh/shell/format"
)

// startWait bounds the handshake with an agent that was started. What comes before has
// bounds of its own: a slow line may take minutes for the upload.
const startWait = 60 * time.Second

// session is a connection to another machine with the agent there: what the engine
// sees of it.
type session struct {
	*remote.Session
	conn    *sshconn.Conn
	watched chan struct{} // closed when the connection was closed after the session
}

// User returns the name of the user there.
func (s session) User() string { return s.conn.User() }

// State returns the session's state as text.
func (s session) State() string { return s.Session.State().String() }

// watch closes the connection when the session has ended, however it did.
func (s session) watch() {
	defer close(s.watched)
	<-s.Done()
	s.conn.Close()
}

// Close ends the session, and the connection that carries it.
func (s session) Close() error {
	err := s.Session.Close()
	<-s.watched
	return err
}

// connector returns the function that connects to machines. It asks the person at
// the editor, where there is one.
func (p *program) connector(editor repl.Editor) func(context.Context, jobs.Target) (shell.Session, error) {
	agent := &bootstrap.Agent{Path: p.self}
	config := sshconn.Config{File: p.config, Warn: p.warn(editor)}
	if editor != nil {
		config.Ask = asker(editor, func() bool { return hasTerminal(p.stdin) }, p.hideBars)
	}
	pool := sshconn.NewPool(config)
	return func(ctx context.Context, t jobs.Target) (shell.Session, error) {
		conn, err := pool.Dial(ctx, t)
		if err != nil {
			return nil, err
		}
		link, err := startAgent(ctx, conn, agent, t)
		if err != nil {
			conn.Close()
			return nil, err
		}
		s := session{link, conn, make(chan struct{})}
		go s.watch()
		return s, nil
	}
}

// startAgent starts the agent on the connection's far side.
func startAgent(ctx context.Context, conn *sshconn.Conn, agent *bootstrap.Agent, t jobs.Target) (*remote.Session, error) {
	link, err := bootstrap.Start(ctx, conn, agent)
	if err != nil {
		return nil, err
	}
	ctx, cancel := withStartWait(ctx)
	defer cancel()
	interval, misses := conn.Alive()
	s, err := remote.NewSession(ctx, link, remote.Options{Name: shownName(t), Build: version, Interval: interval, Misses: misses})
	if err != nil {
		link.Close()
	}
	return s, err
}

// withStartWait bounds a handshake.
func withStartWait(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, startWait, jobs.Errorf(jobs.KindTimeout, "%v went by", startWait))
}

// shownName is what the operator knows the machine by: the name as typed, without
// the port and the form of a URL.
func shownName(t jobs.Target) string {
	name := strings.TrimSuffix(strings.TrimPrefix(t.Name, "ssh://"), "/")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, ']') && strings.Count(name[:i], ":") == 0 {
		name = name[:i]
	}
	if t.User != "" && !strings.Contains(name, "@") {
		name = t.User + "@" + name
	}
	return name
}

// userName returns the name of the user here; "" where it is not known.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// hosts lists the machines that the Tab key offers.
func (p *program) hosts() []shell.KnownHost {
	known := sshconn.Hosts(p.config)
	list := make([]shell.KnownHost, len(known))
	for i, h := range known {
		list[i] = shell.KnownHost(h)
	}
	return list
}

// warn shows the operator something that no command said.
func (p *program) warn(editor repl.Editor) func(string) {
	return func(msg string) {
		if editor != nil {
			editor.Announce("warning: " + msg)
			return
		}
		fmt.Fprintf(p.stderr, "warning: %s\n", msg)
	}
}

// asker asks at the terminal, one question at a time. While a program has the terminal
// nobody can be asked: to read from it would suspend the shell.
func asker(editor repl.Editor, inFront func() bool, hideBars func() (show func())) sshconn.Prompter {
	turn := make(chan struct{}, 1)
	return sshconn.PrompterFunc(func(ctx context.Context, q sshconn.Question) (string, error) {
		release, err := jobs.Stay(ctx, "there is a question to answer")
		if err != nil {
			return "", jobs.Errorf(jobs.KindState, "there is a question, and the command has become a job, which cannot ask; connect with new-session first")
		}
		defer release()
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
		if !inFront() {
			return "", jobs.Errorf(jobs.KindState, "there is a question, and a program has the terminal; connect with new-session first")
		}
		defer hideBars()()
		lines := strings.Split(q.Text, "\n")
		if len(lines) > 1 {
			editor.Announce(strings.Join(lines[:len(lines)-1], "\n"))
		}
		answer, err := editor.ReadLine(ctx, repl.Request{Prompt: lines[len(lines)-1] + " ", Secret: q.Secret, Width: format.Width})
		if errors.Is(err, repl.ErrInterrupted) {
			return "", jobs.Errorf(jobs.KindStopped, "interrupted")
		}
		return answer, err
	})
}
