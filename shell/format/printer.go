package format

import (
	"context"
	"errors"
	"io"
	"sync"
	"syscall"
	"time"

	"marsh/jobs"
)

// holdBack is how long the first rows of a table wait for more, so that its columns
// fit them too.
const holdBack = 50 * time.Millisecond

// Printer is a Sink that shows what is written to it. It may be used by several
// goroutines at a time. Each statement ends with [Printer.Flush].
type Printer struct {
	out, err io.Writer
	o        Options

	mu     sync.Mutex
	table  *table      // the open one, or nil; guarded by mu
	blank  bool        // the last line shown was an empty one of ours; guarded by mu
	failed error       // why a row that waited could not be shown; guarded by mu
	timer  *time.Timer // ends the waiting of the table's first rows; guarded by mu

	timers sync.WaitGroup // counts the timers that may still call
}

// NewPrinter returns a Printer that shows the output stream on out and all others
// on err.
func NewPrinter(out, err io.Writer, o Options) *Printer {
	return &Printer{out: out, err: err, o: o}
}

// Write shows r, or keeps it for a moment when it is one of the first rows of a
// table. Its errors are of kind KindClosed when nobody reads any more, else
// KindIO; one that happened to a row kept before is returned by the next call.
func (p *Printer) Write(ctx context.Context, r jobs.Record) error {
	if err := ctx.Err(); err != nil {
		return jobs.AsError(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.takeFailure(); err != nil {
		return err
	}
	if r.Stream == jobs.Output || r.Stream == 0 {
		return p.output(r)
	}
	return p.message(r)
}

// Flush ends the statement: it shows the rows kept and closes an open table. The
// Printer can be used again.
func (p *Printer) Flush() error {
	p.mu.Lock()
	err := errors.Join(p.takeFailure(), p.closeTable())
	p.blank = false
	p.mu.Unlock()
	p.timers.Wait() // for one that was about to call
	return err
}

func (p *Printer) takeFailure() error {
	err := p.failed
	p.failed = nil
	return err
}

func (p *Printer) message(r jobs.Record) error {
	if err := p.showRows(); err != nil {
		return err
	}
	switch {
	case r.Stream == jobs.Progress:
		return nil
	case p.o.Mode == JSON:
		return write(p.err, string(messageJSON(r)))
	}
	return write(p.err, message(r, p.o))
}

func (p *Printer) output(r jobs.Record) error {
	if p.o.Mode == JSON {
		return write(p.out, string(append(AppendJSON(nil, r.Value, shownHost(r)), '\n')))
	}
	switch v := r.Value.(type) {
	case nil:
		return nil
	case jobs.List:
		return p.each(r, v)
	case *jobs.Map:
		return p.mapping(row{v, shownHost(r)})
	}
	if err := p.closeTable(); err != nil {
		return err
	}
	p.blank = false
	return write(p.out, lines(r, p.o))
}

// Shows a list as if its elements had been written one by one.
func (p *Printer) each(r jobs.Record, l jobs.List) error {
	for _, e := range l {
		r.Value = e
		if err := p.output(r); err != nil {
			return err
		}
	}
	return nil
}

func (p *Printer) mapping(r row) error {
	switch {
	case r.m.Type == jobs.TypeError, r.m.Len() == 0:
		return p.line(r)
	case listed(r.m, p.o):
		return p.list(r)
	}
	if p.table != nil && !p.table.takes(r.m, r.host, p.o) {
		if err := p.closeTable(); err != nil {
			return err
		}
	}
	return p.addRow(r)
}

// Shows a map that has no properties worth a table.
func (p *Printer) line(r row) error {
	if err := p.closeTable(); err != nil {
		return err
	}
	p.blank = false
	return write(p.out, labelled(Visible(withNewline(jobs.Text(r.m))), r.host, true))
}

func (p *Printer) list(r row) error {
	if err := p.closeTable(); err != nil {
		return err
	}
	text := p.opening() + listText(r, p.o.Columns) + "\n"
	p.blank = true
	return write(p.out, text)
}

// Returns the empty line that a table or list begins with, unless there just was
// one.
func (p *Printer) opening() string {
	if p.blank {
		return ""
	}
	return "\n"
}

// Writes text in one piece, so that what others write to the same terminal does
// not come between.
func write(w io.Writer, text string) error {
	if text == "" {
		return nil
	}
	_, err := io.WriteString(w, text)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return jobs.ErrClosed
	}
	return jobs.Errorf(jobs.KindIO, "the output could not be written: %w", err)
}
