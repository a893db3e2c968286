package remote

import (
	"context"
	"errors"
	"io"
	"sync"

	"marsh/jobs"
	"marsh/remote/wire"
)

var _ jobs.Host = (*Session)(nil)

// State says whether a session can be used.
type State uint8

// The states of a session. Closed and Broken are final.
const (
	Opened State = iota
	Broken
	Closed
)

// String returns the state's name, such as "Opened".
func (s State) String() string { return [...]string{"Opened", "Broken", "Closed"}[s] }

// A Session is the near half of a Host on another machine. Its methods may be called by
// several goroutines at a time.
type Session struct {
	link *link
	memo *reserve

	mu     sync.Mutex
	calls  map[uint32]*call // those that wait for their End; guarded by mu
	latest uint32           // the number of the latest run; guarded by mu
	closed bool             // Close was called; guarded by mu
}

// NewSession makes a session of rwc, at whose other end an agent is about to say hello.
// Ctx bounds the handshake and nothing after it. The error is of kind KindProtocol when
// something else answers or the versions differ (what it printed is the error's
// Detail), KindBroken when the connection ends, or as ctx says. The session owns rwc, and
// closes it also when it fails.
//
// Closing rwc must end a Read and a Write that wait.
func NewSession(ctx context.Context, rwc io.ReadWriteCloser, opt Options) (*Session, error) {
	opt = opt.withDefaults(sessionMisses)
	l := newLink(rwc, opt)
	if err := within(ctx, l, l.greetAgent); err != nil {
		return nil, err
	}
	s := &Session{link: l, memo: &reserve{free: maxHuge}, calls: map[uint32]*call{}}
	l.start(s.handle)
	return s, nil
}

// Name returns the name that the session was given.
func (s *Session) Name() string { return s.link.opt.Name }

// Build names the program at the other end, as its handshake did.
func (s *Session) Build() string { return s.link.peer.Build }

// Done is closed when the session has ended: closed, or broken.
func (s *Session) Done() <-chan struct{} { return s.link.done }

// Err returns why the session has ended: of kind KindBroken or KindProtocol, or KindClosed
// after Close; nil while it has not.
func (s *Session) Err() error { return s.link.failure() }

// State returns the session's state.
func (s *Session) State() State {
	err := s.link.failure()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed && (err == nil || errors.Is(err, jobs.KindClosed)):
		return Closed
	case err != nil:
		return Broken
	}
	return Opened
}

// Busy reports whether a run holds the session's turn, so that another one would wait. A
// run beside it does not count.
func (s *Session) Busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if !c.beside {
			return true
		}
	}
	return false
}

// Availability returns "Available", "Busy", or "None" when the session has ended.
func (s *Session) Availability() string {
	switch {
	case s.State() != Opened:
		return "None"
	case s.Busy():
		return "Busy"
	}
	return "Available"
}

// Run runs script at the other end; see [jobs.Host]. Every record is stamped with the
// session's name. When ctx ends, the far run is cancelled, what it had written is still
// handed to out, and Run returns when the far run has ended with all its programs; or after
// the grace, or Options.Ending, if the other end does not say so. An error of kind KindState
// names the processes that could not be ended. When out refuses a record, the far run is cancelled too,
// and out's error returned.
func (s *Session) Run(ctx context.Context, script jobs.Script, out jobs.Sink) error {
	if err := ctx.Err(); err != nil {
		return jobs.AsError(context.Cause(ctx))
	}
	payload, err := wire.EncodeScript(script)
	if err != nil {
		return err
	}
	c, err := s.open(script.Beside)
	if err != nil {
		return err
	}
	defer s.forget(c)
	c.script = scriptOutbox(s.link, c.id, payload)
	c.script.start()
	c.detach = jobs.DetacherOf(ctx)
	return c.follow(ctx, out)
}

// Makes a call with a number of its own.
func (s *Session) open(beside bool) (*call, error) {
	if err := s.link.failure(); err != nil {
		return nil, jobs.AsError(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, closedError(s.Name())
	}
	if len(s.calls) >= maxRuns {
		return nil, jobs.Errorf(jobs.KindLimit, "the session with %s has %d commands running, which is the limit", s.Name(), maxRuns)
	}
	for s.latest++; s.latest == 0 || s.calls[s.latest] != nil; s.latest++ {
	}
	c := &call{id: s.latest, beside: beside, link: s.link, in: newInbox(s.link, s.latest, s.memo)}
	s.calls[c.id] = c
	return c, nil
}

func (s *Session) forget(c *call) {
	s.mu.Lock()
	delete(s.calls, c.id)
	s.mu.Unlock()
	c.script.discard()
	c.drop()
	c.in.close()
}

func (s *Session) lookup(id uint32) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[id]
}

// Handles a frame. It is called by the link's reader.
func (s *Session) handle(f wire.Frame) error {
	if f.Type == wire.Bye {
		return s.farewell(f.Payload)
	}
	c := s.lookup(f.Run)
	if c == nil {
		return nil
	}
	switch f.Type {
	case wire.Part:
		return c.in.part(f.Payload)
	case wire.Records:
		return c.in.put(f.Payload)
	case wire.End:
		e, err := wire.DecodeError(f.Payload)
		if err != nil {
			return err
		}
		c.in.end(e)
	}
	return nil
}

// Returns why the other end said goodbye, as the error that ends the link.
func (s *Session) farewell(payload []byte) error {
	e, err := wire.DecodeError(payload)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return closedError(s.Name())
	}
	why := "marsh there ended"
	if e != nil {
		why += ": " + e.Msg
	}
	return &jobs.Error{Kind: jobs.KindBroken, Host: s.Name(), Msg: "the session with " + s.Name() + " is gone: " + why}
}

// Close cancels all runs, says goodbye and closes the connection. It returns when the
// agent has ended, with all that it ran, or does not answer, or after Options.Ending. A
// second Close waits for the first.
func (s *Session) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first {
		s.link.linger(func() { s.link.send(wire.Bye, 0, wire.EncodeError(nil)) })
		s.link.fail(closedError(s.Name()))
	}
	s.link.wait.Wait()
	return nil
}

func closedError(name string) error {
	return &jobs.Error{Kind: jobs.KindClosed, Host: name, Msg: "the session with " + name + " is closed"}
}
