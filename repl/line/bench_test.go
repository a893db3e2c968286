package line

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"marsh/repl"
)

func benchmark(b *testing.B, text string, width, height int) {
	var history []string
	for i := range 10000 {
		history = append(history, fmt.Sprintf("get-job -id %d", i))
	}
	q := widths(repl.Request{Prompt: "> ", More: ">> ", History: history})
	s := &screen{w: io.Discard, size: func() (int, int) { return width, height }}
	e := &Editor{screen: s, keys: &decoder{}}
	r := e.newReading(b.Context(), q)
	s.q, s.shown = q, true
	r.buf = written(text)
	for b.Loop() {
		for _, key := range []rune{keyTyped, keyBackspace} {
			r.key, r.text = key, []rune{'x'}
			r.press()
			s.set(r.view())
			if err := s.draw(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// What two keys cost in a line of that length, with a full history.
func BenchmarkShortLine(b *testing.B)    { benchmark(b, "get-job -name x", 80, 24) }
func BenchmarkJapaneseLine(b *testing.B) { benchmark(b, strings.Repeat("日本語", 100), 80, 24) }
func BenchmarkLongLine(b *testing.B)     { benchmark(b, strings.Repeat("0123456789", 10000), 80, 24) }
