package repl

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
)

// The signals that Run takes, and what they do. One goroutine waits for them,
// from catch until release.
type signals struct {
	ctx    context.Context // ends when a signal ends the shell
	cancel context.CancelFunc
	ch     chan os.Signal
	ended  chan struct{} // closed when the goroutine has ended
	person bool          // SIGINT stops a statement, not the shell

	mu        sync.Mutex
	fatal     syscall.Signal // what ended the shell, 0 when nothing did; guarded by mu
	interrupt func()         // stops what runs now, nil when nothing does; guarded by mu
	leave     func()         // asks that it go on as a job; likewise; guarded by mu
}

// Takes the signals. person says that somebody types.
func catch(parent context.Context, person bool) *signals {
	s := &signals{ch: make(chan os.Signal, 8), ended: make(chan struct{}), person: person}
	s.ctx, s.cancel = context.WithCancel(parent)
	signal.Notify(s.ch, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if person {
		// Where a program has the terminal, Ctrl-\ and Ctrl-Z are meant for that. They are
		// taken and not ignored: what is ignored is inherited by programs.
		signal.Notify(s.ch, syscall.SIGQUIT, syscall.SIGTSTP)
		stopInBackground()
	}
	go s.wait()
	return s
}

// Gives the signals back.
func (s *signals) release() {
	signal.Stop(s.ch)
	close(s.ch)
	<-s.ended
	s.cancel()
}

func (s *signals) wait() {
	defer close(s.ended)
	for sig := range s.ch {
		if n, ok := sig.(syscall.Signal); ok {
			s.take(n)
		}
	}
}

func (s *signals) take(n syscall.Signal) {
	switch n {
	case syscall.SIGINT:
		s.stop()
	case syscall.SIGTSTP, syscall.SIGQUIT: // Ctrl-Z, and Ctrl-B: see attendant
		s.detach()
	}
	if n == syscall.SIGTSTP || s.person && (n == syscall.SIGINT || n == syscall.SIGQUIT) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fatal == 0 {
		s.fatal = n
	}
	s.cancel()
}

// Stops what runs now, if anything does; the second time it says so instead.
func (s *signals) stop() {
	s.mu.Lock()
	interrupt := s.interrupt
	s.mu.Unlock()
	if interrupt != nil {
		interrupt()
	}
}

// Asks that what runs now go on as a job, if anything does.
func (s *signals) detach() {
	s.mu.Lock()
	leave := s.leave
	s.mu.Unlock()
	if leave != nil {
		leave()
	}
}

// Returns the exit status that the signal which ended the shell asks for, or 0.
func (s *signals) status() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fatal == 0 {
		return 0
	}
	return 128 + int(s.fatal)
}

// Returns a context that SIGINT ends. Each further SIGINT calls again. SIGTSTP and SIGQUIT
// call leave.
// done ends this, and reports whether SIGINT came.
func (s *signals) during(parent context.Context, again, leave func()) (ctx context.Context, done func() bool) {
	ctx, cancel := context.WithCancel(parent)
	var came atomic.Bool
	s.set(func() {
		if came.Swap(true) {
			again()
		}
		cancel()
	}, leave)
	return ctx, func() bool {
		s.set(nil, nil)
		cancel()
		return came.Load()
	}
}

func (s *signals) set(interrupt, leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupt, s.leave = interrupt, leave
}
