package line

import (
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gdamore/tcell/v3/color"
	"github.com/gdamore/tcell/v3/vt"

	"marsh/repl"
	"marsh/shell/syntax"
)

func TestSpread(t *testing.T) {
	const s, v = style(syntax.ClassString), style(syntax.ClassVariable)
	tests := []struct {
		name  string
		spans []syntax.Span
		want  []style // of a日本b
	}{
		{"none", nil, []style{0, 0, 0, 0}},
		{"whole runes", []syntax.Span{{Start: 1, End: 4, Class: syntax.ClassString}}, []style{0, s, 0, 0}},
		{"inside runes", []syntax.Span{{Start: 2, End: 5, Class: syntax.ClassString}}, []style{0, 0, s, 0}},
		{"beyond the end", []syntax.Span{{Start: 4, End: 99, Class: syntax.ClassString}, {Start: 200, End: 300}}, []style{0, 0, s, s}},
		{"before the start", []syntax.Span{{Start: -7, End: 1, Class: syntax.ClassString}}, []style{s, 0, 0, 0}},
		{"overlapping", []syntax.Span{{Start: 0, End: 4, Class: syntax.ClassString}, {Start: 1, End: 8, Class: syntax.ClassVariable}}, []style{s, s, v, v}},
		{"backwards", []syntax.Span{{Start: 7, End: 1, Class: syntax.ClassString}}, []style{0, 0, 0, 0}},
		{"no class", []syntax.Span{{Start: 0, End: 8, Class: 200}}, []style{0, 0, 0, 0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := spread("a日本b", test.spans); !slices.Equal(got, test.want) {
				t.Errorf("styles %v, want %v", got, test.want)
			}
		})
	}
}

func FuzzSpread(f *testing.F) {
	f.Add("a日本b", 1, 4, 3, -9)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		spans := []syntax.Span{{Start: a, End: b, Class: syntax.ClassString}, {Start: c, End: d, Class: syntax.ClassOpen}}
		if got := len(spread(text, spans)); got != len([]rune(text)) {
			t.Errorf("%d styles for %q", got, text)
		}
		l := lay(picture{prompt: text, line: written(text), styles: spread(text, spans), m: measureOf(repl.Request{}), pal: &palette{}}, 10)
		if n := broken(l.cols, 10); n != len(l.rows) {
			t.Errorf("%d rows are %d", len(l.rows), n)
		}
	})
}

func TestMatchingBrackets(t *testing.T) {
	tests := []struct {
		line string // with a bar at the cursor
		want int    // -1 for none
	}{
		{"f(a[1]|)", 1},
		{"f|(a[1])", 6},
		{"f(a|[1])", 5},
		{"f(a[1])|", 1},
		{"f(a[1)|", -1},
		{"(|", -1},
		{"ab|", -1},
		{"|", -1},
		{"日{本|}", 1},
	}
	for _, test := range tests {
		before, after, _ := strings.Cut(test.line, "|")
		b := written(before + after).at(len([]rune(before)))
		got, ok := b.match(nil)
		if !ok {
			got = -1
		}
		if got != test.want {
			t.Errorf("%q: the bracket at %d, want %d", test.line, got, test.want)
		}
	}
	b := written("(')')").at(0)
	styles := overlay(nil, 5, 1, 4, style(syntax.ClassString))
	if at, ok := b.match(styles); at != 4 || !ok {
		t.Errorf("a bracket in a string was taken: %d, %v", at, ok)
	}
}

// Waits until the cell at x, y looks like that.
func (p *person) looks(x, y int, what string, ok func(vt.Style) bool) {
	p.t.Helper()
	p.until(what, func() bool { return ok(p.screen.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)}).S) })
}

func coloured(c color.Color) func(vt.Style) bool {
	return func(s vt.Style) bool { return s != nil && s.Fg() == c }
}

func attributed(a vt.Attr) func(vt.Style) bool {
	return func(s vt.Style) bool { return s != nil && s.Attr()&a == a }
}

func TestColours(t *testing.T) {
	p := sit(t, 20, 8)
	var unknown atomic.Bool
	q := repl.Request{Prompt: "\x1b[35m>\x1b[m ", Highlight: func(text string) []syntax.Span {
		first, _, _ := strings.Cut(text, " ")
		class := syntax.ClassCommand
		if unknown.Load() {
			class = syntax.ClassUnknown
		}
		return []syntax.Span{{Start: 0, End: len(first), Class: class}, {Start: len(first) + 1, End: len(text) + 7, Class: syntax.ClassString}}
	}}
	ch := p.readsAs(t.Context(), q, "> ")
	p.types("日本 (a string of two rows)")
	p.looks(0, 0, "the prompt", coloured(color.XTerm5))
	p.looks(2, 0, "a command", coloured(color.XTerm2))
	p.looks(6, 0, "a blank", func(s vt.Style) bool { return s.Fg() != color.XTerm2 && s.Fg() != color.XTerm3 })
	p.looks(7, 0, "a string", coloured(color.XTerm3))
	p.looks(3, 1, "its second row", coloured(color.XTerm3))
	unknown.Store(true)
	p.edit.Redraw()
	p.looks(2, 0, "an unknown word", coloured(color.XTerm1))
	p.types("\r")
	if g := <-ch; g.err != nil {
		t.Fatal(g.err)
	}
	p.looks(7, 0, "the line that has ended", coloured(color.XTerm3))
	p.reads(t.Context(), repl.Request{})
	p.types("f(x")
	p.types(")")
	p.looks(3, 2, "the bracket that belongs to it", attributed(vt.Underline|vt.Bold))
	p.looks(5, 2, "the other", func(s vt.Style) bool { return s == nil || s.Attr()&vt.Underline == 0 })
}

func TestColoursAreAskedForOncePerText(t *testing.T) {
	asked := 0
	d := sitDown(t, repl.Request{Highlight: func(string) []syntax.Span { asked++; return nil }}, io.Discard, 40, 10)
	d.types("ab")
	before := asked
	d.types("\x1b[D\x1b[D\x0c")
	d.e.screen.resized()
	if asked != before {
		t.Errorf("asked %d times for the same text", asked-before)
	}
	d.press(keyRedraw, "")
	if asked != before+1 {
		t.Errorf("asked %d times when told to", asked-before)
	}
}

func TestPasswordIsNotShown(t *testing.T) {
	p := sit(t, 40, 8)
	q := repl.Request{Prompt: "password: ", Secret: true, History: []string{"secret"}, Complete: offering("secret"),
		Highlight: func(text string) []syntax.Span { t.Errorf("coloured %q", text); return nil }}
	ch := p.reads(t.Context(), q)
	p.types("se\t\x12\x1b[A\x05cret")
	p.edit.Announce("news")
	p.sees("news\npassword:")
	p.types("\r")
	p.gets(ch, "secret")
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.Contains(p.raw.String(), "se") && strings.Contains(p.raw.String(), "cret") {
		t.Error("the password was written")
	}
}

func TestNothingIsWrittenWhenNothingChanges(t *testing.T) {
	var out strings.Builder
	d := sitDown(t, repl.Request{Prompt: "> "}, &out, 40, 10)
	d.types("abc")
	n := out.Len()
	d.press(keyRedraw, "")
	d.press(keyEscape, "")
	if out.Len() != n {
		t.Errorf("wrote %q", out.String()[n:])
	}
	d.types("d")
	if got := out.String()[n:]; got != "\x1b[G> abcd\x1b[K\x1b[G\x1b[6C" {
		t.Errorf("a character wrote %q", got)
	}
}
