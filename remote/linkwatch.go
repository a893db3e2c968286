package remote

import (
	"io"
	"sync/atomic"
	"time"

	"marsh/jobs"
	"marsh/remote/wire"
)

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
