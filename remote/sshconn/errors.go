package sshconn

import (
	"context"
	"errors"
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
func (s *settings) stopped(ctx context.Context) error {
	switch cause := context.Cause(ctx); {
	case cause == nil:
		return nil
	case errors.Is(cause, errSlow), errors.Is(cause, context.DeadlineExceeded):
		return jobs.Errorf(jobs.KindTimeout, "%s did not answer within %v; check that it is up and that %s is its ssh port, or raise ConnectTimeout", s.label(), s.timeout, s.addr())
	}
	return jobs.Errorf(jobs.KindStopped, "connecting to %s was stopped", s.name)
}

// label is how messages name the machine.
func (s *settings) label() string {
	if s.name == s.host {
		return s.addr()
	}
	return s.name + " (" + s.addr() + ")"
}

// dialError says why no TCP connection came about.
func (s *settings) dialError(ctx context.Context, err error) error {
	if stop := s.stopped(ctx); stop != nil {
		return stop
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return jobs.Errorf(jobs.KindUnreachable, "the host name %s was not found (%s); check its spelling, or give it a HostName in ssh_config", clip(s.host), clip(dns.Err))
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return jobs.Errorf(jobs.KindRefused, "%s refused the connection; check that sshd runs there and that %d is its port", s.label(), s.port)
	case errors.Is(err, syscall.ETIMEDOUT):
		return jobs.Errorf(jobs.KindTimeout, "%s did not answer; check that it is up and reachable", s.label())
	}
	return jobs.Errorf(jobs.KindUnreachable, "%s cannot be reached: %s", s.label(), clip(err.Error()))
}

// handshakeError says why a TCP connection did not become an SSH connection.
func (s *settings) handshakeError(ctx context.Context, err error, a *auth) error {
	if stop := s.stopped(ctx); stop != nil {
		return stop
	}
	if e, ok := errors.AsType[*jobs.Error](err); ok {
		return e // ours: the host key, or a question that was not answered
	}
	if neg, ok := errors.AsType[*ssh.AlgorithmNegotiationError](err); ok {
		return jobs.Errorf(jobs.KindUnsupported, "%s and marsh have no algorithm in common: %s", s.label(), clip(neg.Error()))
	}
	switch text := err.Error(); {
	case a.began:
		return a.failure(err)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), strings.Contains(text, "EOF"):
		return jobs.Errorf(jobs.KindBroken, "%s closed the connection before it said who it is; it may be overloaded or not let this address in, try again", s.label())
	case strings.Contains(text, "version string"):
		return jobs.Errorf(jobs.KindProtocol, "what answers at %s is not an ssh server; check the port", s.label())
	}
	return jobs.Errorf(jobs.KindProtocol, "the ssh handshake with %s failed: %s", s.label(), clip(err.Error()))
}
