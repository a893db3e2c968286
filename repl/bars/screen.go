package bars

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// How often things are drawn, whatever is told.
const (
	showAfter   = 300 * time.Millisecond // what takes less is not shown at all
	redrawAfter = 100 * time.Millisecond // from one drawing to the next, at least
	redrawEvery = time.Second            // the times in the rows go on, and the terminal may have another size
	lineEvery   = 10 * time.Second       // from one line to the next on a dumb terminal, at least
)

// Options says what a Screen is made of.
type Options struct {
	Out  io.Writer                  // the terminal
	Size func() (width, height int) // in columns and rows
	// Free reports whether bars may be drawn now: no program has the terminal, and no line
	// is being typed. nil is always.
	Free func() bool
	// Quiet makes the terminal show nothing of what is typed, which would come between the
	// bars, until restore is called; nil where that cannot be had.
	Quiet func() (restore func(), err error)
	Color bool
	// Dumb says that the terminal can only write one row after the other: now and then a
	// line says how far things are.
	Dumb bool
}

// Screen is a terminal that shows bars below what is written to it. All its methods may be
// called by any goroutine. Each statement ends with [Screen.Clear].
type Screen struct {
	o Options

	mu      sync.Mutex
	paint   *painter    // guarded by mu
	board   board       // guarded by mu
	drawn   []row       // what stands on the screen, the cursor at the beginning of the last one; guarded by mu
	size    [2]int      // of the terminal then; guarded by mu
	since   time.Time   // when the first bar came; guarded by mu
	last    time.Time   // when they were drawn, or a line was written, last; guarded by mu
	hidden  int         // who has asked that nothing is drawn; guarded by mu
	partial bool        // what was written last does not end its row; guarded by mu
	restore func()      // ends Quiet; nil when it is not in force; guarded by mu
	timer   *time.Timer // draws; nil when nothing is to be drawn; guarded by mu
	due     time.Time   // when timer does; guarded by mu

	timers sync.WaitGroup // counts the timers that may still call
}

// New makes a Screen that shows nothing.
func New(o Options) *Screen { return &Screen{o: o, paint: newPainter(o.Color)} }

// Over returns a writer for text that is to be seen above the bars, where w leads to the
// same terminal.
func (s *Screen) Over(w io.Writer) io.Writer { return &over{s, w} }

type over struct {
	s *Screen
	w io.Writer
}

// Write writes p in one piece with what takes the bars away and, unless that was just done,
// draws them again.
func (o *over) Write(p []byte) (int, error) {
	s := o.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	text := s.erase() + string(p)
	s.partial = p[len(p)-1] != '\n'
	if len(s.board) > 0 && !s.o.Dumb {
		now := time.Now()
		if s.next(now).After(now) {
			s.schedule(s.next(now))
		} else {
			text += s.compose(now)
			s.last = now
		}
	}
	if _, err := io.WriteString(o.w, text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Clear forgets all bars, and leaves the screen and the terminal as if there had been none.
func (s *Screen) Clear() {
	s.mu.Lock()
	s.board = nil
	s.takeAway()
	s.partial = false
	s.stop()
	s.mu.Unlock()
	s.timers.Wait() // for one that was about to draw
}

// Hide takes the bars away until show is called.
func (s *Screen) Hide() (show func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden++
	s.takeAway()
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.hidden--
		s.partial = false
		s.wake()
	})
}

// Erases what is drawn, and shows again what is typed. mu is held.
func (s *Screen) takeAway() {
	if text := s.erase(); text != "" {
		_, _ = io.WriteString(s.o.Out, text) // who writes next notices a terminal that is gone
	}
	if s.restore != nil {
		s.restore()
		s.restore = nil
	}
}

// Returns what erases the bars that are drawn, and leaves the cursor where the first one
// began. A narrower terminal has given them more rows. All below is erased from the second
// row only: tmux keeps what is erased with a whole screen, which that may be. mu is held.
func (s *Screen) erase() string {
	if len(s.drawn) == 0 {
		return ""
	}
	width, _ := s.o.Size()
	last, up := len(s.drawn)-1, 0
	for _, r := range s.drawn[:last] {
		up += r.height(width)
	}
	wrapped := s.drawn[last].height(width) > 1
	s.drawn = nil
	switch {
	case up > 0:
		return fmt.Sprintf("\r\x1b[%dA\x1b[K\x1b[B\x1b[J\x1b[A", up)
	case wrapped:
		return "\r\x1b[J"
	}
	return "\r\x1b[K"
}

// Returns what draws the bars, from the first column of an empty row on, and leaves the
// cursor at the beginning of the last one: what a terminal shows of a Ctrl-C then makes no
// further row. mu is held, and nothing is drawn.
func (s *Screen) compose(now time.Time) string {
	if len(s.board) == 0 || s.hidden > 0 || s.partial || s.o.Free != nil && !s.o.Free() {
		return ""
	}
	if s.restore == nil && s.o.Quiet != nil {
		if restore, err := s.o.Quiet(); err == nil { // without it, what is typed is seen
			s.restore = restore
		}
	}
	width, height := s.o.Size()
	s.size = [2]int{width, height}
	s.drawn = s.paint.rows(s.board, width, height, now)
	texts := make([]string, len(s.drawn))
	for i, r := range s.drawn {
		texts[i] = r.text
	}
	s.schedule(now.Add(redrawEvery))
	return strings.Join(texts, "\r\n") + "\r"
}
