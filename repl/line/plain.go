package line

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"marsh/repl"
)

// A plain editor is that of a terminal that can only write one row after the other:
// the terminal itself edits the line, and no control sequence is written.
type plain struct {
	in   *Input
	term *term

	mu     sync.Mutex
	prompt string   // of the line being read, guarded by mu
	shown  bool     // a line is being read, guarded by mu
	queued []string // announced while no line was read, guarded by mu
}

func newPlain(in *Input, t *term) *plain { return &plain{in: in, term: t} }

// Reads a line. One that begins with a text goes on behind it.
func (p *plain) readLine(ctx context.Context, q repl.Request) (string, error) {
	if q.Secret {
		quiet, err := Silence(p.term.in)
		if err != nil {
			return "", gone(err)
		}
		defer quiet()
	}
	interrupts := make(chan os.Signal, 1) // taken before the prompt is seen, and Ctrl-C is pressed
	signal.Notify(interrupts, syscall.SIGINT)
	defer signal.Stop(interrupts)
	if err := p.begin(q); err != nil {
		return "", gone(err)
	}
	defer p.end()
	text, err := p.line(ctx, interrupts)
	if err != nil || q.Secret {
		_, _ = p.term.out.WriteString("\n") // the terminal has shown no end
	}
	if err != nil {
		return "", err
	}
	return q.Text + text, nil
}

// Shows what was announced, and the prompt.
func (p *plain) begin(q repl.Request) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.prompt, p.shown = withoutSGR(q.Prompt)+q.Text, true
	if q.Again && strings.HasSuffix(q.Text, "\n") {
		p.prompt = q.More
	}
	text := ""
	for _, news := range p.queued {
		text += news + "\n"
	}
	p.queued = nil
	_, err := p.term.out.WriteString(text + p.prompt)
	return err
}

func (p *plain) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = false
}

// Shows text on rows of its own, and the prompt again. What was typed goes on behind
// it, unseen: the terminal alone knows it.
func (p *plain) announce(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text = strings.TrimSuffix(text, "\n")
	if p.shown {
		_, _ = p.term.out.WriteString("\n" + text + "\n" + p.prompt) // who reads notices a terminal that is gone
	} else if len(p.queued) < repl.MaxQueued {
		p.queued = append(p.queued, text)
	}
}

// Reads up to Enter, byte by byte, to leave what follows to the next program.
func (p *plain) line(ctx context.Context, interrupts <-chan os.Signal) (string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	woken := make(chan struct{})
	go func() {
		defer close(woken)
		select {
		case <-interrupts:
			cancel(repl.ErrInterrupted)
		case <-ctx.Done():
		}
		p.in.wake()
	}()
	text, err := p.bytes(ctx)
	cause := context.Cause(ctx)
	cancel(nil)
	<-woken
	if cause != nil {
		return "", cause
	}
	return text, err
}

// Reads up to a newline, or until ctx ends and the input is woken. Where nothing is
// typed Ctrl-D is io.EOF; behind something it does nothing.
func (p *plain) bytes(ctx context.Context) (string, error) {
	var line []byte
	for {
		b, err := p.byte(ctx)
		switch {
		case err == io.EOF && len(line) > 0 && !p.in.over():
			continue
		case err != nil:
			return "", err
		case b == '\n':
			return strings.Map(printable, string(line)), nil
		case len(line) < repl.MaxLine:
			line = append(line, b)
		}
	}
}

func (p *plain) byte(ctx context.Context) (byte, error) {
	for {
		ready, err := p.in.wait(-1)
		switch {
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case err == errWoken:
			continue // it was meant for a line that has ended
		case err != nil:
			return 0, err
		case ready:
			var b [1]byte
			_, err := p.in.read(b[:])
			return b[0], err
		}
	}
}

// Returns s without the sequences that colour it.
func withoutSGR(s string) string {
	var b strings.Builder
	for s != "" {
		n := sgrLen(s)
		if n == 0 {
			b.WriteByte(s[0])
			n = 1
		}
		s = s[n:]
	}
	return b.String()
}

// Silence makes a terminal show nothing of what is typed, until restore is called. An error
// says that f is none.
func Silence(f *os.File) (restore func(), err error) {
	now, err := unix.IoctlGetTermios(int(f.Fd()), getModes)
	if err != nil {
		return nil, err
	}
	silent := *now
	silent.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(int(f.Fd()), setModes, &silent); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(int(f.Fd()), setModes, now) }, nil
}
