package line

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"marsh/repl"
)

func pipeInput(t *testing.T) (*Input, *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := NewInput(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		w.Close()
		r.Close()
	})
	return in, w
}

func TestInput(t *testing.T) {
	in, w := pipeInput(t)
	w.WriteString("some text")
	w.Close()
	if got, err := io.ReadAll(in); string(got) != "some text" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestInputCloseEndsRead(t *testing.T) {
	in, _ := pipeInput(t)
	got := make(chan error)
	go func() { _, err := in.Read(make([]byte, 1)); got <- err }()
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if err := <-got; err != io.EOF {
		t.Errorf("Read = %v, want EOF", err)
	}
	if _, err := in.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("Read after Close = %v, want EOF", err)
	}
}

func TestPlainOnAPipeThatStaysOpen(t *testing.T) {
	in, _ := pipeInput(t)
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	got := make(chan error)
	go func() { _, err := repl.NewPlain(in, io.Discard).ReadLine(ctx, repl.Request{}); got <- err }()
	cancel(why)
	if err := <-got; err != why {
		t.Errorf("ReadLine = %v, want %v", err, why)
	}
}
