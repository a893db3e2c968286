package remote

import (
	"context"
	"io"
	"sync"

	"marsh/jobs"
	"marsh/remote/wire"
)

// Serve lets the Session at the other end of rwc run scripts on host, until that
// session is closed (nil), the link ends (an error of kind KindBroken), what comes is not
// the protocol (KindProtocol), or ctx ends (its cause). Every run is then cancelled;
// Serve returns when all of them have ended, and Options.Leave.
//
// Closing rwc must end a Read and a Write that wait. A host that does not end a
// cancelled run holds Serve up.
func Serve(ctx context.Context, rwc io.ReadWriteCloser, host jobs.Host, opt Options) error {
	opt = opt.withDefaults(serveMisses)
	if opt.Name == "" {
		opt.Name = "the client"
	}
	l := newLink(rwc, opt)
	if err := within(ctx, l, l.greetClient); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &server{ctx: ctx, link: l, host: host, bye: make(chan struct{}), runs: map[uint32]*run{}, parts: map[uint32]*part{}}
	l.start(s.handle)
	return s.serve(cancel)
}

type server struct {
	ctx  context.Context
	link *link
	host jobs.Host
	bye  chan struct{} // closed when the client said goodbye
	wait sync.WaitGroup

	// Owned by the link's reader.
	parts   map[uint32]*part // scripts of which a part has come
	pending int              // bytes in parts
	gone    bool             // bye is closed

	mu     sync.Mutex
	runs   map[uint32]*run // those whose End was not sent yet; guarded by mu
	ending bool            // no run begins any more; guarded by mu
}

// Waits for the end, and ends everything.
func (s *server) serve(cancel context.CancelCauseFunc) error {
	var err error
	select {
	case <-s.bye:
		cancel(stopped("the session was closed"))
	case <-s.link.done:
		err = s.link.failure()
		cancel(stopped("the session is gone"))
	case <-s.ctx.Done():
		err = jobs.AsError(context.Cause(s.ctx))
	}
	s.close()
	if s.link.opt.Leave != nil {
		s.link.opt.Leave()
	}
	if s.link.failure() == nil {
		s.link.finish(err)
	}
	s.link.fail(jobs.ErrClosed)
	s.link.wait.Wait()
	return err
}

func stopped(why string) error { return &jobs.Error{Kind: jobs.KindStopped, Msg: why} }

// Handles a frame. It is called by the link's reader.
func (s *server) handle(f wire.Frame) error {
	switch f.Type {
	case wire.Part:
		return s.collect(f)
	case wire.Run:
		return s.begin(f)
	case wire.Cancel:
		return s.stop(f)
	case wire.Detach:
		if r := s.lookup(f.Run); r != nil {
			r.detach.Detach()
		}
	case wire.Credit:
		return s.credit(f)
	case wire.Bye:
		if !s.gone {
			s.gone = true
			close(s.bye)
		}
	}
	return nil
}

// Waits for all runs, and lets no more begin.
func (s *server) close() {
	s.mu.Lock()
	s.ending = true
	s.mu.Unlock()
	s.wait.Wait()
}

// Cancels a run, or drops a script that has come in part only.
func (s *server) stop(f wire.Frame) error {
	discard, grace, hasGrace, err := wire.DecodeCancel(f.Payload)
	if err != nil {
		return err
	}
	if r := s.lookup(f.Run); r != nil {
		cause := stopped("stopped")
		if hasGrace {
			cause = jobs.StoppedWithin(grace)
		}
		r.cancel(cause)
		if discard {
			r.out.discard()
		}
		return nil
	}
	if s.parts[f.Run] != nil {
		s.parted(f.Run)
		s.refuse(f.Run, stopped("stopped"))
	}
	return nil
}

func (s *server) credit(f wire.Frame) error {
	n, err := wire.DecodeUint(f.Payload)
	if err != nil {
		return err
	}
	if r := s.lookup(f.Run); r != nil {
		r.out.grant(n)
	}
	return nil
}
