package shell

import (
	"context"
	"slices"
	"sync"

	"marsh/jobs"
)

// pipeDepth is how many records may wait between two stages of a pipeline.
const pipeDepth = 64

// maxCapture is how many bytes of values $x = command may collect.
const maxCapture = 1 << 30

// input is the queue between two stages: the first one writes to it, the second
// reads.
type input struct {
	ch   chan jobs.Record
	gone chan struct{} // closed when the reader reads no more
	once sync.Once     // closes gone
}

func newInput(depth int) *input {
	return &input{ch: make(chan jobs.Record, depth), gone: make(chan struct{})}
}

// Write adds a record; it fails with jobs.ErrClosed when the reader has ended.
func (p *input) Write(ctx context.Context, r jobs.Record) error {
	if p.left() {
		return jobs.ErrClosed
	}
	select {
	case p.ch <- r:
		return nil
	case <-p.gone:
		return jobs.ErrClosed
	case <-ctx.Done():
		return jobs.AsError(context.Cause(ctx))
	}
}

func (p *input) try(r jobs.Record) (done bool, err error) {
	if p.left() {
		return true, jobs.ErrClosed
	}
	select {
	case p.ch <- r:
		return true, nil
	default:
		return false, nil
	}
}

// next returns the next record; false at the end.
func (p *input) next(ctx context.Context) (jobs.Record, bool) {
	select {
	case r, ok := <-p.ch:
		return r, ok
	case <-ctx.Done():
		return jobs.Record{}, false
	}
}

// end says that no more will be written.
func (p *input) end() { close(p.ch) }

// leave says that no more will be read.
func (p *input) leave() { p.once.Do(func() { close(p.gone) }) }

// left reports whether no more will be read.
func (p *input) left() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// collector is a Sink that keeps the values of the output stream and passes the
// rest on.
type collector struct {
	rest jobs.Sink

	mu     sync.Mutex
	values jobs.List // guarded by mu
	size   int64     // of values, in bytes; guarded by mu
	also   jobs.Sink // gets the values, too; nil is nobody; guarded by mu
}

// open has the values that come from now on go to a sink, too, and returns those that
// came before.
func (c *collector) open(also jobs.Sink) []jobs.Value {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.also = also
	return slices.Clone(c.values)
}

// Write keeps an output value. A value from another machine that is a Map gets the
// property PSComputerName.
func (c *collector) Write(ctx context.Context, r jobs.Record) error {
	if r.Stream != jobs.Output {
		return c.rest.Write(ctx, r)
	}
	also, err := c.add(r)
	if err != nil || also == nil {
		return err
	}
	return also.Write(ctx, r)
}

// add keeps an output value, and returns who gets it, too.
func (c *collector) add(r jobs.Record) (also jobs.Sink, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size += jobs.Size(r.Value)
	if c.size > maxCapture {
		return nil, jobs.Errorf(jobs.KindLimit, "more than %d MiB of values do not fit into a variable; write them to a file with >", maxCapture>>20)
	}
	c.values = append(c.values, WithHost(r))
	return c.also, nil
}

func (c *collector) try(r jobs.Record) (done bool, err error) {
	if r.Stream != jobs.Output || c.opened() {
		return false, nil
	}
	_, err = c.add(r)
	return true, err
}

// opened reports whether somebody else gets the values, too.
func (c *collector) opened() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.also != nil
}

// WithHost returns the record's value; a Map that came from another machine has
// that machine's name as PSComputerName.
func WithHost(r jobs.Record) jobs.Value {
	m, ok := r.Value.(*jobs.Map)
	if !ok || r.Host == "" {
		return r.Value
	}
	c := m.Clone()
	c.Set("PSComputerName", r.Host)
	return c
}

// router sends each stream its own way.
type router struct {
	to [jobs.Progress + 1]jobs.Sink
}

// newRouter sends output to out and all other streams to rest.
func newRouter(out, rest jobs.Sink) *router {
	r := &router{}
	for k := range r.to {
		r.to[k] = rest
	}
	r.to[jobs.Output] = out
	return r
}

// Write sends the record where its stream goes.
func (r *router) Write(ctx context.Context, rec jobs.Record) error {
	if int(rec.Stream) >= len(r.to) {
		return jobs.Errorf(jobs.KindValue, "there is no stream %d", rec.Stream)
	}
	return r.to[rec.Stream].Write(ctx, rec)
}

// merge sends stream from, 0 for all but the progress, where into goes, as records of
// into.
func (r *router) merge(from int, into jobs.StreamKind) {
	sink := merged{into: into, to: r.to[into]}
	for k := range r.to {
		if k != int(into) && (k == from || from == 0 && k != int(jobs.Progress)) {
			r.to[k] = sink
		}
	}
}

// merged is a sink that takes records of one stream into another (2>&1).
type merged struct {
	into jobs.StreamKind
	to   jobs.Sink
}

// Write writes the record as one of the other stream.
func (m merged) Write(ctx context.Context, r jobs.Record) error {
	r.Stream = m.into
	return m.to.Write(ctx, r)
}
