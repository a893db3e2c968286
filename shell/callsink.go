package shell

import (
	"context"
	"slices"

	"marsh/jobs"
)

// blockSink is where a block writes that a command was given: to the command's output,
// and to where its other streams go.
type blockSink struct{ c *Call }

// Write writes one record.
func (s *blockSink) Write(ctx context.Context, r jobs.Record) error {
	if r.Stream == jobs.Output {
		return s.c.out.Write(ctx, r)
	}
	return s.c.others.Write(ctx, r)
}

func (s *blockSink) try(r jobs.Record) (done bool, err error) {
	if r.Stream != jobs.Output {
		return false, nil
	}
	return try(s.c.out, r)
}

// Flush shows what is held back, for a program that is about to have the terminal.
func (s *blockSink) Flush() error { return flushSink(s.c.out) }

// commandSink is where a user's command writes: what its errors do is said by the
// parameters that the command was given.
type commandSink struct{ c *Call }

// Write writes the record as the command.
func (s *commandSink) Write(_ context.Context, r jobs.Record) error { return s.c.Write(r) }

func (s *commandSink) try(r jobs.Record) (done bool, err error) {
	return (&blockSink{s.c}).try(r)
}

// Flush is that of [blockSink].
func (s *commandSink) Flush() error { return flushSink(s.c.out) }

func flushSink(sink jobs.Sink) error {
	if f, ok := sink.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}

// number returns the number of the command's stage, from 0.
func (c *Call) number() int { return slices.Index(c.run.stages, c.stage) }

// Watched reports whether a person looks at what the script writes as it comes, so that
// it is worth while to tell how far a command is ([jobs.Script].Terminal).
func (c *Call) Watched() bool { return c.run != nil && c.run.watched }

// atTerminal reports whether what the command writes goes where the script's output
// does, and nothing comes to it through a pipe: a program that it runs may then have
// the terminal that the script has.
func (c *Call) atTerminal() bool {
	r := c.run
	return c.in == nil && r.collect == nil && c.stage == r.stages[len(r.stages)-1] && len(c.stage.spec.Redirs) == 0
}
