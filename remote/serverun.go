package remote

import (
	"context"

	"marsh/jobs"
	"marsh/remote/wire"
)

// maxPending bounds the scripts that have come in part, in bytes, all together.
const maxPending = 8 * wire.MaxMessage

type run struct {
	cancel context.CancelCauseFunc
	detach *jobs.Detacher
	out    *outbox
}

// A script of which a part has come.
type part struct {
	data    []byte
	refused bool // it was too much, and is not kept
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
	detach := jobs.NewDetacher()
	ctx = jobs.WithDetacher(ctx, detach)
	if err := s.register(f.Run, &run{cancel, detach, out}); err != nil {
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
