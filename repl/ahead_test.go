package repl

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"marsh/jobs"
	"marsh/shell/format"
	"marsh/shell/syntax"
)

// A reader is a host whose statements are Lua; it counts how much text it was given to
// read.
type reader struct {
	runs, asks, bytes atomic.Int64
}

func (h *reader) Name() string { return "reader" }

func (h *reader) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	switch s.Text {
	case "prompt-info":
		return nil
	case "statement-end (args[1]) (args[2])":
		h.asks.Add(1)
		return out.Write(ctx, jobs.Out(jobs.NewMap("", "End", int64(h.end(s.Args[0].(string), int(s.Args[1].(int64)))))))
	}
	h.runs.Add(1)
	h.bytes.Add(int64(len(s.Text)))
	if _, err := syntax.Compile(s.Text, "line", s.Line, nothing{}); err != nil {
		return err
	}
	return out.Write(ctx, jobs.Out(fmt.Sprintf("line %d: %d lines", s.Line, strings.Count(s.Text, "\n")+1)))
}

// Returns the least number of lines that are whole, as statement-end does.
func (h *reader) end(text string, from int) int {
	lines := strings.Split(text, "\n")
	for n := from + 1; n <= len(lines); n++ {
		if strings.HasPrefix(lines[n-1], "}") || strings.HasPrefix(lines[n-1], ")") {
			return n
		}
	}
	return 0
}

type nothing struct{}

func (nothing) Command(string) (syntax.CommandInfo, bool) { return syntax.CommandInfo{}, false }
func (nothing) Program(string) bool                       { return false }
func (nothing) Variable(string) bool                      { return true }

// A long block is not read once a line: what the host is given to run grows as the
// block does.
func TestPipeReadsALongBlockOnce(t *testing.T) {
	const lines = 20000
	block := "x = {\n" + strings.Repeat("{\"a(\", 1},\n", lines) + "}\ny = 1\n"
	h := &reader{}
	out, errs, status := pipe(t, h, block)
	if want := fmt.Sprintf("line 1: %d lines\nline %d: 1 lines\n", lines+2, lines+3); out != want || errs != "" || status != 0 {
		t.Errorf("got %.100q, %.100q, %d", out, errs, status)
	}
	if runs, asks := h.runs.Load(), h.asks.Load(); runs > 20 || asks > 20 {
		t.Errorf("%d runs and %d questions for %d lines", runs, asks, lines)
	}
	if n := h.bytes.Load(); n > 3*int64(len(block)) {
		t.Errorf("%d bytes were given to be run, of %d", n, len(block))
	}
}

// Blocks one behind the other, what is in no block, a mistake and the end in the middle.
func TestPipeReadsAhead(t *testing.T) {
	block := "x = {\n1,\n2,\n}\n"
	out, errs, status := pipe(t, &reader{}, block+block+"y = 1\n"+block+"z = {\n)\ny = 2\n"+block+"w = {\n1,\n")
	const want = "line 1: 4 lines\nline 5: 4 lines\nline 9: 1 lines\nline 10: 4 lines\nline 16: 1 lines\nline 17: 4 lines\n"
	if out != want || status != 1 || !strings.Contains(errs, "line:15: ") || !strings.Contains(errs, "line:21: ") {
		t.Errorf("got %q, %q, %d", out, errs, status)
	}
}

// What comes line by line is run as soon as it is whole.
func TestPipeOfSomebodyWhoWaits(t *testing.T) {
	in, feed := io.Pipe()
	seen := make(chan string)
	r := New(Options{Local: &reader{}, Editor: NewPlain(in, io.Discard), Out: func() Output {
		return format.NewPrinter(writerFunc(func(b []byte) { seen <- string(b) }), io.Discard, format.Options{})
	}})
	done := make(chan int)
	go func() { done <- r.Run(t.Context()) }()
	for range 3 {
		for _, line := range []string{"x = {", "1,", "}"} {
			io.WriteString(feed, line+"\n")
		}
		if got := <-seen; !strings.Contains(got, "3 lines") {
			t.Errorf("saw %q", got)
		}
	}
	feed.Close()
	if status := <-done; status != 0 {
		t.Errorf("status %d", status)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) {
	f(bytes.Clone(b))
	return len(b), nil
}
