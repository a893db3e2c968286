package line

import (
	"slices"
	"strings"
)

// A view is what the screen shows of a line. It is never changed.
type view struct {
	line   buffer
	styles []style // of line's runes
	hint   string  // faint behind the line
	panel  panel   // below the line; nil for none
}

// A panel is what can stand below the line.
type panel interface {
	// rows returns its rows, at most height of at most width columns.
	rows(width, height int, w rowWriter) []row
}

// Returns what is to be shown now.
func (r *reading) view() view {
	if r.q.Secret {
		return view{}
	}
	r.suggest()
	v := view{line: r.buf, styles: r.colours.of(r.q, r.buf.text), hint: firstRow(r.hint)}
	if at, ok := r.buf.match(v.styles); ok {
		v.styles = overlay(v.styles, len(r.buf.text), at, at+1, styleMatch)
	}
	if r.ask.open() && r.slow {
		v.hint = "…"
	}
	switch {
	case r.search != nil:
		v.styles = r.search.mark(r.buf, v.styles)
		v.panel = r.search
	case r.menu != nil:
		v.panel = r.menu
	}
	return v
}

// Returns what stays on the screen of a line that has ended.
func (r *reading) finalView() view {
	if r.q.Secret {
		return view{}
	}
	return view{line: r.buf.at(len(r.buf.text)), styles: r.colours.of(r.q, r.buf.text)}
}

// Returns the first row of a suggestion, with an ellipsis when there are more.
func firstRow(text []rune) string {
	if i := slices.Index(text, '\n'); i >= 0 {
		return strings.TrimRight(string(text[:i]), " ") + "…"
	}
	return string(text)
}

// Marks what was found in the line.
func (s *search) mark(b buffer, styles []style) []style {
	if s.missed || len(s.needle) == 0 {
		return styles
	}
	return overlay(styles, len(b.text), b.pos, b.pos+len(s.needle), styleFound)
}
