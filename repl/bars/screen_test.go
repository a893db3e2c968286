package bars

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"marsh/jobs"
	"marsh/shell/format"
)

// A tty counts what is written to it.
type tty struct {
	mu     sync.Mutex
	text   bytes.Buffer // guarded by mu
	writes int          // guarded by mu
	quiet  int          // how often Quiet is in force; guarded by mu
}

func (t *tty) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes++
	return t.text.Write(p)
}

// Returns what was written since the last call, and in how many pieces.
func (t *tty) take() (text string, writes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text, writes = t.text.String(), t.writes
	t.text.Reset()
	t.writes = 0
	return text, writes
}

func (t *tty) silence() (func(), error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.quiet++
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.quiet--
	}, nil
}

func (t *tty) silenced() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.quiet
}

func (t *tty) options() Options {
	return Options{Out: t, Size: func() (int, int) { return 40, 10 }, Quiet: t.silence}
}

// wants checks what was written since the last call.
func (t *tty) wants(test *testing.T, want string) {
	test.Helper()
	synctest.Wait()
	if got, _ := t.take(); got != want {
		test.Errorf("%q was written, want %q", got, want)
	}
}

const erased = "\r\x1b[K"

// What takes a moment only is not shown.
func TestScreenShowsNothingShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		s := New(out.options())
		s.Set(told("short", 0))
		time.Sleep(showAfter - 1)
		s.Set(told("", 0, "Completed", true))
		time.Sleep(time.Hour)
		s.Set(told("short", 0))
		s.Clear()
		out.wants(t, "")
	})
}

// Bars are drawn in place, when something has changed; text goes above them.
func TestScreenDraws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		s := New(out.options())
		w := s.Over(&out)
		s.Set(told("a", 0, "SecondsRemaining", int64(5)))
		time.Sleep(showAfter)
		out.wants(t, "a: 0:05 left\r")
		time.Sleep(5 * redrawEvery)
		out.wants(t, "") // it is as it was
		s.Set(told("b", 1, "SecondsRemaining", int64(6)))
		out.wants(t, erased+"a: 0:05 left\r\nb: 0:06 left\r")
		fmt.Fprintln(w, "text")
		out.wants(t, "\r\x1b[1A\x1b[K\x1b[B\x1b[J\x1b[Atext\n") // it has just been drawn
		time.Sleep(redrawAfter)
		out.wants(t, "a: 0:05 left\r\nb: 0:06 left\r")
		time.Sleep(redrawAfter)
		fmt.Fprintln(w, "more")
		out.wants(t, "\r\x1b[1A\x1b[K\x1b[B\x1b[J\x1b[Amore\na: 0:05 left\r\nb: 0:06 left\r")
		s.Set(told("", 1, "Completed", true))
		time.Sleep(redrawAfter)
		out.wants(t, "\r\x1b[1A\x1b[K\x1b[B\x1b[J\x1b[Aa: 0:05 left\r")
		if n := out.silenced(); n != 1 {
			t.Errorf("Quiet is in force %d times", n)
		}
		s.Clear()
		out.wants(t, erased)
		fmt.Fprintln(w, "end")
		out.wants(t, "end\n")
		if out.silenced() != 0 {
			t.Error("Quiet is still in force")
		}
	})
}

// However often something is told, the bars are drawn ten times a second.
func TestScreenDrawsSoOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		s := New(out.options())
		for i := range 100_000 {
			s.Set(told("busy", 0, "Status", fmt.Sprint(i)))
			time.Sleep(100 * time.Microsecond)
		}
		s.Clear()
		if _, n := out.take(); n < 90 || n > 101 {
			t.Errorf("in ten seconds it was drawn %d times", n)
		}
	})
}

// Much output is not slowed down by drawing the bars for each line of it.
func TestScreenOfMuchOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		s := New(out.options())
		s.Set(told("busy", 0, "SecondsRemaining", int64(5)))
		time.Sleep(showAfter)
		for range 10_000 {
			io.WriteString(s.Over(&out), "line\n")
			time.Sleep(100 * time.Microsecond)
		}
		s.Clear()
		text, _ := out.take()
		if n := strings.Count(text, "busy"); n < 5 || n > 12 || strings.Count(text, "line\n") != 10_000 {
			t.Errorf("in one second of output the bar was drawn %d times", n)
		}
	})
}

// Behind a line that is not at its end nothing is drawn.
func TestScreenOfPartialLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		s := New(out.options())
		w := s.Over(&out)
		io.WriteString(w, "begun")
		s.Set(told("a", 0, "SecondsRemaining", int64(5)))
		time.Sleep(time.Minute)
		out.wants(t, "begun")
		io.WriteString(w, " and done\n")
		out.wants(t, " and done\na: 0:05 left\r")
		s.Clear()
		out.wants(t, erased)
	})
}

// Bars keep away from who asks, and from programs that have the terminal.
func TestScreenGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		var free atomic.Bool
		free.Store(true)
		o := out.options()
		o.Free = free.Load
		s := New(o)
		s.Set(told("a", 0, "SecondsRemaining", int64(5)))
		time.Sleep(showAfter)
		out.wants(t, "a: 0:05 left\r")
		show := s.Hide()
		out.wants(t, erased)
		if out.silenced() != 0 {
			t.Error("who asks does not see what is typed")
		}
		s.Set(told("a", 0, "SecondsRemaining", int64(4)))
		time.Sleep(time.Minute)
		out.wants(t, "")
		show()
		show()
		time.Sleep(redrawAfter)
		out.wants(t, "a: 0:04 left\r")
		s.Clear()
		out.wants(t, erased)

		free.Store(false)
		s.Set(told("a", 0, "SecondsRemaining", int64(3)))
		time.Sleep(time.Minute)
		out.wants(t, "")
		free.Store(true)
		time.Sleep(redrawEvery)
		out.wants(t, "a: 0:03 left\r")
		s.Clear()
	})
}

// A terminal that has become narrower has given the bars more rows.
func TestScreenResized(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		var width atomic.Int64
		width.Store(40)
		o := out.options()
		o.Size = func() (int, int) { return int(width.Load()), 10 }
		s := New(o)
		s.Set(told("copying", 0, "PercentComplete", int64(50)))
		s.Set(told("b", 1, "PercentComplete", int64(50)))
		time.Sleep(showAfter)
		synctest.Wait()
		out.take()
		width.Store(10)
		time.Sleep(redrawEvery)
		out.wants(t, "\r\x1b[4A\x1b[K\x1b[B\x1b[J\x1b[Acop…  50%\r\nb  50%\r")
		s.Set(told("", 1, "Completed", true))
		time.Sleep(redrawAfter)
		synctest.Wait()
		out.take()
		width.Store(4)
		s.Clear()
		out.wants(t, "\r\x1b[J")
	})
}

// A dumb terminal gets a line now and then.
func TestScreenOfDumbTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		o := out.options()
		o.Dumb = true
		s := New(o)
		for i := range 30 * 10 {
			s.Set(told("copying", 0, "PercentComplete", int64(i/3)))
			time.Sleep(time.Second / 10)
		}
		s.Clear()
		out.wants(t, "copying   1%\ncopying  34%\ncopying  67%\n")
	})
}

// An Output has its printer print all but progress, and leaves a clean screen.
func TestOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tty
		s := New(out.options())
		o := &Output{Printer: format.NewPrinter(s.Over(&out), s.Over(&out), format.Options{}), Screen: s}
		for _, r := range []jobs.Record{told("a", 0, "SecondsRemaining", int64(5)), jobs.Out("text"), {Stream: jobs.Warning, Value: "w"}} {
			if err := o.Write(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		out.wants(t, "text\nwarning: w\n")
		time.Sleep(showAfter)
		out.wants(t, "a: 0:05 left\r")
		if err := o.Flush(); err != nil {
			t.Fatal(err)
		}
		out.wants(t, erased)
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := o.Write(over, told("a", 0)); !errors.Is(err, jobs.KindStopped) {
			t.Errorf("after the end it is %v", err)
		}
	})
}
