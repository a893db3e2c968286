package line

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/chzyer/readline"

	"marsh/repl"
)

// Editor edits lines on a terminal. It has a goroutine that waits for the terminal
// to change its size, and those of the library; all end with Close.
type Editor struct {
	in     *Input
	term   *term
	keys   *decoder
	screen *screen
	resize chan os.Signal
	done   chan struct{} // closed when the goroutine that waits for resize has ended
	dead   chan struct{} // closed when the library reads no more

	mu     sync.Mutex
	lib    *readline.Instance // nil before the first line, guarded by mu
	cur    *reading           // the line being read, guarded by mu
	closed bool               // guarded by mu
}

var _ repl.Editor = (*Editor)(nil)

// One line being read. What is not said to be fixed belongs to the library's
// goroutine.
type reading struct {
	ctx    context.Context // fixed
	q      repl.Request    // fixed
	key    rune            // the key to be carried out, 0 when it is the library's
	recall recall
}

// New makes an Editor that reads in and draws on out, which have to be the same
// terminal. It does not touch the terminal before the first line, and closes
// neither file.
func New(in, out *os.File) (*Editor, error) {
	for _, f := range []*os.File{in, out} {
		if !isTerminal(f) {
			return nil, errors.New(f.Name() + " is not a terminal")
		}
	}
	input, err := NewInput(in)
	if err != nil {
		return nil, err
	}
	t := &term{in: in, out: out}
	e := &Editor{
		in: input, term: t, keys: &decoder{src: input}, screen: &screen{w: out, size: t.size},
		resize: make(chan os.Signal, 1), done: make(chan struct{}), dead: make(chan struct{}),
	}
	signal.Notify(e.resize, syscall.SIGWINCH, syscall.SIGCONT)
	go e.watch()
	return e, nil
}

// IsTerminal reports whether f is a terminal that New takes.
func IsTerminal(f *os.File) bool { return isTerminal(f) }

// Redraws when the terminal has another size, or belonged to another program.
func (e *Editor) watch() {
	defer close(e.done)
	for range e.resize {
		e.term.resume()
		e.screen.resized()
	}
}

// ReadLine reads a line: Enter ends it; Ctrl-C drops it; Ctrl-D, where nothing is
// typed, is io.EOF, as is a terminal that is gone and a closed Editor.
func (e *Editor) ReadLine(ctx context.Context, q repl.Request) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	lib, err := e.start(ctx, q)
	if err != nil {
		return "", err
	}
	defer e.term.restore()
	if err := e.term.makeRaw(); err != nil {
		return "", gone(err)
	}
	if err := e.screen.begin(q); err != nil {
		return "", gone(err)
	}
	cancelled := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(cancelled)
		e.keys.cancel()
		e.in.wake()
	})
	text, err := lib.Readline()
	if !stop() {
		<-cancelled
	}
	return e.finish(ctx, text, err)
}

// Returns io.EOF for the error of a terminal that is gone.
func gone(err error) error {
	if errors.Is(err, syscall.EIO) || errors.Is(err, os.ErrClosed) {
		return io.EOF
	}
	return err
}

// Prepares for reading a line; io.EOF when none can be read any more.
func (e *Editor) start(ctx context.Context, q repl.Request) (*readline.Instance, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.dead:
		return nil, io.EOF
	default:
	}
	if e.closed {
		return nil, io.EOF
	}
	if e.lib == nil {
		lib, err := readline.NewEx(e.config())
		if err != nil {
			return nil, err
		}
		e.lib = lib
	}
	e.keys.begin()
	e.cur = &reading{ctx: ctx, q: q, recall: recall{at: len(q.History)}}
	return e.lib, nil
}

// Takes the line off the screen's hands, and says how it ended.
func (e *Editor) finish(ctx context.Context, text string, err error) (string, error) {
	hint := ""
	switch {
	case ctx.Err() != nil:
		text, err = "", context.Cause(ctx)
	case errors.Is(err, readline.ErrInterrupt):
		text, err, hint = "", repl.ErrInterrupted, "^C"
	}
	if endErr := e.screen.end(hint); err == nil {
		err = endErr
	}
	return text, err
}

// Announce shows text above the line being typed, or before the next one.
func (e *Editor) Announce(text string) { e.screen.announce(text) }

// Redraw draws the line being typed anew.
func (e *Editor) Redraw() { e.screen.resized() }

// Interactive returns true.
func (e *Editor) Interactive() bool { return true }

// Close ends a ReadLine that waits, gives the terminal back, and waits for the
// Editor's goroutines.
func (e *Editor) Close() error {
	e.mu.Lock()
	lib, closed := e.lib, e.closed
	e.closed = true
	e.mu.Unlock()
	if closed {
		return nil
	}
	signal.Stop(e.resize)
	close(e.resize)
	<-e.done
	inErr := e.in.Close()
	if lib != nil {
		// The library reads only when it is kicked; it then sees the end.
		lib.Terminal.KickRead()
		<-e.dead
		_ = lib.Terminal.Close() // nothing that could fail is left to it
	}
	return errors.Join(inErr, e.term.restore())
}
