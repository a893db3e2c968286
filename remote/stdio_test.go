//go:build unix

package remote_test

import (
	"context"
	"os"
	"testing"

	"marsh/jobs"
	"marsh/remote"
)

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// Descriptors in blocking mode, as a program gets them.
	r.Fd()
	w.Fd()
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// Serve on a program's standard input and output ends with its context, although a Read
// waits and the client keeps its end open.
func TestStdio(t *testing.T) {
	inR, inW := pipe(t)
	outR, outW := pipe(t)
	far, err := remote.Stdio(inR, outW)
	if err != nil {
		t.Fatal(err)
	}
	near, err := remote.Stdio(outR, inW)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- remote.Serve(ctx, far, farHost, remote.Options{}) }()
	s, err := remote.NewSession(t.Context(), near, options())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if recs, err := run(t, s, jobs.Script{Text: "count 50000"}); err != nil || len(recs) != 50_000 {
		t.Errorf("%d records, %v", len(recs), err)
	}
	cancel()
	expectKind(t, <-served, jobs.KindStopped)
	<-s.Done()
	expectKind(t, s.Err(), jobs.KindBroken)
}
