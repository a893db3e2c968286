package remote

import (
	"context"
	"time"

	"marsh/jobs"
	"marsh/remote/wire"
)

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

// Says goodbye and waits for the link to end, for the grace, and longer where the other end lives.
func (l *link) linger(goodbye func()) {
	ctx, stop := l.patience(context.Background(), l.opt.Ending)
	defer stop()
	goodbye()
	select {
	case <-l.done:
	case <-ctx.Done():
	}
}
