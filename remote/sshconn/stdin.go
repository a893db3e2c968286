package sshconn

import (
	"io"
	"sync"

	"golang.org/x/crypto/ssh"
)

// stdin writes to a channel; its Close ends the input, not the channel. x/crypto does not
// let an end be sent while somebody writes: what is being written then comes before it.
type stdin struct {
	ch ssh.Channel

	mu      sync.Mutex
	writing int  // the calls of Write; guarded by mu
	closed  bool // guarded by mu
}

// Write writes, and waits while the other side takes no more.
func (s *stdin) Write(b []byte) (int, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return 0, io.EOF
	}
	s.writing++
	s.mu.Unlock()
	n, err := s.ch.Write(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing--
	if s.closed && s.writing == 0 {
		s.ch.CloseWrite() // whoever closed it has gone on
	}
	return n, err
}

// Close ends the input, at once or behind what is being written. Closing twice is fine.
func (s *stdin) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.writing > 0 {
		return nil
	}
	return s.ch.CloseWrite()
}
