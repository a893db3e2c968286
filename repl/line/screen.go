package line

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"marsh/repl"
)

// The library paints this in the place of a line.
const paintMark = '\U0010fffd'

// What the library writes besides the mark: to erase what it thinks is one row, and
// to ring the bell.
const (
	libErase = "\x1b[J\x1b[2K\r"
	libBell  = "\a"
)

// To the first column. Behind a full row a carriage return would do on most
// terminals only.
const rowBegin = "\x1b[G"

// A screen draws the line being edited, and what has to appear above it. It is the
// library's painter and its standard output. All its methods may be called by any
// goroutine.
type screen struct {
	w    io.Writer
	size func() (width, height int)

	mu     sync.Mutex
	pal    palette      // guarded by mu
	q      repl.Request // the line being read, guarded by mu
	v      view         // what is to be shown of it, guarded by mu
	held   bool         // the view is not worth drawing: the next one comes, guarded by mu
	shown  bool         // a line is being read, guarded by mu
	drawn  frame        // what stands on the screen, guarded by mu
	last   frame        // what the line read last has left above the cursor, guarded by mu
	queued []string     // announced while no line was read, guarded by mu
	odd    string       // the first write of the library that was not known, guarded by mu
}

// Paint has the library write the mark. What it would paint is known already.
func (s *screen) Paint([]rune, int) []rune { return []rune{paintMark} }

// Write takes what the library writes. At the mark the line is drawn.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest, painted := bytes.CutPrefix(p, []byte(string(paintMark)))
	switch {
	case painted && len(bytes.Trim(rest, " \b")) == 0:
		return len(p), s.draw()
	case string(p) == libErase, len(p) == 0:
		return len(p), nil // what is drawn next erases
	case string(p) == libBell:
		return len(p), s.put(libBell)
	}
	if s.odd == "" {
		s.odd = string(p)
	}
	return len(p), nil
}

// Says what the next drawing shows.
func (s *screen) set(v view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.v, s.held = v, false
}

// Leaves out the next drawing.
func (s *screen) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = true
}

// Begins a line: what was announced is shown, and where the line goes is made ready
// for it. It is drawn when the library writes next.
func (s *screen) begin(q repl.Request, v view, pal palette) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.q, s.v, s.pal, s.held, s.shown = q, v, pal, false, true
	width, _ := s.size()
	news := ""
	if len(s.queued) > 0 {
		news = rows(strings.Join(s.queued, "\n"))
		s.queued = nil
	}
	s.drawn = frame{}
	if q.Again && len(s.last.rows) > 0 {
		if s.drawn = s.last; news == "" {
			return nil
		}
		text := s.erase(width) + news
		s.drawn = frame{}
		return s.put(text)
	}
	// A program may have left the cursor behind some text. As many blanks as the
	// terminal is wide bring it to another row exactly then.
	return s.put(strings.Repeat(" ", width) + rowBegin + "\x1b[K" + news)
}

// Ends the line, which stays to be seen as v with text behind it.
func (s *screen) end(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.shown {
		return nil
	}
	s.shown = false
	width, height := s.size()
	s.v.hint, s.v.panel = "", nil
	s.v.line = s.v.line.at(len(s.v.line.text))
	l := lay(s.picture(), width)
	if text != "" {
		l.add(text, width)
	}
	if n := len(l.rows); n > 1 && l.cols[n-1] == 0 && l.cols[n-2] >= width {
		l.rows, l.cols = l.rows[:n-1], l.cols[:n-1] // made for the cursor alone
	}
	out := s.erase(width) + strings.Join(l.rows, "\r\n") + "\r\n"
	l.rows, l.cols = append(l.rows, ""), append(l.cols, 0)
	l.x, l.y = 0, len(l.rows)-1
	s.last = frame{l.crop(height), width, height}
	s.drawn, s.v = frame{}, view{}
	return s.put(out)
}

// Shows text above the line, or keeps it for the next line. What comes when
// repl.MaxQueued wait is dropped.
func (s *screen) announce(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		_ = s.above(text) // a terminal that is gone is noticed by who reads it
	} else if len(s.queued) < repl.MaxQueued {
		s.queued = append(s.queued, text)
	}
}

// Draws text above the line.
func (s *screen) above(text string) error {
	width, height := s.size()
	out := s.erase(width) + rows(text)
	s.drawn = s.compose(width, height)
	return s.put(out + s.drawn.whole())
}

// Draws the line anew on a terminal that has another size now, or that was
// another program's.
func (s *screen) resized() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		_ = s.anew()
	}
}

// Clears the terminal and draws the line at its top.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		s.drawn = s.compose(s.size())
		_ = s.put("\x1b[H\x1b[2J" + s.drawn.whole())
	}
}

// Leaves the screen to another program, until resume: the line is erased.
func (s *screen) pause() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = false
	width, _ := s.size()
	text := s.erase(width)
	s.drawn = frame{}
	return s.put(text)
}

// Returns the columns and rows there are for a panel, by what is drawn.
func (s *screen) room() (width, height int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	width, height = s.size()
	return width, panelRoom(len(lay(s.picture(), width).rows), height)
}

// Returns how many rows a panel may take below a line of so many.
func panelRoom(line, height int) int {
	return max(height-line, (height-1)/2, min(height-1, 1))
}

func (s *screen) put(text string) error {
	if text == "" {
		return nil
	}
	_, err := io.WriteString(s.w, text)
	return err
}

// Returns lines of text as they are written to a raw terminal.
func rows(text string) string {
	return strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\r\n") + "\r\n"
}

// Returns a write of the library that was not understood, or "".
func (s *screen) strange() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.odd
}
