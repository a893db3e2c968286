package shell

import (
	"io"
	"os"

	"marsh/jobs"
)

// plumb chooses the program's standard input and outputs.
func (x *running) plumb(i int) (err error) {
	prog, to := x.s.prog, x.s.to
	switch {
	case prog.in != nil:
		x.cmd.Stdin = prog.in
	case x.s.in != nil:
		if x.feed, err = x.pipeTo(&x.cmd.Stdin); err != nil {
			return err
		}
	case x.s.tty != nil:
		x.cmd.Stdin = x.s.tty.TTY()
	case x.r.e == x.r.e.Shell.Engine() && x.r.e.Shell.Stdin != nil && i == 0:
		x.cmd.Stdin = x.r.e.Shell.Stdin
	}
	if x.cmd.Stdout, err = x.output(jobs.Output, to); err != nil {
		return err
	}
	if sameSink(to.to[jobs.ErrorStream], to.to[jobs.Output]) {
		x.cmd.Stderr = x.cmd.Stdout // 2>&1: one pipe keeps the order
		return nil
	}
	x.cmd.Stderr, err = x.output(jobs.ErrorStream, to)
	return err
}

// sameSink reports whether the error stream was joined to the output.
func sameSink(errs, out jobs.Sink) bool {
	m, ok := errs.(merged)
	return ok && m.into == jobs.Output && m.to == out
}

// pipeTo makes a pipe whose reading end the program gets.
func (x *running) pipeTo(end *io.Reader) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	*end = r
	x.after = append(x.after, r)
	return w, nil
}

// output chooses where the program writes a stream: to the next program, straight
// to a file, to the terminal, or to a pipe that is read line by line.
func (x *running) output(k jobs.StreamKind, to *router) (*os.File, error) {
	if k == jobs.Output && x.s.prog.hasReader {
		return x.s.prog.out, nil
	}
	if f, ok := unmerged(to.to[k]).(*fileSink); ok {
		return f.file, nil
	}
	if sink := unmerged(to.to[k]); x.s.tty != nil && (sink == x.r.rest || sink == x.r.out) {
		return x.s.tty.TTY(), nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	x.after = append(x.after, w)
	x.drain = append(x.drain, drain{in: &patient{file: r}, kind: k, sink: to.to[k]})
	return w, nil
}

// drain is an output of a program that is read line by line.
type drain struct {
	in   *patient
	kind jobs.StreamKind
	sink jobs.Sink
}

// readOutputs begins to read what the program writes.
func (x *running) readOutputs() {
	for _, d := range x.drain {
		x.wg.Go(func() {
			defer d.in.file.Close()
			if err := jobs.Guard(func() error { return readLines(x.s.ctx, d.in, d.kind, d.sink) }); err != nil {
				x.errs <- err
			}
		})
	}
}

// unmerged returns the sink that a stream which joined another ends in.
func unmerged(sink jobs.Sink) jobs.Sink {
	for {
		m, ok := sink.(merged)
		if !ok {
			return sink
		}
		sink = m.to
	}
}
