package shell

import (
	"context"

	"marsh/jobs"
)

// Brief is a Runner that can tell whether it ends at once, whatever it is given: it waits
// for nobody and calls no block. Where it is the whole pipeline it needs no goroutine of
// its own then.
type Brief interface {
	Runner
	Brief() bool
}

// brief reports whether the pipeline is one command that ends at once.
func (r *run) brief() bool {
	if len(r.stages) != 1 {
		return false
	}
	b, ok := r.stages[0].runner.(Brief)
	return ok && b.Brief()
}

// runHere runs the only stage on this goroutine.
func (r *run) runHere() error {
	s := r.stages[0]
	s.here = true
	ended := r.begin(s)
	r.runStage(0, s)
	ended()
	return r.outcome()
}

// sinks returns where the stage writes its output and its other streams.
func (r *run) sinks(s *stageRun) (out, others jobs.Sink) {
	out, others = s.to.to[jobs.Output], s.to
	if s.here {
		return owned{r.e, out}, owned{r.e, others}
	}
	return out, others
}

// owned is a sink that is written to by the goroutine that has the turn.
type owned struct {
	e    *Engine
	sink jobs.Sink
}

// Write writes the record, and answers others where that has to wait.
func (o owned) Write(ctx context.Context, r jobs.Record) error { return o.e.writeTo(ctx, o.sink, r) }
