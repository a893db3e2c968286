package sshconn

import (
	"context"
	"slices"
	"sync"

	"marsh/jobs"
)

// Pool makes connections. Those that are open at the same time and lead to the same
// machine by the same settings share one login, and so do all that go through the same
// jump host; the login ends with the last of them. Passwords and passphrases are asked for
// once for all that are being connected at the same time, and forgotten when the last of
// these is through. Its methods may be called by several goroutines at a time.
type Pool struct {
	cfg     Config
	secrets [2]*secrets // what a person typed; what a program said that jobs may ask

	mu      sync.Mutex
	lines   map[string][]*line // guarded by mu: the open ones, by their key
	flights map[string]*flight // guarded by mu: those that are being made
}

// flight is a line that is being made.
type flight struct {
	batch bool // nobody may be asked
	done  chan struct{}
	err   error // set before done is closed
}

// want is what is connected to.
type want struct {
	s     *settings
	key   string // says which machine by which settings and on which way
	jump  bool   // it is on the way to another one
	batch bool   // nobody may be asked
	keep  *secrets
}

// NewPool returns a Pool without connections.
func NewPool(cfg Config) *Pool {
	if cfg.Warn == nil {
		cfg.Warn = func(string) {}
	}
	return &Pool{cfg: cfg, secrets: [2]*secrets{newSecrets(), newSecrets()}, lines: map[string][]*line{}, flights: map[string]*flight{}}
}

// Dial connects to t and authenticates, or shares the login of an open connection. All of
// it takes at most t.Timeout, else ssh_config's ConnectTimeout, else 10 seconds, not
// counting the time that a person takes to answer; each machine of a ProxyJump and each of
// ConnectionAttempts has its own. Dial returns at once when ctx ends.
//
// Errors are *jobs.Error of the kinds KindUsage (the name, ssh_config),
// KindUnreachable, KindRefused, KindTimeout, KindHostKey, KindAuth, KindBroken,
// KindProtocol, KindUnsupported, KindStopped.
func (p *Pool) Dial(ctx context.Context, t jobs.Target) (*Conn, error) {
	defer p.keeper(t.Batch).enter()()
	way, err := p.route(ctx, t)
	if err != nil {
		return nil, jobs.AsError(err)
	}
	l, err := p.follow(ctx, way)
	if err != nil {
		return nil, jobs.AsError(err)
	}
	return newConn(p, way, l), nil
}

// keeper returns the secrets of those who connect as jobs do, or as a person does.
func (p *Pool) keeper(batch bool) *secrets {
	if batch {
		return p.secrets[1]
	}
	return p.secrets[0]
}

// line returns a line for the caller to release: an open one, or a new one through via,
// which may be nil.
func (p *Pool) line(ctx context.Context, w want, via *line) (*line, error) {
	for {
		if l := p.shared(ctx, w); l != nil {
			return l, nil
		}
		f, mine := p.flight(w)
		if mine {
			l, err := p.open(ctx, w, via)
			p.land(w.key, f, l, err)
			return l, err
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, jobs.Errorf(jobs.KindStopped, "connecting to %s was stopped", w.s.name)
		}
		// What only stopped the other one, or what it could not ask, does not concern us.
		if f.err != nil && jobs.AsError(f.err).Kind != jobs.KindStopped && (w.batch || !f.batch) {
			return nil, f.err
		}
	}
}

// shared returns an open line that has room and is alive, nil for none. A sign of life is
// waited for half of the time for connecting, so that there is time left for another login.
func (p *Pool) shared(ctx context.Context, w want) *line {
	p.mu.Lock()
	i := slices.IndexFunc(p.lines[w.key], func(l *line) bool { return !l.full })
	if i < 0 {
		p.mu.Unlock()
		return nil
	}
	l := p.lines[w.key][i]
	l.refs++
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, w.s.timeout/2)
	defer cancel()
	if l.alive(ctx) == nil {
		return l
	}
	p.fill(l) // whoever uses it finds out by itself
	p.release(l)
	return nil
}

// flight returns the line that is being made for w; if there is none, a new one is the
// caller's to make.
func (p *Pool) flight(w want) (f *flight, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.flights[w.key]; f != nil {
		return f, false
	}
	f = &flight{batch: w.batch, done: make(chan struct{})}
	p.flights[w.key] = f
	return f, true
}

// land ends a flight.
func (p *Pool) land(key string, f *flight, l *line, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.flights, key)
	if l != nil {
		p.lines[key] = append(p.lines[key], l)
	}
	f.err = err
	close(f.done)
}

// open makes a line.
func (p *Pool) open(ctx context.Context, w want, via *line) (*line, error) {
	l, err := p.connect(ctx, w, via)
	if err != nil {
		return nil, err
	}
	l.key, l.refs = w.key, 1
	p.retain(via)
	go l.attend(func() {
		p.forget(l)
		p.release(via)
	})
	return l, nil
}
