package line

import (
	"bytes"
	"fmt"
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
	q      repl.Request // the line being read, guarded by mu
	line   []rune       // as painted last, guarded by mu
	pos    int          // the cursor in it, guarded by mu
	shown  bool         // a line is being read, guarded by mu
	drawn  layout       // what stands on the screen, guarded by mu
	queued []string     // announced while no line was read, guarded by mu
	odd    string       // the first write of the library that was not known, guarded by mu
}

// Paint takes the line from the library, and has it write the mark.
func (s *screen) Paint(line []rune, pos int) []rune {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.q.Secret {
		line, pos = nil, 0
	}
	s.line, s.pos = append(s.line[:0], line...), pos
	return []rune{paintMark}
}

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

// Begins a line: what was announced, and then the line are shown.
func (s *screen) begin(q repl.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.q, s.line, s.pos, s.shown, s.drawn = q, nil, 0, true, layout{}
	width, _ := s.size()
	// A program may have left the cursor behind some text. As many blanks as the
	// terminal is wide bring it to another row exactly then.
	text := strings.Repeat(" ", width) + rowBegin + "\x1b[K"
	if len(s.queued) > 0 {
		text += rows(strings.Join(s.queued, "\n"))
		s.queued = nil
	}
	return s.put(text)
}

// Ends the line, which stays to be seen with hint behind it.
func (s *screen) end(hint string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.shown {
		return nil
	}
	s.shown = false
	width, _ := s.size()
	s.line = append(s.line, []rune(hint)...)
	l := lay(s.q.Prompt, s.q.More, s.line, len(s.line), width, s.q.Width)
	if n := len(l.rows); n > 1 && l.cols[n-1] == 0 && l.cols[n-2] >= width {
		l.rows = l.rows[:n-1] // made for the cursor alone
	}
	text := s.erase(width) + strings.Join(l.rows, "\r\n") + "\r\n"
	s.drawn, s.line = layout{}, nil
	return s.put(text)
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
	erase := s.erase(width)
	s.drawn = layout{}
	return s.put(erase + rows(text) + s.frame(width, height))
}

// Draws the line anew on a terminal that has another size now.
func (s *screen) resized() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		_ = s.draw()
	}
}

// Clears the terminal and draws the line at its top.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		s.drawn = layout{}
		width, height := s.size()
		_ = s.put("\x1b[H\x1b[2J" + s.frame(width, height))
	}
}

// Draws the line in the place of what is drawn.
func (s *screen) draw() error {
	if !s.shown {
		return nil
	}
	width, height := s.size()
	return s.put(s.erase(width) + s.frame(width, height))
}

// Returns what erases the line that is drawn, and leaves the cursor where it began.
// All below is erased from the second row only: tmux takes the erasing of a whole
// screen, which this would be at its top, for something to keep in its history.
func (s *screen) erase(width int) string {
	text := "\r\x1b[K"
	if n := s.drawn.cursorRow(width); n > 0 {
		text = fmt.Sprintf("\x1b[%dA", n) + text
	}
	if s.drawn.height(width) > 1 {
		text += "\x1b[B\x1b[J\x1b[A"
	}
	return text
}

// Returns what draws the line, from the first column on.
func (s *screen) frame(width, height int) string {
	s.drawn = lay(s.q.Prompt, s.q.More, s.line, s.pos, width, s.q.Width).crop(height)
	text := strings.Join(s.drawn.rows, "\r\n") + rowBegin
	if up := len(s.drawn.rows) - 1 - s.drawn.y; up > 0 {
		text += fmt.Sprintf("\x1b[%dA", up)
	}
	if s.drawn.x > 0 {
		text += fmt.Sprintf("\x1b[%dC", s.drawn.x)
	}
	return text
}

func (s *screen) put(text string) error {
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
