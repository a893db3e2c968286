package shell

import (
	"bufio"

	"marsh/jobs"
	"marsh/shell/format"
)

// feed writes values to a program's standard input: texts and numbers as lines, and
// objects as an operator would see them, in tables.
type feed struct {
	x       *running
	buf     *bufio.Writer
	printer *format.Printer // writes to the program past buf, on timers of its own too
	table   bool            // the printer was used last
}

// feedInput writes what is piped in to the program's standard input.
func (x *running) feedInput() {
	defer x.feed.Close()
	f := &feed{
		x: x, buf: bufio.NewWriterSize(x.feed, readSize),
		printer: format.NewPrinter(x.feed, x.feed, format.Options{RawErrors: true}),
	}
	for {
		r, ok := f.next()
		if !ok {
			break
		}
		if f.write(r) != nil {
			break
		}
	}
	f.printer.Flush()
	f.buf.Flush()
}

// write writes one record.
func (f *feed) write(r jobs.Record) error {
	if m, ok := r.Value.(*jobs.Map); ok && m.Type != jobs.TypeError {
		f.table = true
		if err := f.buf.Flush(); err != nil {
			return err
		}
		return f.printer.Write(f.x.s.ctx, jobs.Record{Stream: jobs.Output, Value: m, Host: r.Host, HideHost: r.HideHost})
	}
	if f.table {
		f.table = false
		if err := f.printer.Flush(); err != nil {
			return err
		}
	}
	f.buf.WriteString(jobs.Text(WithHost(r)))
	return f.buf.WriteByte('\n')
}

// next returns the next record that is piped in, and flushes before it waits.
func (f *feed) next() (jobs.Record, bool) {
	in := f.x.s.in
	select {
	case r, ok := <-in.ch:
		return r, ok
	default:
	}
	if f.buf.Flush() != nil {
		return jobs.Record{}, false
	}
	select {
	case r, ok := <-in.ch:
		return r, ok
	case <-in.gone:
	case <-f.x.s.ctx.Done():
	}
	return jobs.Record{}, false
}
