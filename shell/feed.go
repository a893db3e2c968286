package shell

import (
	"bufio"

	"marsh/jobs"
)

// feedInput writes what is piped in to the program's standard input, as lines.
func (x *running) feedInput() {
	defer x.feed.Close()
	w := bufio.NewWriterSize(x.feed, readSize)
	for {
		r, ok := x.nextInput(w)
		if !ok {
			w.Flush()
			return
		}
		w.WriteString(jobs.Text(WithHost(r)))
		if err := w.WriteByte('\n'); err != nil {
			return
		}
	}
}

// nextInput returns the next record that is piped in, and flushes before it waits.
func (x *running) nextInput(w *bufio.Writer) (jobs.Record, bool) {
	select {
	case r, ok := <-x.s.in.ch:
		return r, ok
	default:
	}
	if w.Flush() != nil {
		return jobs.Record{}, false
	}
	select {
	case r, ok := <-x.s.in.ch:
		return r, ok
	case <-x.s.in.gone:
	case <-x.s.ctx.Done():
	}
	return jobs.Record{}, false
}
