package sshconn

import (
	"context"
	"sync"
)

// secrets holds the answers that are good for several machines, such as a passphrase, for
// as long as connections are being made. It is never written anywhere.
type secrets struct {
	mu    sync.Mutex
	users int                // guarded by mu: how many connect
	all   map[string]*secret // guarded by mu
}

// secret is an answer, or the attempt to get one.
type secret struct {
	turn chan struct{} // holds a token while somebody asks

	// Owned by whoever holds the token.
	asked int // how often
	value string
	err   error
}

func newSecrets() *secrets { return &secrets{all: map[string]*secret{}} }

// enter says that somebody connects, and returns what says that they are through. After
// the last of them nothing is left.
func (s *secrets) enter() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.users--; s.users == 0 {
			clear(s.all)
		}
	}
}

func (s *secrets) get(name string) *secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[name] == nil {
		s.all[name] = &secret{turn: make(chan struct{}, 1)}
	}
	return s.all[name]
}

// answer returns the answer to a question that others may have as well, and its number.
// It is asked when no answer is newer than the number seen, which is 0 for none: the one
// that was tried and is wrong. That nobody wants to answer is an answer too.
func (s *secrets) answer(ctx context.Context, name string, seen int, ask func() (string, error)) (string, int, error) {
	x := s.get(name)
	select {
	case x.turn <- struct{}{}:
		defer func() { <-x.turn }()
	case <-ctx.Done():
		return "", seen, context.Cause(ctx)
	}
	if x.asked <= seen {
		if x.err == nil {
			x.value, x.err = ask()
		}
		if ctx.Err() != nil { // who asked gave up; the next one asks again
			err := x.err
			x.err = nil
			return "", seen, err
		}
		x.asked++
	}
	return x.value, x.asked, x.err
}
