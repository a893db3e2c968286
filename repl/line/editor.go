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
// to change its size, those of the library, and while a line is read one that asks
// for completions; all end with Close.
type Editor struct {
	Theme Theme // how things look; not to be changed after the first line
	Dumb  bool  // whether the terminal can only write one row after the other; likewise

	in     *Input
	term   *term
	keys   *decoder
	screen *screen
	plain  *plain
	resize chan os.Signal
	done   chan struct{} // closed when the goroutine that waits for resize has ended
	dead   chan struct{} // closed when the library reads no more

	kills  killRing // the library's goroutine's
	needle []rune   // what was searched for last; likewise

	mu     sync.Mutex
	lib    *readline.Instance // nil before the first line, guarded by mu
	cur    *reading           // the line being read, guarded by mu
	closed bool               // guarded by mu
}

var _ repl.Editor = (*Editor)(nil)

// New makes an Editor that reads in and draws on out, which have to be the same
// terminal. It does not touch the terminal before the first line, and closes
// neither file. Its Theme is DefaultTheme.
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
		Theme: DefaultTheme(),
		in:    input, term: t, keys: &decoder{src: input}, screen: &screen{w: out, size: t.size}, plain: newPlain(input, t),
		resize: make(chan os.Signal, 1), done: make(chan struct{}), dead: make(chan struct{}),
	}
	signal.Notify(e.resize, syscall.SIGWINCH, syscall.SIGCONT)
	go e.watch()
	return e, nil
}

// IsTerminal reports whether f is a terminal that New takes.
func IsTerminal(f *os.File) bool { return isTerminal(f) }

// Configure does what the environment asks for: no colours where NO_COLOR is set
// (no-color.org), and a Dumb terminal where TERM is dumb. It has to be called before
// the first line.
func (e *Editor) Configure(getenv func(string) string) {
	if getenv("NO_COLOR") != "" {
		e.Theme = Colourless()
	}
	switch getenv("TERM") {
	case "dumb", "unknown":
		e.Dumb = true
	}
}

// Redraws when the terminal has another size, or belonged to another program.
func (e *Editor) watch() {
	defer close(e.done)
	for range e.resize {
		e.term.resume()
		e.screen.resized()
	}
}

// Announce shows text above the line being typed, or before the next one.
func (e *Editor) Announce(text string) {
	if e.Dumb {
		e.plain.announce(text)
		return
	}
	e.screen.announce(text)
}

// Redraw asks anew how the line being typed is to be coloured.
func (e *Editor) Redraw() { e.keys.post(keyRedraw) }

// Interactive returns true.
func (e *Editor) Interactive() bool { return true }

// Attend says whether a statement runs: while one does, and no program has the keyboard,
// Ctrl-B sends SIGQUIT to this process.
func (e *Editor) Attend(runs bool) {
	_ = e.term.restore() // what is wrong with it is told by whoever reads it next
	e.term.watchKey(runs, false)
}

// Lend says whether a program has the keyboard.
func (e *Editor) Lend(program bool) { e.term.lend(program) }

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

// Returns io.EOF for the error of a terminal that is gone.
func gone(err error) error {
	if errors.Is(err, syscall.EIO) || errors.Is(err, os.ErrClosed) {
		return io.EOF
	}
	return err
}

// Reports whether no line can be read any more. e.mu has to be held.
func (e *Editor) over() bool {
	select {
	case <-e.dead:
		return true
	default:
		return e.closed
	}
}

// Makes ctx's end press Ctrl-C; stop ends that, and waits where it has begun.
func (e *Editor) onCancel(ctx context.Context, cancel func()) (stop func()) {
	cancelled := make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		defer close(cancelled)
		cancel()
		e.in.wake()
	})
	return func() {
		if !release() {
			<-cancelled
		}
	}
}
