package line

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v3/vt"

	"marsh/repl"
	"marsh/shell/syntax"
)

// What is pressed at random: keys, and texts. Combining marks are not among them, as
// the emulator loses them at the end of a row.
var pressed = []string{
	"a", "Get-Job ", "日", "👍", "\t", "\t", "(", ")", "one two", "\x1b\r", "\x1b\r",
	"\x01", "\x02", "\x04", "\x05", "\x06", "\x07", "\x08", "\x0b", "\x0c", "\x0e", "\x10", "\x12", "\x13", "\x14", "\x15", "\x17", "\x19", "\x1f", "\x7f",
	"\x1bb", "\x1bf", "\x1bd", "\x1bu", "\x1bl", "\x1bc", "\x1bt", "\x1by", "\x1b.", "\x1b_", "\x1b<", "\x1b>", "\x1b\x7f", "\x1b", "\x1b\x1b", "\x18\x15",
	"\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[Z", "\x1b[3~", "\x1b[5~", "\x1b[6~", "\x1b[1;5C", "\x1b[1;5D",
	"\x1b[200~pasted\n\trows\x1b[201~", "\r", "\x03", "\u200b", "\x16\x01",
}

// Whatever is pressed, the screen shows what a fresh drawing of the line would, and
// what was there above it.
func TestRandomKeys(t *testing.T) {
	for seed := range uint64(30) {
		randomKeys(t, seed, 120)
	}
}

func FuzzKeys(f *testing.F) {
	f.Add(uint64(1), 30)
	f.Fuzz(func(t *testing.T, seed uint64, n int) { randomKeys(t, seed, n&0xff) })
}

func randomKeys(t *testing.T, seed uint64, n int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 0)) // not for what is drawn: an answer that comes late is drawn more often
	width, height := 4+rnd.IntN(50), 2+rnd.IntN(12)
	real := newEmulator(t, width, height)
	defer real.Close()
	q := repl.Request{
		Prompt: "本> ", More: ">> ", History: []string{"get-job", "for i\n  x\nend", "日本 " + strings.Repeat("long ", 20)},
		Complete: offering("get-job#list the jobs", "get-jobs", "日本語", "three", "one", "two"),
		Highlight: func(text string) []syntax.Span {
			rnd := rand.New(rand.NewPCG(seed, uint64(len(text))))
			return []syntax.Span{{Start: rnd.IntN(9) - 3, End: rnd.IntN(40), Class: syntax.Class(rnd.IntN(20))}}
		},
	}
	d := sitDown(t, q, real, width, height)
	var keys []string
	for range n {
		key := pressed[rnd.IntN(len(pressed))]
		keys = append(keys, key)
		d.types(key)
		if d.cur.ask.open() {
			d.answered()
		}
		if rnd.IntN(20) == 0 {
			d.e.screen.announce("news")
		}
		d.isFresh(real, width, height, keys)
		if t.Failed() {
			return
		}
	}
}

// Compares the screen with a fresh drawing of the line.
func (d *desk) isFresh(real vt.MockTerm, width, height int, keys []string) {
	d.t.Helper()
	f := d.e.screen.compose(width, height)
	fresh := newEmulator(d.t, width, height)
	defer fresh.Close()
	fresh.Write([]byte(f.whole()))
	want := emulated(fresh, width, height)[:len(f.rows)]
	at := real.Pos()
	from := int(at.Y) - f.y
	got := emulated(real, width, height)
	if from < 0 || from+len(want) > height || !slices.Equal(got[from:from+len(want)], want) || int(at.X) != f.x {
		d.t.Fatalf("after %q in %dx%d the screen shows\n%s\ncursor %v, want\n%s\ncursor %d,%d", keys, width, height,
			strings.Join(got, "\n"), at, strings.Join(want, "\n"), f.x, f.y)
	}
	if below := strings.Join(got[from+len(want):], ""); below != "" {
		d.t.Fatalf("after %q in %dx%d %q is left below", keys, width, height, below)
	}
}
