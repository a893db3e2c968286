package remote

import (
	"bufio"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"marsh/jobs"
	"marsh/remote/wire"
)

const (
	// maxControl bounds the control frames that wait for the writer, in bytes. A
	// few for each run fit; more is an end that asks without reading.
	maxControl = 1 << 20
	// batchSize is how many bytes of records are collected before a run's writer waits.
	batchSize = wire.MaxPayload / 2
)

// A link is one end of a connection: it reads, writes and watches, each in its own
// goroutine, until the first of them fails or the link is closed.
type link struct {
	rwc  io.ReadWriteCloser
	in   *bufio.Reader
	opt  Options
	peer wire.Hello

	heard atomic.Bool   // something came, or went, since the watcher looked
	wake  chan struct{} // holds a token when the writer has something to do
	done  chan struct{} // closed when the link has ended
	idle  chan struct{} // closed when the writer has ended
	pongs atomic.Uint32 // how many have come
	wait  sync.WaitGroup

	mu      sync.Mutex
	control []byte    // frames that go first; guarded by mu
	pong    []byte    // the latest Pong, if one is due; guarded by mu
	ready   []*outbox // those that may send, each in turn; guarded by mu
	last    bool      // the writer ends when nothing is left; guarded by mu
	err     error     // why the link has ended, set once; guarded by mu
}

func newLink(rwc io.ReadWriteCloser, opt Options) *link {
	l := &link{
		rwc: rwc, opt: opt,
		wake: make(chan struct{}, 1), done: make(chan struct{}), idle: make(chan struct{}),
	}
	l.in = bufio.NewReaderSize(pulse{rwc, &l.heard}, wire.MaxPayload)
	return l
}

// Starts the link's goroutines. Handle is called by the reader for each frame it does
// not handle itself; it must not block, and its error ends the link.
func (l *link) start(handle func(wire.Frame) error) {
	l.wait.Go(func() { l.fail(l.read(handle)) })
	l.wait.Go(func() { defer close(l.idle); l.write() })
	l.wait.Go(l.watch)
}

// Ends the link for the given reason, unless it has ended already.
func (l *link) fail(err error) {
	l.mu.Lock()
	first := l.err == nil
	if first {
		l.err = err
		close(l.done)
	}
	l.mu.Unlock()
	if first {
		l.rwc.Close()
	}
}

// Returns why the link has ended; nil while it has not.
func (l *link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *link) read(handle func(wire.Frame) error) error {
	r := wire.NewFrameReader(l.in)
	for {
		f, err := r.Next()
		if err == nil {
			err = l.dispatch(f, handle)
		}
		if err != nil {
			return l.broken(err)
		}
	}
}

func (l *link) dispatch(f wire.Frame, handle func(wire.Frame) error) error {
	switch f.Type {
	case wire.Ping:
		return l.answer(f.Payload)
	case wire.Pong:
		l.pongs.Add(1)
		return nil
	}
	return handle(f)
}

// Owes the other end a Pong. Only the latest counts, so that Pings cannot fill memory.
func (l *link) answer(ping []byte) error {
	n, err := wire.DecodeUint(ping)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.pong = wire.AppendFrame(l.pong[:0], wire.Pong, 0, wire.EncodeUint(n))
	l.mu.Unlock()
	l.rouse()
	return nil
}

// Makes err, of a read or a write, an error that names the machine, unless it does.
func (l *link) broken(err error) error {
	if e, ok := errors.AsType[*jobs.Error](err); ok {
		if e.Host != "" {
			return e
		}
		c := *e
		c.Host, c.Msg = l.opt.Name, "the connection to "+l.opt.Name+" was given up: "+e.Msg
		return &c
	}
	why := err.Error()
	switch {
	case errors.Is(err, io.EOF):
		why = "the other end closed it"
	case errors.Is(err, io.ErrUnexpectedEOF):
		why = "it ended in the middle of a message"
	}
	e := jobs.Errorf(jobs.KindBroken, "the connection to %s is broken: %s", l.opt.Name, why)
	e.Host = l.opt.Name
	return e
}
