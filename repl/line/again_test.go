package line

import (
	"strings"
	"testing"

	"marsh/repl"
)

// Reads a line that goes on with text, once it is drawn.
func (p *person) goesOn(text, shown string) chan got {
	p.t.Helper()
	ch := make(chan got, 1)
	go func() {
		q := repl.Request{Prompt: "> ", More: ">>", Text: text, Again: true}
		text, err := p.edit.ReadLine(p.t.Context(), widths(q))
		ch <- got{text, err}
	}()
	p.lines++
	p.sees(shown)
	return ch
}

func TestLineGoesOn(t *testing.T) {
	p := sit(t, 40, 8)
	p.edit.Announce("above")
	ch := p.reads(t.Context(), repl.Request{})
	p.types("if x then\r")
	p.gets(ch, "if x then")
	ch = p.goesOn("if x then\n", "above\n> if x then\n>>")
	p.cursor(2, 2)
	p.types("  y\r")
	p.gets(ch, "if x then\n  y")
	p.edit.Announce("[1] Job1 Completed")
	ch = p.goesOn("if x then\n  y\n", "above\n[1] Job1 Completed\n> if x then\n>>  y\n>>")
	p.cursor(4, 4)
	p.types("\x7f\x7fend\x1b[A\x1b[A!\r") // Enter in the first row ends all of it
	p.gets(ch, "if !x then\n  y\nend")
	p.sees("above\n[1] Job1 Completed\n> if !x then\n>>  y\n>>end")
	p.reads(t.Context(), repl.Request{})
	p.sees("above\n[1] Job1 Completed\n> if !x then\n>>  y\n>>end\n>")
}

func TestLineGoesOnAfterAResize(t *testing.T) {
	p := sit(t, 40, 10)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("0123456789abcdefghij(\r")
	p.gets(ch, "0123456789abcdefghij(")
	p.cursor(0, 1) // all of the line has come
	p.rewrap(12)
	ch = p.goesOn("0123456789abcdefghij(\n", "> 0123456789\nabcdefghij(\n>>")
	p.types(")\r")
	p.gets(ch, "0123456789abcdefghij(\n)")
}

func TestLineGoesOnThatIsLongerThanTheScreen(t *testing.T) {
	p := sit(t, 20, 4)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("\x1b[200~1\n2\n3\n4\n5\n6\x1b[201~")
	p.sees(">>3\n>>4\n>>5\n>>6")
	p.types("\r")
	p.gets(ch, "1\n2\n3\n4\n5\n6")
	ch = p.goesOn("1\n2\n3\n4\n5\n6\n", ">>4\n>>5\n>>6\n>>")
	p.types("\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A")
	p.sees("> 1\n>>2\n>>3\n>>4")
	p.types("!\r")
	p.gets(ch, "!1\n2\n3\n4\n5\n6\n")
}

func TestLineBeginsWithText(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{Text: "given"})
	p.sees("> given")
	p.types(" more\x1f\x1f\x1f!\r")
	p.gets(ch, "given!")
}

// Makes the terminal narrower, which breaks its rows as most terminals do.
func (p *person) rewrap(w int) {
	p.t.Helper()
	p.mu.Lock()
	var rows []string
	for _, row := range strings.Split(p.text(), "\n") {
		for len(row) > w {
			rows, row = append(rows, row[:w]), row[w:]
		}
		rows = append(rows, row)
	}
	p.mu.Unlock()
	p.resize(w, p.h)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.screen.Write([]byte("\x1b[H\x1b[2J" + strings.Join(rows, "\r\n") + "\r\n"))
}
