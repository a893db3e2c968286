package line

import (
	"context"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/gdamore/tcell/v3/vt"

	"marsh/jobs/jobstest"
	"marsh/repl"
	"marsh/shell/format"
)

// A person at a terminal: a PTY whose output is drawn by an emulator.
type person struct {
	t      *testing.T
	ptmx   *os.File
	tty    *os.File
	edit   *Editor
	w, h   int
	lines  int // read so far
	screen vt.MockTerm

	mu      sync.Mutex
	changed *sync.Cond // something was drawn
	raw     strings.Builder
	ended   bool
}

func sit(t *testing.T, w, h int) *person {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, ptmx: ptmx, tty: tty}
	p.emulate(w, h)
	if p.edit, err = New(tty, tty); err != nil {
		t.Fatal(err)
	}
	drawn := make(chan struct{})
	go p.draw(drawn)
	t.Cleanup(func() {
		p.edit.Close()
		if odd := p.edit.screen.strange(); odd != "" {
			t.Errorf("the library wrote what is not known: %q", odd)
		}
		tty.Close()
		<-drawn
		ptmx.Close()
		p.screen.Close()
	})
	return p
}

// Makes the terminal's screen.
func (p *person) emulate(w, h int) {
	p.t.Helper()
	if err := pty.Setsize(p.tty, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		p.t.Fatal(err)
	}
	p.w, p.h = w, h
	p.changed = sync.NewCond(&p.mu)
	p.screen = vt.NewMockTerm(vt.MockOptSize{X: vt.Col(w), Y: vt.Row(h)})
	if err := p.screen.Start(); err != nil {
		p.t.Fatal(err)
	}
}

// Feeds the emulator until the terminal is closed.
func (p *person) draw(done chan struct{}) {
	defer close(done)
	buf := make([]byte, 4096)
	for {
		n, err := p.ptmx.Read(buf)
		p.mu.Lock()
		p.screen.Write(buf[:n])
		p.raw.Write(buf[:n])
		p.ended = err != nil
		p.changed.Broadcast()
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Returns the row of text that is on the screen's row y.
func (p *person) row(y int) string {
	var b strings.Builder
	for x := 0; x < p.w; {
		c := p.screen.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)})
		if c.C == "" {
			b.WriteByte(' ')
		}
		b.WriteString(c.C)
		x += max(1, c.W)
	}
	return strings.TrimRight(b.String(), " ")
}

func (p *person) text() string {
	var rows []string
	for y := range p.h {
		rows = append(rows, p.row(y))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

// Waits until the screen shows want, from its top on.
func (p *person) sees(want string) {
	p.t.Helper()
	p.until(want, func() bool { return p.text() == want })
}

// Waits until the cursor is at column x of row y.
func (p *person) cursor(x, y int) {
	p.t.Helper()
	p.until("the cursor elsewhere", func() bool { return p.screen.Pos() == vt.Coord{X: vt.Col(x), Y: vt.Row(y)} })
}

// Waits until ok, which looks at the screen; with patience.
func (p *person) until(want string, ok func() bool) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	stop := p.giveUp()
	defer stop()
	for !ok() {
		if p.ended {
			p.t.Fatalf("the screen shows\n%s\ncursor %v, want\n%s\nthe last bytes: %q", p.text(), p.screen.Pos(), want, tail(p.raw.String()))
		}
		p.changed.Wait()
	}
}

// Ends an until that waits in vain.
func (p *person) giveUp() (stop func() bool) {
	return time.AfterFunc(patience, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ended = true
		p.changed.Broadcast()
	}).Stop
}

func (p *person) types(s string) {
	p.t.Helper()
	if _, err := p.ptmx.WriteString(s); err != nil {
		p.t.Fatal(err)
	}
}

// Returns what follows the nth occurrence of mark, "" when there are fewer.
func nth(s, mark string, n int) string {
	for range n {
		_, s, _ = strings.Cut(s, mark)
	}
	return s
}

type got struct {
	text string
	err  error
}

// Starts reading a line, and waits for its prompt.
func (p *person) reads(ctx context.Context, q repl.Request) chan got {
	p.t.Helper()
	if q.Prompt == "" {
		q.Prompt = "> "
	}
	return p.readsAs(ctx, q, q.Prompt)
}

// Returns q with what knows how wide text is.
func widths(q repl.Request) repl.Request {
	q.Width, q.Cluster = format.Width, format.Cluster
	return q
}

// Starts reading a line, and waits until shown stands where its prompt is to be.
func (p *person) readsAs(ctx context.Context, q repl.Request, shown string) chan got {
	p.t.Helper()
	if q.More == "" {
		q.More = ">>"
	}
	q = widths(q)
	ch := make(chan got, 1)
	go func() {
		text, err := p.edit.ReadLine(ctx, q)
		ch <- got{text, err}
	}()
	p.lines++
	p.until("the prompt "+shown, func() bool {
		text := colours.ReplaceAllString(nth(p.raw.String(), pasteOn, p.lines), "")
		return strings.Contains(text, "\r\x1b[K"+shown)
	})
	return ch
}

var colours = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// Makes the terminal another size.
func (p *person) resize(w, h int) {
	p.t.Helper()
	p.mu.Lock()
	p.w, p.h = w, h
	p.screen.Backend().(interface{ SetSize(vt.Coord) }).SetSize(vt.Coord{X: vt.Col(w), Y: vt.Row(h)})
	p.mu.Unlock()
	if err := pty.Setsize(p.ptmx, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		p.t.Fatal(err)
	}
	p.edit.screen.resized() // the signal goes to the terminal's own processes
}

// How long a screen is waited for that never comes.
const patience = jobstest.Patience

func tail(s string) string { return s[max(0, len(s)-500):] }
