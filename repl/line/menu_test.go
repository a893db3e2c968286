package line

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"marsh/repl"
	"marsh/shell/format"
)

// Offers those of names that begin with the last word.
func offering(names ...string) func(context.Context, string, int) []repl.Candidate {
	return func(_ context.Context, text string, cursor int) []repl.Candidate {
		start := strings.LastIndex(text[:cursor], " ") + 1
		var list []repl.Candidate
		for _, n := range names {
			name, help, _ := strings.Cut(n, "#")
			if strings.HasPrefix(name, strings.ToLower(text[start:cursor])) {
				list = append(list, repl.Candidate{Text: name, Start: start, Help: help})
			}
		}
		return list
	}
}

// Returns the rows of the panel without colours.
func (d *desk) panel() string {
	width, height := d.e.screen.room()
	v := d.cur.view()
	if v.panel == nil {
		return ""
	}
	var out []string
	for _, r := range v.panel.rows(width, height, rowWriter{width: width, m: d.cur.m}) {
		out = append(out, strings.TrimRight(r.text, " "))
	}
	return strings.Join(out, "\n")
}

func (d *desk) offers(want string) {
	d.t.Helper()
	if got := d.panel(); got != want {
		d.t.Fatalf("the menu is\n%s\nwant\n%s", got, want)
	}
}

func menuDesk(t *testing.T, width, height int, names ...string) *desk {
	t.Helper()
	d := sitDown(t, repl.Request{Prompt: "> ", Complete: offering(names...)}, io.Discard, width, height)
	d.types("x \t")
	d.answered()
	return d
}

func TestMenu(t *testing.T) {
	d := menuDesk(t, 20, 10, "one", "two", "three", "four")
	d.has("x |")
	d.offers("one    three\ntwo    four")
	d.types("\t")
	d.has("x two|")
	d.types("\x1b[C")
	d.has("x four|")
	d.types("\x1b[C")
	d.has("x one|")
	d.types("\x1b[D")
	d.has("x four|")
	d.types("\x1b[D\x1b[A\x1b[B")
	d.has("x two|")
	d.types("\x1b[Z\x1b[Z")
	d.has("x four|")
	d.types("\r")
	d.has("x four |")
	d.offers("")
}

func TestMenuGivesBackTheLine(t *testing.T) {
	for _, key := range []string{"\x03", "\x07", "\x1b"} {
		d := menuDesk(t, 40, 10, "one", "two")
		d.types("\t" + key)
		d.has("x |")
		d.offers("")
	}
}

func TestMenuFilters(t *testing.T) {
	d := menuDesk(t, 40, 10, "one", "two", "three", "Tree")
	d.types("t")
	d.has("x t|")
	d.offers("two    three  Tree")
	d.types("r")
	d.offers("Tree")
	d.types("\x7f\x7f")
	d.offers("one    two    three  Tree")
	d.types("z")
	d.has("x z|")
	d.offers("")
}

func TestMenuGoesOn(t *testing.T) {
	d := menuDesk(t, 40, 10, "one", "two")
	d.types("\t -l")
	d.has("x two -l|")
	d.types("\x1f")
	d.has("x two|")
	d.types("\x1f")
	d.has("x |")
	d = menuDesk(t, 40, 10, "one", "two")
	d.types("\t\x01#")
	d.has("#|x two")
	d = menuDesk(t, 40, 10, "one", "two")
	d.types("\t\x7f")
	d.has("x tw|")
	d = menuDesk(t, 40, 10, "one", "two")
	d.types("\x7f\x7f\x7f")
	d.has("|")
	d.offers("")
}

func TestMenuWithHelp(t *testing.T) {
	d := menuDesk(t, 30, 10, "one#the first of them all, which is long", "three#")
	d.offers("one    the first of them all,…\nthree")
	d = menuDesk(t, 18, 10, "one#the first", "three#last")
	d.offers("one    three\nthe first")
	d.types("\t")
	d.offers("one    three\nlast")
}

func TestMenuPages(t *testing.T) {
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprintf("file%04d", i))
	}
	d := menuDesk(t, 40, 6, names...)
	d.types("\t")
	d.answered()
	d.has("x file|")
	d.offers("file0000  file0750  file1500  file2250\nfile0001  file0751  file1501  file2251\nfile0002  file0752  file1502  file2252\n" +
		"file0003  file0753  file1503  file2253\n1 of 3000")
	d.types("\x1b[6~")
	d.has("x file0004|")
	d.types("\x1b[5~\x1b[A")
	d.has("x file2999|")
	if got := d.panel(); !strings.Contains(got, "file2999") || !strings.HasSuffix(got, "3000 of 3000") {
		t.Errorf("the last page is\n%s", got)
	}
	d.types("\x1b[C")
	d.has("x file0000|")
}

func TestMenuOfWideAndOddNames(t *testing.T) {
	d := menuDesk(t, 20, 8, "日本語", "e\u0301té", "a\x1b[2Jb", "\u202egnp")
	d.offers("日本語   a^[[2Jb\ne\u0301té      \ufffdgnp")
}

func TestMenuInNarrowPlaces(t *testing.T) {
	for _, size := range [][2]int{{40, 5}, {40, 2}, {40, 1}, {10, 3}, {2, 2}, {1, 1}} {
		d := menuDesk(t, size[0], size[1], "1#help", "candidate-two-is-long-enough-to-be-cut-at-forty#more", "c3")
		d.types("\t\t\x1b[6~\x1b[5~\x1b[C\x1b[D\x1b[Z")
		if d.line() == "x |" || d.cur.menu == nil {
			t.Errorf("in %v the line is %q", size, d.line())
		}
	}
}

func TestAnswersThatCannotBeTaken(t *testing.T) {
	for _, c := range []repl.Candidate{{Text: "a", Start: -1}, {Text: "a", Start: 9}, {Text: "a", Start: 1}} {
		d := sitDown(t, repl.Request{Complete: func(context.Context, string, int) []repl.Candidate { return []repl.Candidate{c, c} }}, io.Discard, 40, 10)
		d.types("日\t")
		d.answered()
		d.has("日|")
	}
}

func FuzzMenu(f *testing.F) {
	f.Add("one two 日本語 x#help", "\t\x1b[6~\x1b[C\x1b[Z\t", 40, 5)
	f.Add("a b c d e f g h i j", "\x1b[D\x1b[D\x1b[A\x1b[5~", 7, 3)
	f.Fuzz(func(t *testing.T, names, keys string, width, height int) {
		width, height = 1+(width&0x7f), 1+(height&0x1f)
		r := &reading{m: measure{format.Width, format.Cluster}, screen: &screen{size: func() (int, int) { return width, height }}}
		var list []repl.Candidate
		for _, n := range strings.Fields(names) {
			name, help, _ := strings.Cut(n, "#")
			list = append(list, repl.Candidate{Text: name, Help: help})
		}
		if len(list) == 0 || !utf8.ValidString(names) {
			return
		}
		r.open(list)
		r.ask = &asker{}
		for _, key := range decoded(keys) {
			if r.menu == nil || key == keyClear || key >= keyTyped && key <= keyPaste {
				break
			}
			r.key = key
			r.menuKey()
			if r.menu == nil {
				break
			}
			if c := r.menu.chosen; c < 0 || c >= len(list) {
				t.Fatalf("candidate %d of %d is chosen", c, len(list))
			}
			w, h := r.screen.room()
			rows := r.menu.rows(w, h, rowWriter{width: w, m: r.m})
			if len(rows) > max(h, 1) {
				t.Errorf("%d rows in %d", len(rows), h)
			}
			for _, row := range rows {
				if row.cols > w || strings.ContainsAny(row.text, "\x1b\n\r") {
					t.Errorf("%q takes %d columns of %d", row.text, row.cols, w)
				}
			}
		}
	})
}

// Returns the keys of an input.
func decoded(input string) []rune {
	d := &decoder{src: bytesSource{strings.NewReader(input)}}
	var keys []rune
	for {
		key, err := d.next()
		if err != nil {
			return keys
		}
		keys = append(keys, key)
	}
}
