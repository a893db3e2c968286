package line

import (
	"fmt"
	"strings"
)

// A frame is what is drawn of a line, and the size of the terminal then; the zero
// frame is nothing, with the cursor where a line is to begin.
type frame struct {
	layout
	width, height int
}

// Returns what is to be laid out.
func (s *screen) picture() picture {
	q := s.q
	return picture{prompt: q.Prompt, more: q.More, line: s.v.line, styles: s.v.styles, m: measureOf(q), pal: &s.pal}
}

// Makes the frame of the line as it should look.
func (s *screen) compose(width, height int) frame {
	p := s.picture()
	l := lay(p, width)
	if s.v.hint != "" {
		l.hint(s.v.hint, p, width)
	}
	var below []row
	if s.v.panel != nil {
		room := panelRoom(len(l.rows), height)
		below = s.v.panel.rows(width, room, rowWriter{width: width, m: p.m, pal: p.pal})
		below = below[:min(len(below), room)]
	}
	l = l.crop(height - len(below))
	l.below(below)
	return frame{l, width, height}
}

// Draws the line in the place of what is drawn: only what has changed, unless the
// terminal has another size.
func (s *screen) draw() error {
	if !s.shown || s.held {
		return nil
	}
	width, height := s.size()
	if len(s.drawn.rows) == 0 || s.drawn.width != width || s.drawn.height != height {
		return s.anew()
	}
	f := s.compose(width, height)
	text := f.after(s.drawn)
	s.drawn = f
	return s.put(text)
}

// Draws all of the line in the place of what is drawn.
func (s *screen) anew() error {
	width, height := s.size()
	text := s.erase(width)
	s.drawn = s.compose(width, height)
	return s.put(text + s.drawn.whole())
}

// Returns what erases the line that is drawn, and leaves the cursor where it began.
// All below is erased from the second row only: tmux takes the erasing of a whole
// screen, which this would be at its top, for something to keep in its history.
func (s *screen) erase(width int) string {
	text := "\r\x1b[K"
	if n := s.drawn.cursorRow(width); n > 0 {
		text = fmt.Sprintf("\x1b[%dA", n) + text
	}
	if s.drawn.layout.height(width) > 1 {
		text += "\x1b[B\x1b[J\x1b[A"
	}
	return text
}

// Returns what draws f, from the first column on.
func (f frame) whole() string {
	text := strings.Join(f.rows, "\r\n") + rowBegin
	if up := len(f.rows) - 1 - f.y; up > 0 {
		text += fmt.Sprintf("\x1b[%dA", up)
	}
	return text + right(f.x)
}

func right(columns int) string {
	if columns == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dC", columns)
}

// Returns what makes f of the frame old, which stands on a screen of the same size;
// "" when nothing has changed.
func (f frame) after(old frame) string {
	p := pen{y: old.y, known: len(old.rows)}
	for y, text := range f.rows {
		if y >= len(old.rows) || text != old.rows[y] {
			p.row(y, text, f.cols[y] < f.width)
		}
	}
	if len(old.rows) > len(f.rows) {
		p.to(len(f.rows))
		p.b.WriteString(rowBegin + "\x1b[J")
	}
	if p.b.Len() > 0 || f.x != old.x || f.y != old.y {
		p.to(f.y)
		p.b.WriteString(rowBegin + right(f.x))
	}
	return p.b.String()
}

// A pen writes rows of a frame that stands on the screen.
type pen struct {
	b     strings.Builder
	y     int // the row that the cursor is in
	known int // how many rows are there; one more makes the screen scroll
}

// Goes to row y.
func (p *pen) to(y int) {
	switch {
	case y < p.y:
		fmt.Fprintf(&p.b, "\x1b[%dA", p.y-y)
	case y > p.y && min(y, p.known-1) > p.y:
		fmt.Fprintf(&p.b, "\x1b[%dB", min(y, p.known-1)-p.y)
		p.y = min(y, p.known-1)
	}
	for p.y = min(p.y, y); p.y < y; p.y++ {
		p.b.WriteString("\r\n")
	}
	p.known = max(p.known, y+1)
}

// Writes row y, and erases what stood behind it.
func (p *pen) row(y int, text string, erase bool) {
	p.to(y)
	p.b.WriteString(rowBegin + text)
	if erase {
		p.b.WriteString("\x1b[K")
	}
}
