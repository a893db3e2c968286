package remote

import (
	"context"
	"math"
	"sync"

	"marsh/jobs"
	"marsh/remote/wire"
)

// An outbox holds what one run sends, until the link's writer takes it: a batch that is
// being collected, and one that is being sent, each of a batchSize and one record at
// most. Write waits while both are full, or while the credit is used up.
type outbox struct {
	link *link
	run  uint32
	kind wire.Type // of the frames: Run or Records
	gone func()    // called by the writer when the last frame was taken

	mu      sync.Mutex
	batch   wire.Batch    // guarded by mu
	seq     uint64        // of the last record; guarded by mu
	sending []byte        // the batch that is being sent; guarded by mu
	sent    int           // bytes of sending that were taken; guarded by mu
	spare   []byte        // memory for the next batch; guarded by mu
	credit  int64         // bytes that may be sent; guarded by mu
	queued  bool          // it is in the link's queue; guarded by mu
	tail    []byte        // the frame that goes last, once there is nothing more; guarded by mu
	closed  bool          // nothing is taken any more; guarded by mu
	room    chan struct{} // closed when there is room again; nil when nobody waits; guarded by mu
}

// Returns an outbox for the records of a run.
func newOutbox(l *link, run uint32, credit uint32, gone func()) *outbox {
	return &outbox{link: l, run: run, kind: wire.Records, credit: int64(credit), gone: gone}
}

// Returns an outbox that holds a script, which needs no credit.
func scriptOutbox(l *link, run uint32, script []byte) *outbox {
	return &outbox{link: l, run: run, kind: wire.Run, credit: math.MaxInt64, sending: script, closed: true, gone: func() {}}
}

// Returns an outbox that holds a Bye.
func farewell(l *link, reason error) *outbox {
	bye := wire.AppendFrame(nil, wire.Bye, 0, wire.EncodeError(reason))
	return &outbox{link: l, tail: bye, closed: true, gone: func() {}}
}

// Write adds r to what is sent, stamped with its place in the run. It waits while the
// other end's reader is too far behind.
func (o *outbox) Write(ctx context.Context, r jobs.Record) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.wait(ctx); err != nil {
		return err
	}
	r.Seq = o.seq + 1
	if err := o.batch.Add(r); err != nil {
		return err
	}
	o.seq++
	o.offer()
	return nil
}

// Waits for room; mu is held before and after.
func (o *outbox) wait(ctx context.Context) error {
	for !o.closed && o.batch.Len() >= batchSize {
		if o.room == nil {
			o.room = make(chan struct{})
		}
		room := o.room
		o.mu.Unlock()
		err := o.pause(ctx, room)
		o.mu.Lock()
		if err != nil {
			return err
		}
	}
	if o.closed {
		return jobs.ErrClosed
	}
	return nil
}

func (o *outbox) pause(ctx context.Context, room <-chan struct{}) error {
	select {
	case <-room:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-o.link.done:
		return o.link.failure()
	}
}

// Lets those who wait for room look again; mu is held.
func (o *outbox) release() {
	if o.room != nil {
		close(o.room)
		o.room = nil
	}
}

// Queues o when it may send; mu is held.
func (o *outbox) offer() {
	if !o.queued && o.sendable() {
		o.queued = true
		o.link.enqueue(o)
	}
}

// Reports whether there is a frame to send, and the credit for it; mu is held.
func (o *outbox) sendable() bool {
	n := len(o.sending) - o.sent
	if n == 0 {
		n = o.batch.Len()
	}
	if n == 0 {
		return o.tail != nil
	}
	return o.credit >= int64(min(n, wire.MaxPayload))
}

// Appends the next frame to buf, and reports whether another could follow, in which case
// o stays queued. It is called by the link's writer.
func (o *outbox) take(buf []byte) ([]byte, bool) {
	o.mu.Lock()
	buf, last := o.frame(buf)
	o.queued = o.sendable()
	again := o.queued
	o.mu.Unlock()
	if last {
		o.gone()
	}
	return buf, again
}

// Appends the next frame to buf, and reports whether it is the last; mu is held.
func (o *outbox) frame(buf []byte) ([]byte, bool) {
	if !o.sendable() { // discarded since it was queued
		return buf, false
	}
	if len(o.sending) == 0 && o.batch.Len() > 0 {
		o.sending = o.batch.Take(o.spare)
		o.spare = nil
		o.release()
	}
	if len(o.sending) > 0 {
		return o.piece(buf), false
	}
	buf = append(buf, o.tail...)
	o.tail = nil
	return buf, true
}

// Appends a frame with the next piece of what is being sent; mu is held.
func (o *outbox) piece(buf []byte) []byte {
	rest, kind := o.sending[o.sent:], o.kind
	if len(rest) > wire.MaxPayload {
		rest, kind = rest[:wire.MaxPayload], wire.Part
	}
	buf = wire.AppendFrame(buf, kind, o.run, rest)
	o.credit -= int64(len(rest))
	o.sent += len(rest)
	if kind != wire.Part {
		o.sentAll()
	}
	return buf
}

// Keeps the memory of the batch that was sent, unless a huge record made it large; mu is held.
func (o *outbox) sentAll() {
	if cap(o.sending) <= 2*wire.MaxPayload {
		o.spare = o.sending
	}
	o.sending, o.sent = nil, 0
}

// Adds to the credit.
func (o *outbox) grant(n uint32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.credit = min(o.credit+int64(n), wire.MaxWindow)
	o.offer()
}

// Takes no more records, and sends that the run has ended after those there are.
func (o *outbox) end(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.tail = wire.AppendFrame(nil, wire.End, o.run, wire.EncodeError(err))
	o.release()
	o.offer()
}

// Takes no more records, and forgets those that were not sent.
func (o *outbox) discard() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.batch.Take(nil)
	o.sending, o.sent = nil, 0
	o.release()
	o.offer()
}

// Queues an outbox that was made with something in it.
func (o *outbox) start() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.offer()
}
