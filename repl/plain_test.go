package repl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/shell/format"
)

// Runs input as it comes through a pipe; returns both outputs and the status.
func pipe(t *testing.T, h jobs.Host, input string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	r := New(Options{Local: h, Editor: NewPlain(io.NopCloser(strings.NewReader(input)), &e),
		Out: func() Output { return format.NewPrinter(&o, &e, format.Options{}) }})
	status = r.Run(t.Context())
	return o.String(), e.String(), status
}

func TestPipe(t *testing.T) {
	h := &fake{name: "localhost", do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"bad":  fails(&jobs.Error{Kind: jobs.KindNotFound, Msg: "no such command"}),
		"exit": fails(&jobs.Error{Kind: jobs.KindExit, Status: 9}),
	}}
	tests := []struct {
		name, in, out, errs string
		status              int
	}{
		{"nothing", "", "", "", 0},
		{"two lines", "a\r\n\nb", "localhost ran a\nlocalhost ran b\n", "", 0},
		{"goes on after an error", "bad\nb\n", "localhost ran b\n", "no such command\n", 1},
		{"exit", "a\nexit\nb\n", "localhost ran a\n", "", 9},
		{"block", "\nx {\n}\n", "localhost ran x {\n}\n", "", 0},
		{"unfinished", "\na\nx {\n", "localhost ran a\n", "the { in line 3 is not closed\n", 1},
		{"control bytes are text", "a\tb\x00\x03c\n", "localhost ran a\tb\x00\x03c\n", "", 0},
		{"too long", strings.Repeat("x", MaxLine+1) + "\nb\n", "localhost ran b\n",
			"the statement at line 1 is longer than 1048576 bytes; put it into a file and run that\n", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, errs, status := pipe(t, h, test.in)
			if out != test.out || errs != test.errs || status != test.status {
				t.Errorf("got %.200q, %q, %d, want %.200q, %q, %d", out, errs, status, test.out, test.errs, test.status)
			}
		})
	}
}

// Nobody is asked; what is stopped is said.
func TestPipeWithJobs(t *testing.T) {
	h := &fake{name: "localhost", running: 3, unread: 1}
	out, errs, status := pipe(t, h, "a\n")
	if out != "localhost ran a\n" || errs != "warning: 3 jobs were running and are stopped: the jobs; wait-job waits for the end\n" || status != 0 {
		t.Errorf("got %q, %q, %d", out, errs, status)
	}
}

func TestPipeLongestLine(t *testing.T) {
	long := strings.Repeat("x", MaxLine)
	out, errs, status := pipe(t, &fake{name: "h"}, long+"\n")
	if len(out) != len("h ran \n")+MaxLine || errs != "" || status != 0 {
		t.Errorf("%d bytes, %q, %d", len(out), errs, status)
	}
}

func TestPlainEndsWithItsContext(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	p := NewPlain(r, io.Discard)
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	got := make(chan error)
	go func() { _, err := p.ReadLine(ctx, Request{}); got <- err }()
	cancel(why)
	if err := <-got; err != why {
		t.Errorf("ReadLine = %v, want %v", err, why)
	}
}

func TestPlay(t *testing.T) {
	var out bytes.Buffer
	h := &fake{name: "localhost", dir: "~", do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"bad": fails(&jobs.Error{Kind: jobs.KindNotFound, Msg: "no such command"})}}
	o := Options{Local: h, Out: func() Output { return format.NewPrinter(&out, &out, format.Options{}) }}
	if status := Play(t.Context(), o, &out, "one {", "}", "bad"); status != 1 {
		t.Errorf("status %d, want 1", status)
	}
	want(t, out.String(), `
local:~> one {
      >> }
localhost ran one {
}
local:~> bad
no such command`)
}
