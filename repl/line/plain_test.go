package line

import (
	"errors"
	"io"
	"strings"
	"testing"

	"marsh/repl"
)

// Sits down at a terminal that can only write one row after the other.
func sitDumb(t *testing.T) *person {
	t.Helper()
	p := sit(t, 40, 8)
	p.edit.Configure(func(name string) string { return map[string]string{"TERM": "dumb"}[name] })
	return p
}

// Starts reading a line, and waits until shown is on the screen.
func (p *person) plainly(q repl.Request, shown string) chan got {
	p.t.Helper()
	ch := make(chan got, 1)
	go func() {
		text, err := p.edit.ReadLine(p.t.Context(), q)
		ch <- got{text, err}
	}()
	p.sees(shown)
	return ch
}

func TestDumbTerminal(t *testing.T) {
	p := sitDumb(t)
	p.edit.Announce("before")
	ch := p.plainly(repl.Request{Prompt: "\x1b[32m>\x1b[m ", More: ">>"}, "before\n>")
	p.types("if x\x7fy\n")
	p.gets(ch, "if y")
	ch = p.plainly(repl.Request{Prompt: "> ", More: ">>", Text: "if y\n", Again: true}, "before\n> if y\n>>")
	p.edit.Announce("news")
	p.sees("before\n> if y\n>>\nnews\n>>")
	p.types("end\n")
	p.gets(ch, "if y\nend")
	ch = p.plainly(repl.Request{Prompt: "password: ", Secret: true}, "before\n> if y\n>>\nnews\n>>end\npassword:")
	p.types("secret\n")
	p.gets(ch, "secret")
	ch = p.plainly(repl.Request{Prompt: "> "}, "before\n> if y\n>>\nnews\n>>end\npassword:\n>")
	p.types("half\x04\x04\x04x\n")
	p.gets(ch, "halfx")
	ch = p.plainly(repl.Request{Prompt: "% "}, "before\n> if y\n>>\nnews\n>>end\npassword:\n> halfx\n%")
	p.types("\x04")
	p.fails(ch, io.EOF)
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.ContainsAny(p.raw.String(), "\x1b") {
		t.Errorf("a control sequence was written: %q", p.raw.String())
	}
}

func TestDumbTerminalIsClosed(t *testing.T) {
	p := sitDumb(t)
	ch := p.plainly(repl.Request{Prompt: "> "}, ">")
	if err := p.edit.Close(); err != nil {
		t.Fatal(err)
	}
	p.fails(ch, io.EOF)
	if _, err := p.edit.ReadLine(t.Context(), repl.Request{}); !errors.Is(err, io.EOF) {
		t.Errorf("ReadLine after Close: %v", err)
	}
}

func TestDumbShell(t *testing.T) {
	s := startAs(t, "TERM=dumb")
	s.shows("local:~>")
	s.types("half")
	s.shows("local:~> half")
	s.types("\x03")
	s.shows("local:~> half^C\nlocal:~>")
	s.types("notify\n")
	s.shows("notified\njob 1 completed\nlocal:~>")
	s.types("hang\n")
	s.shows("hanging")
	s.types("\x03")
	s.shows("^C\nlocal:~>")
	s.types("read\nhello\n")
	s.shows("got hello\nlocal:~>")
	s.types("\x04")
	s.exits(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(s.raw.String(), "\x1b") {
		t.Errorf("a control sequence was written: %q", s.raw.String())
	}
}
