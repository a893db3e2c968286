package line

import (
	"context"
	"strings"
	"testing"

	"marsh/repl"
)

// Completions that the test answers.
type slowly struct {
	asked  chan string
	answer chan []repl.Candidate
	ended  chan error // what ended a question before its answer
}

func newSlowly() *slowly {
	return &slowly{make(chan string), make(chan []repl.Candidate), make(chan error, 10)}
}

func (s *slowly) complete(ctx context.Context, text string, _ int) []repl.Candidate {
	s.asked <- text
	select {
	case list := <-s.answer:
		return list
	case <-ctx.Done():
		s.ended <- ctx.Err()
		return []repl.Candidate{{Text: "too late"}}
	}
}

func TestTypingGoesOnWhileAnAnswerIsAwaited(t *testing.T) {
	p := sit(t, 40, 8)
	s := newSlowly()
	ch := p.reads(t.Context(), repl.Request{Complete: s.complete})
	p.types("ab\t")
	if got := <-s.asked; got != "ab" {
		t.Fatalf("asked for %q", got)
	}
	p.sees("> ab…") // it comes late
	p.types("c")
	p.sees("> abc")
	if err := <-s.ended; err != context.Canceled {
		t.Errorf("the question ended with %v", err)
	}
	p.types("\t")
	if got := <-s.asked; got != "abc" {
		t.Fatalf("asked for %q", got)
	}
	s.answer <- []repl.Candidate{{Text: "abcde"}}
	p.sees("> abcde")
	p.types("\r")
	p.gets(ch, "abcde ")
}

func TestLineEndsWhileAnAnswerIsAwaited(t *testing.T) {
	p := sit(t, 40, 8)
	for _, key := range []string{"\r", "\x03"} {
		s := newSlowly()
		ch := p.reads(t.Context(), repl.Request{Complete: s.complete})
		p.types("ab\t")
		<-s.asked
		p.types(key)
		if got := <-ch; key == "\r" && got.text != "ab" || key == "\x03" && got.err != repl.ErrInterrupted {
			t.Errorf("the line ended as %q, %v", got.text, got.err)
		}
		if err := <-s.ended; err != context.Canceled {
			t.Errorf("the question ended with %v", err)
		}
	}
}

func TestNewsWhileTheMenuIsOpen(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{Complete: offering("one", "two")})
	p.types("x \t")
	p.sees("> x\none  two")
	p.edit.Announce("[1] Job1 Completed")
	p.sees("[1] Job1 Completed\n> x\none  two")
	p.types("\t")
	p.sees("[1] Job1 Completed\n> x two\none  two")
	p.edit.Announce("[2] Job2 Failed")
	p.sees("[1] Job1 Completed\n[2] Job2 Failed\n> x two\none  two")
	p.cursor(7, 2)
	p.types("\x0c")
	p.sees("> x two\none  two")
	p.types("\r\r")
	p.gets(ch, "x two ")
	p.sees("> x two")
}

func TestMenuAtTheBottomOfTheScreen(t *testing.T) {
	p := sit(t, 20, 5)
	p.edit.Announce("1\n2\n3\n4")
	ch := p.reads(t.Context(), repl.Request{Complete: offering("one", "two", "three", "four", "five", "six")})
	p.types("\t")
	p.sees("3\n4\n>\none    three  five\ntwo    four   six")
	p.types("\x07y\r")
	p.gets(ch, "y")
	p.sees("3\n4\n> y")
}

func TestMenuWithoutColours(t *testing.T) {
	p := sit(t, 20, 5)
	p.edit.Configure(func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] })
	p.reads(t.Context(), repl.Request{Complete: offering("one", "two")})
	p.types("\t")
	p.sees(">\none  two")
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.Contains(p.raw.String(), "\x1b[0;9") || strings.Contains(p.raw.String(), "\x1b[0;3") {
		t.Error("colours were used")
	}
}
