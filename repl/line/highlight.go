package line

import (
	"slices"
	"unicode/utf8"

	"marsh/repl"
	"marsh/shell/syntax"
)

// Highlights keeps the styles of the text that was asked for last.
type highlights struct {
	text   []rune
	styles []style // nil when they have to be asked for
}

// Forgets what was kept: the answer would be another one now.
func (h *highlights) forget() { h.styles = nil }

// Returns the styles of text's runes. They must not be changed.
func (h *highlights) of(q repl.Request, text []rune) []style {
	if q.Highlight == nil || q.Secret {
		return nil
	}
	if h.styles == nil || !slices.Equal(h.text, text) {
		s := string(text)
		h.text, h.styles = text, spread(s, q.Highlight(s))
	}
	return h.styles
}

// Returns the style of each rune of text. Spans that are out of range, overlap, or
// begin inside a rune, as those of another text may, are cut to what they can mean.
func spread(text string, spans []syntax.Span) []style {
	out := make([]style, utf8.RuneCountInString(text))
	at, i := 0, 0 // a byte of text, and the rune there
	for _, span := range spans {
		for at < len(text) && at < span.Start {
			at, i = at+runeLen(text[at:]), i+1
		}
		for at < len(text) && at < span.End {
			if span.Class <= syntax.ClassOpen {
				out[i] = style(span.Class)
			}
			at, i = at+runeLen(text[at:]), i+1
		}
	}
	return out
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// Returns styles, for n runes, with those from from to to in style st.
func overlay(styles []style, n, from, to int, st style) []style {
	out := make([]style, n)
	copy(out, styles)
	for i := max(from, 0); i < min(to, n); i++ {
		out[i] = st
	}
	return out
}
