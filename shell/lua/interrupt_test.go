package lua

import (
	"context"
	"errors"
	"testing"

	"marsh/jobs"
)

// A script is interrupted wherever it is between two instructions, and goes on.
func TestInterrupt(t *testing.T) {
	for _, text := range []string{
		"x = 0; run{'begun'}; while not over do x = x + 1 end",
		"x = 0; run{'begun'}; local c = coroutine.wrap(function() while not over do x = x + 1 end end); c()",
		"x = 0; run{'begun'}; pcall(function() while not over do x = x + 1 end end)",
		"x = 0; run{'begun'}; table.sort({1, 2}, function(a, b) while not over do x = x + 1 end return a < b end)",
	} {
		begun := make(chan struct{})
		w := &world{exec: func(context.Context, *Pipeline) ([]jobs.Value, error) { close(begun); return nil, nil }}
		s := w.state(t)
		done := make(chan error, 1)
		go func() { done <- s.Run(t.Context(), jobs.Script{Text: text}) }()
		<-begun
		for range 3 {
			called := make(chan jobs.Value)
			s.Interrupt(func() { v, _ := s.Global("x"); called <- v })
			if v, ok := (<-called).(int64); !ok || v < 0 {
				t.Errorf("%s: x is %v", text, v)
			}
		}
		s.Interrupt(func() { s.SetGlobal("over", true) })
		if err := <-done; err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A fork that is made while a script runs has its variables, and its functions share
// among themselves what they shared.
func TestForkWhileRunning(t *testing.T) {
	w := &world{}
	s := w.state(t)
	var fork *State
	var copies []*Func
	w.exec = func(context.Context, *Pipeline) ([]jobs.Value, error) {
		v := s.l.G.Global.RawGetString("count")
		fork, copies = s.ForkWith(w.options(), []*Func{s.blockOf(asFunction(t, v)).Func})
		return nil, nil
	}
	text := "local n = 0; function count() n = n + 1; return n end; function last() return n end; count(); run{'x'}; count()"
	if err := s.Run(t.Context(), jobs.Script{Text: text}); err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	got, err := copies[0].Call(t.Context())
	if err != nil || !fork.Owns(copies[0]) {
		t.Fatalf("the copy: %v", err)
	}
	want(t, jobs.List(got), int64(2))
	for state, n := range map[*State]jobs.Value{s: int64(2), fork: int64(2)} {
		w.out = nil
		if err := state.Run(t.Context(), jobs.Script{Text: "return last()"}); err != nil {
			t.Fatal(err)
		}
		want(t, jobs.List(w.out), n)
	}
	if _, err := copies[0].Call(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.out = nil
	if err := s.Run(t.Context(), jobs.Script{Text: "return last()"}); err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), int64(2))
}

// What waits in a library function is handed to Wait, and what that says is raised.
func TestWait(t *testing.T) {
	dir := t.TempDir()
	for text, waits := range map[string]int{
		"sleep(0)": 1,
		"local f = io.popen('echo a; echo b'); f:read('*a')":                                                1,
		"local f = io.popen('printf 7'); f:read('*n'); f:close()":                                           2,
		"io.open('file', 'w'):write('a\\nb'); for l in io.lines('file') do end; io.open('file'):read('*a')": 0,
	} {
		n := 0
		o := (&world{dir: dir}).options()
		o.Wait = func(f func() error) error { n++; return f() }
		s := New(o)
		if err := s.Run(t.Context(), jobs.Script{Text: text}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		s.Close()
		if n < waits || waits == 0 && n > 0 {
			t.Errorf("%s: waited %d times, want %d", text, n, waits)
		}
	}
	o := (&world{}).options()
	o.Wait = func(func() error) error { return errors.New("no time") }
	s := New(o)
	defer s.Close()
	if err := s.Run(t.Context(), jobs.Script{Text: "sleep(0)"}); err == nil || err.Error() != "no time" {
		t.Errorf("got %v", err)
	}
}

// While one block waits for a file, another one cannot read it.
func TestFileThatIsWaitedFor(t *testing.T) {
	o := (&world{}).options()
	var s *State
	var inner error
	o.Wait = func(f func() error) error {
		o.Wait = nil
		for file := range s.files {
			_, _, inner = file.readLine()
		}
		return f()
	}
	s = New(o)
	defer s.Close()
	if err := s.Run(t.Context(), jobs.Script{Text: "io.popen('echo a'):read()"}); err != nil {
		t.Fatal(err)
	}
	if inner != errBusy {
		t.Errorf("got %v", inner)
	}
}
