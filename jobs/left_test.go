package jobs

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// A host on which a script runs until it is stopped, and leaves a process.
func leaving(begun chan<- struct{}, process string) fakeHost {
	return func(ctx context.Context, _ Script, _ Sink) error {
		begun <- struct{}{}
		<-ctx.Done()
		return Errorf(KindState, "still running: %s", process)
	}
}

// Of each task that leaves something it is said which that is, once, with its machine.
func TestLeftOf(t *testing.T) {
	table, begun := NewTable(nil, Keep{}), make(chan struct{}, 8)
	one := startJob(t, table, on("localhost", leaving(begun, "11 (a)")))
	two := startJob(t, table, on("Server01", leaving(begun, "12 (b)")), on("Server02", endless(begun)), on("Server03", leaving(begun, "13 (c)")))
	three := startJob(t, table, on("localhost", leaving(begun, "14 (d)")))
	for range 5 {
		<-begun
	}
	if err := one.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := two.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	const first = "job 1 (Job1): still running: 11 (a)"
	want := map[string][]*Task{
		"":    three.Tasks(),
		first: append(one.Tasks(), one.Tasks()...),
		"of 3 not all processes were stopped: " + first + "; job 2.1 (Job2.1) on Server01: still running: 12 (b); job 2.3 (Job2.3) on Server03: still running: 13 (c)": append(one.Tasks(), two.Tasks()...),
	}
	for text, tasks := range want {
		err := LeftOf(tasks)
		if (err == nil) != (text == "") || err != nil && (err.Error() != text || !errors.Is(err, KindState)) {
			t.Errorf("got %v, want %q", err, text)
		}
	}
	if err := table.Close(t.Context()); err == nil || err.Error() != "job 3 (Job3): still running: 14 (d)" {
		t.Errorf("the end says %v, want job 3: of the others it was said", err)
	}
}

// A table whose end is given up says which jobs have not ended, and what the others left.
func TestCloseGivenUpNames(t *testing.T) {
	table, gate, begun := NewTable(nil, Keep{}), make(chan struct{}), make(chan struct{}, 8)
	left := startJob(t, table, on("localhost", leaving(begun, "11 (a)")))
	startJob(t, table, on("Server01", func(context.Context, Script, Sink) error { begun <- struct{}{}; <-gate; return nil }))
	<-begun
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		<-left.Done()
	}()
	err := table.Close(ctx)
	if !errors.Is(err, KindStopped) || !strings.Contains(err.Error(), "11 (a)") || !strings.HasSuffix(err.Error(), "not yet: job 2 (Job2) on Server01") {
		t.Errorf("got %v", err)
	}
	close(gate)
	if err := table.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
