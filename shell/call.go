package shell

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"marsh/jobs"
)

// Call is one run of a command: what it reads, where it writes. It belongs to the
// goroutine that runs the command, but its methods that write may be used by
// several goroutines.
type Call struct {
	Ctx    context.Context // ends when the command is cancelled
	Engine *Engine         // the engine that the command was typed in
	Cmd    *Command

	in     *input    // the pipeline before this command; nil where there is none
	out    jobs.Sink // the output stream: the next command, a file, the script's sink
	others jobs.Sink // the other streams
	common common    // the common parameters
	stage  *stageRun // notes errors, for $?
	run    *run      // the pipeline that it is part of
}

// Out writes a value to the output stream; it fails when the command is cancelled
// or nobody reads any more, and the command should then return the error.
func (c *Call) Out(v any) error {
	n, err := jobs.Normalize(v)
	if err != nil {
		return err
	}
	return c.Write(jobs.Out(n))
}

// Write writes a record as it is: to the output stream or, by its Stream, to
// another one.
func (c *Call) Write(r jobs.Record) error {
	if r.Time.IsZero() {
		r.Time = time.Now()
	}
	if r.Stream == jobs.Output {
		return c.out.Write(c.Ctx, r)
	}
	if r.Stream == jobs.ErrorStream {
		return c.errorRecord(r)
	}
	return c.others.Write(c.Ctx, r)
}

// Error reports an error that does not end the command: it goes to the error
// stream, or does what -ErrorAction says. A result other than nil ends the command.
func (c *Call) Error(err error) error {
	e := jobs.AsError(err).WithOp(c.Cmd.Name)
	if e.Kind == jobs.KindClosed || c.Ctx.Err() != nil {
		return err
	}
	if e.Detail == "" && c.run != nil {
		e.Detail = c.run.place()
	}
	return c.errorRecord(jobs.Record{Time: time.Now(), Stream: jobs.ErrorStream, Value: jobs.ErrorValue(e), Host: e.Host})
}

// place says where in a file the command line is, for an error that the script goes on
// from; "" where it was typed.
func (r *run) place() string {
	if !strings.Contains(r.p.Source, "/") {
		return ""
	}
	line, _, _ := strings.Cut(r.p.Text, "\n")
	return fmt.Sprintf("at %s:%d: %s", r.p.Source, r.p.Line, line)
}

// atPlace returns an error that ends the pipeline with its place, as far as no pipeline
// within has said it.
func (r *run) atPlace(err error) error {
	e, ok := err.(*jobs.Error)
	if !ok || e.Detail != "" || isExit(e) || e.Kind == jobs.KindStopped || e.Kind == jobs.KindClosed {
		return err
	}
	placed := *e
	if placed.Detail = r.place(); placed.Detail == "" {
		return err
	}
	return &placed
}

// errorRecord writes a record of the error stream under -ErrorAction.
func (c *Call) errorRecord(r jobs.Record) error {
	m, isErr := r.Value.(*jobs.Map)
	if !isErr || m.Type != jobs.TypeError { // a program's stderr is no error by itself
		return c.others.Write(c.Ctx, r)
	}
	action := strings.ToLower(c.common.ErrorAction)
	if action == "stop" {
		return jobs.ErrorFromValue(m)
	}
	c.stage.failed.Store(true)
	if action != "ignore" {
		c.Engine.noteError(m)
	}
	if action == "ignore" || action == "silentlycontinue" {
		return nil
	}
	return c.others.Write(c.Ctx, r)
}

// Warn writes a line to the warning stream.
func (c *Call) Warn(format string, args ...any) error {
	return c.Write(jobs.Record{Stream: jobs.Warning, Value: fmt.Sprintf(format, args...)})
}

// HasInput reports whether something is piped into the command.
func (c *Call) HasInput() bool { return c.in != nil }

// Next returns the next record that is piped in; false at the end, and when the
// command is cancelled.
func (c *Call) Next() (jobs.Record, bool) {
	if c.in == nil {
		return jobs.Record{}, false
	}
	return c.in.next(c.Ctx)
}

// NextWithin is [Call.Next], and false when ctx ends too.
func (c *Call) NextWithin(ctx context.Context) (jobs.Record, bool) {
	if c.in == nil {
		return jobs.Record{}, false
	}
	return c.in.next(ctx)
}

// Input collects the values that are piped in, to the end. Use it only where all
// of them are needed at once.
func (c *Call) Input() jobs.List {
	var all jobs.List
	for r, ok := c.Next(); ok; r, ok = c.Next() {
		all = append(all, r.Value)
	}
	return all
}

// Path returns the file name p as seen from the engine's directory, ~ expanded.
func (c *Call) Path(p string) string { return c.Engine.path(p) }

// Invoke calls a block given to the command, with the current value as its first
// argument ("it"): in place where the command is declared Inline, so that it sees
// the variables around it. It returns the block's values: what its commands write,
// and then what it returns. Its other streams go where the command's do.
func (c *Call) Invoke(b *Block, args ...jobs.Value) (jobs.List, error) {
	vals := &collector{rest: c.others}
	err := c.invoke(b, args, vals, false)
	return vals.values, err
}

// InvokeOut calls a block as Invoke does, and writes its values to the command's
// output as they come.
func (c *Call) InvokeOut(b *Block, args ...jobs.Value) error {
	return c.invoke(b, args, &blockSink{c}, c.atTerminal())
}

func (c *Call) invoke(b *Block, args jobs.List, out jobs.Sink, terminal bool) error {
	if b.Func == nil {
		return c.Engine.evalBlock(c.Ctx, b, args, out)
	}
	vals, err := c.run.callBlock(c, b.Func, args, out, terminal)
	if err != nil {
		return err
	}
	for _, v := range vals {
		if err := out.Write(c.Ctx, jobs.Record{Time: time.Now(), Stream: jobs.Output, Value: v}); err != nil {
			return err
		}
	}
	return nil
}

// Truth reports whether a block's values count as true: the last one is neither
// nil nor false.
func Truth(vals jobs.List) bool {
	if len(vals) == 0 {
		return false
	}
	last := vals[len(vals)-1]
	return last != nil && last != false
}

// Clean returns p, absolute as seen from dir.
func cleanPath(dir, home, p string) string {
	switch {
	case p == "~":
		p = home
	case strings.HasPrefix(p, "~/"):
		p = filepath.Join(home, p[2:])
	}
	if !filepath.IsAbs(p) {
		p = filepath.Join(dir, p)
	}
	return filepath.Clean(p)
}
