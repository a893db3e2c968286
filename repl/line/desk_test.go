package line

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v3/vt"

	"marsh/repl"
	"marsh/shell/format"
)

// A desk is a line being read without a terminal: its keys are pressed by the test.
type desk struct {
	t      *testing.T
	e      *Editor
	cur    *reading
	answer chan struct{} // holds one token when something was posted
}

func sitDown(t *testing.T, q repl.Request, w io.Writer, width, height int) *desk {
	t.Helper()
	q.Width, q.Cluster = format.Width, format.Cluster
	d := &desk{t: t, answer: make(chan struct{}, 1)}
	keys := &decoder{src: waker{d.answer}}
	s := &screen{w: w, size: func() (int, int) { return width, height }}
	d.e = &Editor{keys: keys, screen: s, term: &term{}}
	d.cur = d.e.newReading(context.WithoutCancel(t.Context()), q)
	t.Cleanup(d.cur.ask.close)
	if err := s.begin(q, d.cur.view(), DefaultTheme().palette()); err != nil {
		t.Fatal(err)
	}
	d.draw()
	return d
}

// A waker is told when a key is posted.
type waker struct{ ch chan struct{} }

func (w waker) wait(int) (bool, error)   { return false, io.EOF }
func (w waker) read([]byte) (int, error) { return 0, io.EOF }
func (w waker) wake() {
	select {
	case w.ch <- struct{}{}:
	default: // who takes the token finds all that was posted
	}
}

// Types what a terminal would send; keys that end the line do nothing.
func (d *desk) types(input string) {
	dec := &decoder{src: bytesSource{strings.NewReader(input)}}
	for {
		key, err := dec.next()
		if err != nil {
			return
		}
		text := ""
		if key == keyTyped || key == keyPaste {
			text = dec.takeText()
		}
		d.press(key, text)
	}
}

func (d *desk) press(key rune, text string) {
	if key = d.cur.taken(key); ends(key) || key == editKey {
		return
	}
	d.cur.key, d.cur.text = key, []rune(text)
	d.cur.press()
	d.draw()
}

func (d *desk) draw() {
	d.t.Helper()
	d.e.screen.set(d.cur.view())
	if _, err := d.e.screen.Write([]byte(string(paintMark))); err != nil {
		d.t.Fatal(err)
	}
}

// Presses the keys that the completion posts, until its answer is there.
func (d *desk) answered() {
	d.t.Helper()
	for d.cur.ask.open() {
		<-d.answer
		for key := d.e.keys.event(); key != 0; key = d.e.keys.event() {
			d.press(key, "")
			if key == keyAnswer {
				return
			}
		}
	}
}

// Returns the line with a bar at the cursor.
func (d *desk) line() string {
	b := d.cur.buf
	return b.before() + "|" + string(b.text[b.pos:])
}

func (d *desk) has(want string) {
	d.t.Helper()
	if got := d.line(); got != want {
		d.t.Fatalf("the line is %q, want %q", got, want)
	}
}

// Returns the rows that an emulator shows, without the blanks at their ends.
func emulated(e vt.MockTerm, width, height int) []string {
	var out []string
	for y := range height {
		var b strings.Builder
		for x := 0; x < width; {
			c := e.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)})
			if c.C == "" {
				b.WriteByte(' ')
			}
			b.WriteString(c.C)
			x += max(1, c.W)
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	return out
}

func newEmulator(t *testing.T, width, height int) vt.MockTerm {
	t.Helper()
	e := vt.NewMockTerm(vt.MockOptSize{X: vt.Col(width), Y: vt.Row(height)})
	if err := e.Start(); err != nil {
		t.Fatal(err)
	}
	return e
}
