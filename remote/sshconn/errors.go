package sshconn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"unicode"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// maxText bounds the part of a message that comes from elsewhere, in bytes.
const maxText = 400

// clip makes text that comes from elsewhere fit for one line of a message:
// bounded, and without control characters, which could drive a terminal.
func clip(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), "\n", "; ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '?'
		}
		return r
	}, s)
}

// errSlow is the cause of a context that ended because connecting took too long.
var errSlow = errors.New("connecting took too long")

// stopped returns the error for a context that ended while connecting, nil for
// one that did not.
func (a *attempt) stopped(ctx context.Context) error {
	switch cause := context.Cause(ctx); {
	case cause == nil:
		return nil
	case errors.Is(cause, errSlow), errors.Is(cause, context.DeadlineExceeded):
		return jobs.Errorf(jobs.KindTimeout, "%s", a.slow())
	}
	return jobs.Errorf(jobs.KindStopped, "connecting to %s was stopped", a.s.name)
}

// slow says what was waited for in vain.
func (a *attempt) slow() string {
	label, within := a.s.label(), a.s.timeout
	switch phase(a.phase.Load()) {
	case gathering:
		return fmt.Sprintf("the agent at %s did not list its keys within %v, so %s was not connected to; check that it is not stuck, or set IdentityAgent none", a.s.agentSocket, within, label)
	case greeting:
		return fmt.Sprintf("%s took the connection and said nothing within %v; check that %d is its ssh port and that sshd is not stuck, or raise ConnectTimeout", label, within, a.s.port)
	case keying:
		return fmt.Sprintf("%s did not show its key within %v: it greeted and then fell silent; the machine or its network may be stuck, try again, or raise ConnectTimeout", label, within)
	case entering:
		return fmt.Sprintf("%s did not finish the login within %v; the machine may be stuck, or its PAM or directory service slow: raise ConnectTimeout", label, within)
	}
	if a.s.proxy != "" {
		return fmt.Sprintf("the ProxyCommand did not start for %s within %v; try it by hand: %s", label, within, clip(a.s.proxy))
	}
	return fmt.Sprintf("%s did not answer within %v; check that it is up and that %s is its ssh port, or raise ConnectTimeout", label, within, a.s.addr())
}

// label is how messages name the machine.
func (s *settings) label() string {
	if s.name == s.host {
		return s.addr()
	}
	return s.name + " (" + s.addr() + ")"
}

// dialError says why the machine was not reached.
func (a *attempt) dialError(ctx context.Context, via *line, err error) error {
	if stop := a.stopped(ctx); stop != nil {
		return stop
	}
	if e, ok := errors.AsType[*jobs.Error](err); ok {
		return e
	}
	s := a.s
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return jobs.Errorf(jobs.KindUnreachable, "the host name %s was not found (%s); check its spelling, or give it a HostName in ssh_config", clip(dns.Name), clip(dns.Err))
	}
	switch refused, ok := errors.AsType[*ssh.OpenChannelError](err); {
	case ok && refused.Reason == ssh.Prohibited:
		return jobs.Errorf(jobs.KindPermission, "%s may not connect to %s for us: %s; allow AllowTcpForwarding and PermitOpen in its sshd_config", via.s.label(), s.addr(), clip(refused.Message))
	case ok:
		return jobs.Errorf(jobs.KindUnreachable, "%s cannot be reached from %s: %s; check its name and that it is up", s.label(), via.s.label(), clip(refused.Message))
	case via != nil:
		return jobs.Errorf(jobs.KindBroken, "the connection to %s broke on the way to %s: %s; try again", via.s.label(), s.name, clip(err.Error()))
	case errors.Is(err, syscall.ECONNREFUSED):
		return jobs.Errorf(jobs.KindRefused, "%s refused the connection; check that sshd runs there and that %d is its port", s.label(), s.port)
	case errors.Is(err, syscall.ETIMEDOUT):
		return jobs.Errorf(jobs.KindTimeout, "%s did not answer; check that it is up and reachable", s.label())
	}
	return jobs.Errorf(jobs.KindUnreachable, "%s cannot be reached: %s", s.label(), clip(err.Error()))
}

// handshakeError says why a connection did not become an SSH connection.
func (a *attempt) handshakeError(ctx context.Context, err error, login *auth) error {
	if stop := a.stopped(ctx); stop != nil {
		return stop
	}
	if e, ok := errors.AsType[*jobs.Error](err); ok {
		return e // ours: the host key, or a question that was not answered
	}
	if login.abort != nil {
		return login.abort
	}
	s := a.s
	if neg, ok := errors.AsType[*ssh.AlgorithmNegotiationError](err); ok {
		return jobs.Errorf(jobs.KindUnsupported, "%s and marsh have no algorithm in common: %s", s.label(), clip(neg.Error()))
	}
	at := phase(a.phase.Load())
	switch text := err.Error(); {
	case at == entering:
		return login.failure(err)
	case strings.Contains(text, "version string"):
		return jobs.Errorf(jobs.KindProtocol, "what answers at %s is not an ssh server; check the port", s.label())
	case !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) && !strings.Contains(text, "EOF") && !errors.Is(err, syscall.EPIPE):
		return jobs.Errorf(jobs.KindProtocol, "the ssh handshake with %s failed: %s", s.label(), clip(text))
	case at == greeting:
		return jobs.Errorf(jobs.KindBroken, "%s closed the connection before it said who it is; it may be overloaded or not let this address in, try again", s.label())
	}
	return jobs.Errorf(jobs.KindBroken, "%s closed the connection during the key exchange; its sshd may have been stopped, try again", s.label())
}
