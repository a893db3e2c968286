package bootstrap

import (
	"bufio"
	"context"
	"io"
	"sync"
)

// Stream is the connection to an agent's standard input and output.
type Stream struct {
	p      Process
	stdout *bufio.Reader // the agent's first byte is the next
	noise  *tail         // what was printed before the agent's first byte
	stderr *tail
	silent chan struct{} // closed when nothing more comes on stderr

	once sync.Once
	err  error // of the first Close
}

// newStream begins to read p's standard error, until p's channel is closed: by the
// far side, or with its connection.
func newStream(p Process) *Stream {
	s := &Stream{p: p, stdout: bufio.NewReaderSize(p.Stdout(), 64<<10), noise: &tail{}, stderr: &tail{}, silent: make(chan struct{})}
	go func() {
		defer close(s.silent)
		io.Copy(s.stderr, p.Stderr()) // its end is the end of the channel
	}()
	return s
}

// Read reads what the agent writes.
func (s *Stream) Read(p []byte) (int, error) { return s.stdout.Read(p) }

// Write writes to the agent.
func (s *Stream) Write(p []byte) (int, error) { return s.p.Stdin().Write(p) }

// Close ends the agent's input and closes its channel; the agent takes that for the
// operator's leave. Closing twice is fine.
func (s *Stream) Close() error {
	s.once.Do(func() {
		s.p.Stdin().Close()
		s.err = s.p.Close()
	})
	return s.err
}

// within does what reads from s or writes to it, until that is over or ctx ends. Then s is
// closed, and what do waits for comes to its end with the connection at the latest: a
// server keeps the channel open for as long as the program there runs, which may heed
// nothing.
func within[T any](ctx context.Context, s *Stream, do func() (T, error)) (T, error) {
	type outcome struct {
		got T
		err error
	}
	over := make(chan outcome, 1)
	go func() {
		got, err := do()
		over <- outcome{got, err}
	}()
	select {
	case o := <-over:
		return o.got, o.err
	case <-ctx.Done():
		s.Close()
		var none T
		return none, ctx.Err()
	}
}

// Stderr returns the last 4 KiB of what the agent wrote to its standard error: why
// it ended, if it did not end well. The text is the other machine's; it may hold
// anything.
func (s *Stream) Stderr() string { return s.stderr.String() }

// Noise returns the last 4 KiB of what was printed before the agent began.
func (s *Stream) Noise() string { return s.noise.String() }

// said returns all that the machine printed on its own, for a message. It waits for
// the end of the process or of ctx.
func (s *Stream) said(ctx context.Context) string {
	select {
	case <-s.silent:
	case <-ctx.Done():
	}
	return oneLine(s.noise.String() + "\n" + s.stderr.String())
}
