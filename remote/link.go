package remote

import (
	"bufio"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

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

// A pulse is a reader that notes when something came.
type pulse struct {
	r     io.Reader
	heard *atomic.Bool
}

func (p pulse) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if n > 0 {
		p.heard.Store(true)
	}
	return n, err
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

// Sends a frame ahead of all data.
func (l *link) send(t wire.Type, run uint32, payload []byte) {
	l.mu.Lock()
	l.control = wire.AppendFrame(l.control, t, run, payload)
	full := len(l.control) > maxControl
	l.mu.Unlock()
	if full {
		l.fail(l.broken(jobs.Errorf(jobs.KindProtocol, "it asks and does not read the answers")))
	}
	l.rouse()
}

// Puts o, which may send, at the end of the queue.
func (l *link) enqueue(o *outbox) {
	l.mu.Lock()
	l.ready = append(l.ready, o)
	l.mu.Unlock()
	l.rouse()
}

func (l *link) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Writes what there is to write until the link ends, or until nothing is left after
// finish.
func (l *link) write() {
	buf := make([]byte, 0, 2*wire.MaxPayload)
	for {
		var data, last bool
		buf, data, last = l.collect(buf[:0])
		if len(buf) > 0 {
			if _, err := l.rwc.Write(buf); err != nil {
				l.fail(l.broken(err))
				return
			}
			if data { // it moves; a mere Ping may have gone into a dead link's buffer
				l.heard.Store(true)
			}
			continue
		}
		if last {
			return
		}
		select {
		case <-l.wake:
		case <-l.done:
			return
		}
	}
}

// Appends what goes next to buf: all control frames, then data in turn until there is a
// frame's worth. Last says that nothing will come any more.
func (l *link) collect(buf []byte) (out []byte, data, last bool) {
	for {
		o, b := l.next(buf)
		buf = b
		if o == nil {
			break
		}
		var again bool
		buf, again = o.take(buf)
		data = true
		if again {
			l.enqueue(o)
		}
		if len(buf) >= wire.MaxPayload {
			return buf, data, false
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return buf, data, l.last
}

// Appends the waiting control frames to buf, and takes the next outbox in turn.
func (l *link) next(buf []byte) (*outbox, []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	buf = append(append(buf, l.pong...), l.control...)
	l.pong, l.control = l.pong[:0], l.control[:0]
	if len(l.ready) == 0 {
		return nil, buf
	}
	o := l.ready[0]
	l.ready[0] = nil
	l.ready = l.ready[1:]
	return o, buf
}

// Asks for signs of life, and ends the link when there are none. It counts looks, not
// time, so that waking from sleep does not look like the other end's silence.
func (l *link) watch() {
	tick := time.NewTicker(l.opt.Interval)
	defer tick.Stop()
	for missed, n := 0, uint32(0); ; {
		select {
		case <-l.done:
			return
		case <-tick.C:
		}
		if l.heard.Swap(false) {
			missed = 0
			continue
		}
		if missed++; missed >= l.opt.Misses {
			l.fail(l.silent())
			return
		}
		n++
		l.ping(n)
	}
}

// Asks for a Pong, unless the last request has not even been sent.
func (l *link) ping(n uint32) {
	l.mu.Lock()
	pending := len(l.control) > 0
	l.mu.Unlock()
	if !pending {
		l.send(wire.Ping, 0, wire.EncodeUint(n))
	}
}

func (l *link) silent() error {
	d := time.Duration(l.opt.Misses) * l.opt.Interval
	e := jobs.Errorf(jobs.KindBroken, "the connection to %s is broken: nothing came for %v", l.opt.Name, d)
	e.Host = l.opt.Name
	return e
}

// Sends a Bye behind everything else, and waits until it was written, for the grace
// at most, or until the link ends.
func (l *link) finish(reason error) {
	l.enqueue(farewell(l, reason))
	l.mu.Lock()
	l.last = true
	l.mu.Unlock()
	l.rouse()
	timer := time.NewTimer(l.opt.Grace)
	defer timer.Stop()
	select {
	case <-l.idle:
	case <-l.done:
	case <-timer.C:
	}
}

// Waits for the link to end, for the grace at most.
func (l *link) linger() {
	timer := time.NewTimer(l.opt.Grace)
	defer timer.Stop()
	select {
	case <-l.done:
	case <-timer.C:
	}
}
