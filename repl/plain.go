package repl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"marsh/shell/format"
)

// Plain is the Editor for input that nobody types: a pipe or a file. It shows no
// prompt and writes announcements to the error output.
type Plain struct {
	in     io.ReadCloser
	reader *bufio.Reader

	mu  sync.Mutex
	err io.Writer // guarded by mu
}

// NewPlain makes a Plain that reads in and announces on err. When a ReadLine's
// context ends it closes in, which has to end a Read that is pending, as it does
// for an Input of package repl/line.
func NewPlain(in io.ReadCloser, err io.Writer) *Plain {
	return &Plain{in: in, reader: bufio.NewReaderSize(in, plainBuffer), err: err}
}

// plainBuffer is how much is read at a time, in bytes: what a pipe of Linux holds.
const plainBuffer = 64 << 10

// Buffered reports whether a line has been read already, so that ReadLine would not
// wait for it.
func (p *Plain) Buffered() bool {
	data, _ := p.reader.Peek(p.reader.Buffered()) // no more than there is: it cannot fail
	return bytes.IndexByte(data, '\n') >= 0
}

// ReadLine reads up to a newline or the end of the input. Of q it uses nothing.
func (p *Plain) ReadLine(ctx context.Context, q Request) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	stop := context.AfterFunc(ctx, func() { p.in.Close() })
	defer stop()
	text, err := p.line()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	return text, err
}

// Reads one line, which is skipped when it is longer than MaxLine.
func (p *Plain) line() (string, error) {
	var line []byte
	long := false
	for {
		part, err := p.reader.ReadSlice('\n')
		if long = long || len(line)+len(part) > MaxLine+1; !long {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return whole(line, long, err)
	}
}

// Makes what was read up to err a line, or an error.
func whole(line []byte, long bool, err error) (string, error) {
	switch {
	case long:
		return "", ErrLineTooLong
	case err != nil && len(line) == 0:
		return "", err
	case err != nil && err != io.EOF:
		return "", err
	}
	return trimEnd(string(line)), nil
}

// Cuts the line's end off.
func trimEnd(s string) string {
	n := len(s)
	if n > 0 && s[n-1] == '\n' {
		n--
		if n > 0 && s[n-1] == '\r' {
			n--
		}
	}
	return s[:n]
}

// Announce writes text to the error output.
func (p *Plain) Announce(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintln(p.err, format.Visible(text))
}

// Redraw does nothing.
func (p *Plain) Redraw() {}

// Interactive returns false.
func (p *Plain) Interactive() bool { return false }
