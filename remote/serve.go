package remote

import (
	"context"
	"io"
	"sync"

	"marsh/jobs"
	"marsh/remote/wire"
)

// maxPending bounds the scripts that have come in part, in bytes, all together.
const maxPending = 8 * wire.MaxMessage

// Serve lets the Session at the other end of rwc run scripts on host, until that
// session is closed (nil), the link ends (an error of kind KindBroken), what comes is not
// the protocol (KindProtocol), or ctx ends (its cause). Every run is then cancelled;
// Serve returns when all of them have ended.
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

type run struct {
	cancel context.CancelCauseFunc
	out    *outbox
}

// A script of which a part has come.
type part struct {
	data    []byte
	refused bool // it was too much, and is not kept
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

// Keeps a part of a script, or notes that it is too much.
func (s *server) collect(f wire.Frame) error {
	p := s.parts[f.Run]
	if p == nil {
		if len(s.parts) >= maxRuns {
			return jobs.Errorf(jobs.KindProtocol, "more than %d scripts were begun at a time", maxRuns)
		}
		p = &part{}
		s.parts[f.Run] = p
	}
	if p.refused = p.refused || s.pending+len(f.Payload) > maxPending || len(p.data)+len(f.Payload) > wire.MaxMessage; p.refused {
		s.pending -= len(p.data)
		p.data = nil
		return nil
	}
	p.data = append(p.data, f.Payload...)
	s.pending += len(f.Payload)
	return nil
}

// Takes the parts of a script that have come.
func (s *server) parted(id uint32) *part {
	p := s.parts[id]
	if p == nil {
		return &part{}
	}
	delete(s.parts, id)
	s.pending -= len(p.data)
	return p
}

// Begins a run whose script is complete.
func (s *server) begin(f wire.Frame) error {
	p := s.parted(f.Run)
	if p.refused || len(p.data)+len(f.Payload) > wire.MaxMessage {
		s.refuse(f.Run, jobs.Errorf(jobs.KindLimit, "the scripts on their way to this machine take too much memory; try again"))
		return nil
	}
	script, err := wire.DecodeScript(append(p.data, f.Payload...))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(s.ctx)
	out := newOutbox(s.link, f.Run, s.link.peer.Window, func() { s.forget(f.Run) })
	if err := s.register(f.Run, &run{cancel, out}); err != nil {
		cancel(nil)
		s.refuse(f.Run, err)
		return nil
	}
	go func() {
		defer s.wait.Done()
		defer cancel(nil)
		out.end(s.host.Run(ctx, script, out))
	}()
	return nil
}

// Ends a run that was not begun.
func (s *server) refuse(id uint32, err error) { s.link.send(wire.End, id, wire.EncodeError(err)) }

// Notes that r is about to run. Its goroutine is counted here, before close can have
// looked.
func (s *server) register(id uint32, r *run) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return stopped("the session is ending")
	}
	if s.runs[id] != nil {
		return jobs.Errorf(jobs.KindProtocol, "run %d was begun twice", id)
	}
	if len(s.runs) >= maxRuns {
		return jobs.Errorf(jobs.KindLimit, "this session has %d commands running, which is the limit", maxRuns)
	}
	s.runs[id] = r
	s.wait.Add(1)
	return nil
}

// Waits for all runs, and lets no more begin.
func (s *server) close() {
	s.mu.Lock()
	s.ending = true
	s.mu.Unlock()
	s.wait.Wait()
}

func (s *server) lookup(id uint32) *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.runs[id]
}

func (s *server) forget(id uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.runs, id)
}

// Cancels a run, or drops a script that has come in part only.
func (s *server) stop(f wire.Frame) error {
	discard, err := wire.DecodeBool(f.Payload)
	if err != nil {
		return err
	}
	if r := s.lookup(f.Run); r != nil {
		r.cancel(stopped("stopped"))
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
