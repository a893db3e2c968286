package shell

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"
)

// What is appended while a part is being written is written with the next, all of it and
// in order; past the bound who appends waits for that.
func TestEventsAreWrittenInParts(t *testing.T) {
	var w eventWriter
	begun, goOn := make(chan struct{}), make(chan struct{})
	var parts [][]byte
	write := func(part []byte) error {
		parts = append(parts, part)
		begun <- struct{}{}
		<-goOn
		return nil
	}
	want := bytes.Repeat([]byte("0123456789abcde\n"), maxPending/16+2)
	line := func(i int) []byte { return want[i*16 : i*16+16] }
	add := func(i int) {
		if err := w.add(line(i), write); err != nil {
			t.Error(err)
		}
	}
	add(0)
	<-begun
	for i := range maxPending / 16 {
		add(1 + i)
	}
	added := make(chan struct{})
	go func() { add(maxPending/16 + 1); close(added) }()
	for waits := false; !waits; runtime.Gosched() {
		w.mu.Lock()
		waits = w.wrote != nil
		w.mu.Unlock()
	}
	goOn <- struct{}{}
	<-begun
	<-added
	goOn <- struct{}{}
	<-begun
	goOn <- struct{}{}
	if err := w.flush(t.Context()); err != nil || len(parts) != 3 || !bytes.Equal(bytes.Join(parts, nil), want) {
		t.Errorf("%d parts, %v", len(parts), err)
	}
}

// An error of writing is told once, by what comes next.
func TestEventThatCannotBeWritten(t *testing.T) {
	var w eventWriter
	full := errors.New("the disk is full")
	if err := w.add([]byte("x\n"), func([]byte) error { return full }); err != nil && err != full {
		t.Errorf("add: %v", err)
	} else if ferr := w.flush(t.Context()); (err == nil) == (ferr == nil) {
		t.Errorf("flush: %v, after %v", ferr, err)
	}
	if err := w.flush(t.Context()); err != nil {
		t.Errorf("it is told again: %v", err)
	}
}

// Many events are in the order in which they came.
func TestEventsKeepTheirOrder(t *testing.T) {
	log := NewEventLog(t.TempDir())
	for i := range 5000 {
		if err := log.Append(Event{Message: fmt.Sprint(i), Pid: os.Getpid()}); err != nil {
			t.Fatal(err)
		}
	}
	events, err := log.Read(t.Context())
	if err != nil || len(events) != 5000 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for i, e := range events {
		if e.Message != fmt.Sprint(i) {
			t.Fatalf("event %d is %q", i, e.Message)
		}
	}
}
