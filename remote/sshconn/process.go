package sshconn

import (
	"context"
	"errors"
	"io"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// Process is a command or subsystem that runs on the other machine, on a channel
// of its own. Its three streams share one window: Stdout and Stderr must both be
// read, or the one that is not will hold up the other.
type Process struct {
	conn *Conn
	ch   ssh.Channel
	in   stdin

	done chan struct{}
	err  error // set before done is closed: how it ended
}

// Stdin returns the process's standard input. Closing it sends end of file.
func (p *Process) Stdin() io.WriteCloser { return &p.in }

// Stdout returns the process's standard output.
func (p *Process) Stdout() io.Reader { return p.ch }

// Stderr returns the process's standard error.
func (p *Process) Stderr() io.Reader { return p.ch.Stderr() }

// Done is closed when the process has ended or its channel is gone.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the process to end, or for ctx. It returns nil for status 0,
// an error of kind KindExitStatus for another status or a signal (status 128 + its
// number, as a shell has it), of kind KindBroken when the connection ended first.
func (p *Process) Wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return jobs.AsError(ctx.Err())
	}
}

// Signal sends the process a signal by its name without SIG, such as "TERM"
// (RFC 4254, section 6.9). Not every server passes it on.
func (p *Process) Signal(name string) error {
	msg := ssh.Marshal(struct{ Signal string }{strings.TrimPrefix(name, "SIG")})
	if _, err := p.ch.SendRequest("signal", false, msg); err != nil {
		return p.conn.broken(err)
	}
	return nil
}

// Close closes the channel. OpenSSH leaves a process without a terminal running;
// it sees the end of its input.
func (p *Process) Close() error {
	if err := p.ch.Close(); err != nil && !errors.Is(err, io.EOF) {
		return p.conn.broken(err)
	}
	return nil
}

// wait reads what the server says about the process until its channel is closed.
func (p *Process) wait(reqs <-chan *ssh.Request) {
	defer close(p.done)
	p.err = jobs.Errorf(jobs.KindBroken, "%s did not say how the command ended: the connection or the channel was closed first", p.conn.s.label())
	for req := range reqs {
		switch req.Type {
		case "exit-status":
			p.exited(req.Payload)
		case "exit-signal":
			p.signalled(req.Payload)
		}
		if req.WantReply { // a keepalive
			req.Reply(false, nil)
		}
	}
}

func (p *Process) exited(payload []byte) {
	var msg struct{ Status uint32 }
	if ssh.Unmarshal(payload, &msg) != nil {
		return
	}
	if p.err = nil; msg.Status == 0 {
		return
	}
	e := jobs.Errorf(jobs.KindExitStatus, "the command on %s ended with status %d", p.conn.s.name, msg.Status)
	e.Status = int(msg.Status)
	p.err = e
}

func (p *Process) signalled(payload []byte) {
	var msg struct {
		Signal     string
		CoreDumped bool
		Error      string
		Lang       string
	}
	if ssh.Unmarshal(payload, &msg) != nil {
		return
	}
	e := jobs.Errorf(jobs.KindExitStatus, "the command on %s was ended by signal %s", p.conn.s.name, clip(msg.Signal))
	e.Status = 128 + int(signals[msg.Signal])
	p.err = e
}

// signals are the signals that have a name in SSH (RFC 4254, section 6.10).
var signals = map[string]syscall.Signal{
	"ABRT": syscall.SIGABRT, "ALRM": syscall.SIGALRM, "FPE": syscall.SIGFPE, "HUP": syscall.SIGHUP,
	"ILL": syscall.SIGILL, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL, "PIPE": syscall.SIGPIPE,
	"QUIT": syscall.SIGQUIT, "SEGV": syscall.SIGSEGV, "TERM": syscall.SIGTERM,
	"USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2,
}
