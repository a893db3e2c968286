package shell

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"marsh/jobs"
)

// Bounds of what is read from a program.
const (
	maxLine   = 16 << 20               // bytes of a line; a longer one is split
	readSize  = 64 << 10               // bytes read at a time
	afterExit = 250 * time.Millisecond // how long to read on what a program left running keeps open
)

// patient reads a program's output to the end, and after the program has ended for
// as long as more keeps coming: what it left running may hold the pipe open.
type patient struct {
	file  *os.File
	ended atomic.Bool
}

// writerEnded says that the program has ended.
func (p *patient) writerEnded() {
	p.ended.Store(true)
	p.file.SetReadDeadline(time.Now().Add(afterExit))
}

// Read reads from the pipe; a deadline that passed while nobody was reading does
// not count.
func (p *patient) Read(b []byte) (int, error) {
	for {
		ended := p.ended.Load()
		if ended {
			p.file.SetReadDeadline(time.Now().Add(afterExit))
		}
		n, err := p.file.Read(b)
		if n > 0 || ended || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

// readLines reads lines and writes them as records until the end.
func readLines(ctx context.Context, r io.Reader, k jobs.StreamKind, sink jobs.Sink) error {
	in := bufio.NewReaderSize(r, readSize)
	for {
		line, err := readLine(in)
		if ctx.Err() != nil {
			return jobs.AsError(context.Cause(ctx))
		}
		if line != "" || err == nil {
			if werr := sink.Write(ctx, jobs.Record{Time: time.Now(), Stream: k, Value: line}); werr != nil {
				return werr
			}
		}
		if err != nil {
			return nil
		}
	}
}

// readLine reads one line without its newline, or the maxLine bytes it begins with.
func readLine(in *bufio.Reader) (string, error) {
	var long []byte
	for {
		part, err := in.ReadSlice('\n')
		if err == nil {
			part = part[:len(part)-1]
		}
		if long == nil && !errors.Is(err, bufio.ErrBufferFull) {
			return string(part), err
		}
		long = append(long, part...)
		if !errors.Is(err, bufio.ErrBufferFull) || len(long) >= maxLine {
			if errors.Is(err, bufio.ErrBufferFull) {
				err = nil
			}
			return string(long), err
		}
	}
}
