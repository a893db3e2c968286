package line

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"marsh/repl"
)

// What is known to go wrong with the library alone, each with a test that it does not
// here.

// The library goes one column back for a character that takes two.
func TestDefectAWideCharacters(t *testing.T) {
	p := sit(t, 40, 8)
	p.reads(t.Context(), repl.Request{})
	p.types("日本語abc\x1b[D\x1b[D\x1b[D\x1b[D")
	p.cursor(2+4, 0)
	p.types("\x01")
	p.cursor(2, 0)
	p.types("\x1b[C\x1b[C")
	p.cursor(2+4, 0)
}

// The library erases rows above a wrapped line whose cursor is not at its end.
func TestDefectBWrappedLine(t *testing.T) {
	p := sit(t, 20, 8)
	p.edit.Announce("above 1\nabove 2\nabove 3")
	p.reads(t.Context(), repl.Request{})
	p.types(strings.Repeat("x", 30) + strings.Repeat("\x1b[D", 25))
	p.cursor(7, 3)
	p.edit.Announce("job 1")
	p.types("\x1b[D")
	p.cursor(6, 4)
	p.sees("above 1\nabove 2\nabove 3\njob 1\n> xxxxxxxxxxxxxxxxxx\nxxxxxxxxxxxx")
}

// The library takes the Delete key for Ctrl-D, which on an empty line is the end.
func TestDefectCDeleteIsNotTheEnd(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("\x1b[3~on\r")
	p.gets(ch, "on")
}

// The library takes Ctrl-Space for the end of the input, and runs what is typed.
func TestDefectDCtrlSpaceRunsNothing(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("rm -rf\x00 x")
	p.sees("> rm -rf x")
	select {
	case g := <-ch:
		t.Fatalf("ran %q", g.text)
	default:
	}
}

// The library runs each row of a paste, and completes at its tabs.
func TestDefectEPasteRunsNothing(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{Complete: offering("completed")})
	p.types("\x1b[200~one\n\ttwo\n\x1b[201~")
	p.sees("> one\n>>  two")
	p.types("!\r")
	p.gets(ch, "one\n\ttwo!")
}

// The library knows no Home and End of tmux and the Linux console, goes one
// character with Ctrl-Left, puts the letter of Alt keys in, and knows no Shift-Tab.
func TestDefectFKeysOfManyTerminals(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{Complete: offering("one", "two")})
	p.types("ab cd\x1b[1~1\x1b[4~2\x1b[1;5D3\x1bx")
	p.sees("> 1ab 3cd2")
	p.types("\x15\t")
	p.sees("> cd2\none  two")
	p.types("\x1b[Z")
	p.sees("> twocd2\none  two")
	p.types("\x03\x03")
	p.fails(ch, repl.ErrInterrupted)
}

// The library sends SIGTSTP to the parent as well, and may hang for ever.
func TestDefectGCtrlZStopsNobody(t *testing.T) {
	s := start(t)
	s.types("MO\x1aRE\r")
	s.shows("ran MORE")
	s.prompt(2)
	s.types("\x04")
	s.exits(0)
}

// The library reads the next program's first line when a key was filtered before.
func TestDefectHNextProgramGetsItsInput(t *testing.T) {
	s := start(t)
	s.types("\x1a\x00\x12\x07\x1b[15~x\x04\x7fread\r")
	s.types("first\n")
	s.shows("got first")
	s.prompt(2)
	s.types("\x04")
	s.exits(0)
}

// The library panics at Ctrl-C while it searches an empty history.
func TestDefectISearchWithoutHistory(t *testing.T) {
	p := sit(t, 40, 8)
	for _, key := range []string{"\x12", "\x13"} {
		ch := p.reads(t.Context(), repl.Request{})
		p.types("a" + key + "\x03")
		p.fails(ch, repl.ErrInterrupted)
	}
}

// The library keeps the entry that Up has shown in the place of what was run.
func TestDefectJHistoryIsNotTheLibrarys(t *testing.T) {
	p := sit(t, 40, 8)
	history := []string{"one", "two"}
	ch := p.reads(t.Context(), repl.Request{History: history})
	p.types("\x1b[A\x1b[A changed\r")
	p.gets(ch, "one changed")
	ch = p.reads(t.Context(), repl.Request{History: append(history, "one changed")})
	p.types("\x1b[A\x1b[A\x1b[A\x1b[B\x1b[B\r")
	p.gets(ch, "one changed")
	if history[0] != "one" || history[1] != "two" {
		t.Errorf("the history became %q", history)
	}
}

// The library splits entries of several rows, and writes a file of its own.
func TestDefectKEntriesAreWhole(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{History: []string{"for a\n  b\nend"}})
	p.types("\x1b[A\r")
	p.gets(ch, "for a\n  b\nend")
	p.edit.mu.Lock()
	defer p.edit.mu.Unlock()
	if c := p.edit.lib.Config; c.HistoryFile != "" || !c.DisableAutoSaveHistory {
		t.Errorf("the library keeps a history in %q", c.HistoryFile)
	}
}

// The library erases what a program has written without a newline.
func TestDefectLOutputWithoutANewline(t *testing.T) {
	p := sit(t, 40, 8)
	p.tty.WriteString("partial")
	p.reads(t.Context(), repl.Request{})
	p.sees("partial\n>")
	p.edit.Announce("more")
	p.sees("partial\nmore\n>")
}

// The library writes 13.8 MB for 5 kB that are pasted into it unmarked.
func TestDefectMMuchInput(t *testing.T) {
	p := sit(t, 80, 24)
	ch := p.reads(t.Context(), repl.Request{})
	long := strings.Repeat("0123456789", 2000)
	go p.ptmx.WriteString(long + "\r")
	p.gets(ch, long)
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := p.raw.Len(); n > 200*len(long) { // a row for each, should they come one by one
		t.Errorf("%d bytes were written for %d", n, len(long))
	}
}

// The library takes control bytes of a pipe for keys, and loses what follows a NUL.
// It is not used there: only a terminal is edited on.
func TestDefectNPipesAreNotEdited(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if e, err := New(r, w); err == nil {
		e.Close()
		t.Error("a line is edited on a pipe")
	}
}

// The library's Close waits for a key, and may leave the terminal raw.
func TestDefectOCloseWaitsForNoKey(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("half\x12")
	p.sees("> half")
	if err := p.edit.Close(); err != nil {
		t.Fatal(err)
	}
	p.fails(ch, io.EOF)
	m, err := unix.IoctlGetTermios(int(p.tty.Fd()), getModes)
	if err != nil || !sane(m) {
		t.Errorf("the terminal was left with %v, %v", m, err)
	}
}

// The library looks at its own state without a lock when something is written while
// it searches or completes. The race detector is the test.
func TestDefectPNewsFromOtherGoroutines(t *testing.T) {
	p := sit(t, 60, 12)
	ch := p.reads(t.Context(), repl.Request{Complete: offering("one", "two"), History: []string{"older"}})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 50 {
			p.edit.Announce("news")
			p.edit.Redraw()
			p.edit.screen.resized()
		}
	}()
	p.types(strings.Repeat("x\t\t\x1b[B\x07\x12old\x07\x13\x07", 20))
	<-done
	p.types("\x15end\r")
	p.gets(ch, "end")
}

// The library does not draw the line anew when the terminal's size changes.
func TestDefectQResize(t *testing.T) {
	p := sit(t, 40, 8)
	p.reads(t.Context(), repl.Request{})
	p.types("0123456789abcdefghij\x1b[D")
	p.sees("> 0123456789abcdefghij")
	p.resize(12, 8)
	p.sees("> 0123456789\nabcdefghij")
}

// The library counts the bytes of a prompt's OSC sequence as columns, and fails at a
// prompt that ends in ESC.
func TestDefectRPromptsWidth(t *testing.T) {
	p := sit(t, 40, 8)
	p.readsAs(t.Context(), repl.Request{Prompt: "\x1b[1;32mh\x1b[0m:\x1b]0;t\x07日\x1b> "}, "h:^[]0;t^G日^[> ")
	p.types("a")
	p.cursor(17, 0)
}

// The library has no line of several rows, no suggestions and no undo.
func TestDefectSRowsHintsUndo(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{History: []string{"ab cd"}})
	p.types("ab")
	p.sees("> ab cd")
	p.cursor(4, 0)
	p.types("\x1b[C\x17\x1f\x1b\rx\x1b[A\x01>\r")
	p.gets(ch, ">ab cd\nx")
}

// What is drawn depends on what the library writes, so its version is fixed.
func TestLibrarysVersion(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), "\n\tgithub.com/chzyer/readline v1.5.1\n") {
		t.Error("github.com/chzyer/readline is not v1.5.1: look at every write of the new version first")
	}
	if strings.Contains(string(mod), "replace") {
		t.Error("go.mod replaces a module")
	}
}

// Everything that the library writes is known.
func TestLibrarysWrites(t *testing.T) {
	s := &screen{w: io.Discard, size: func() (int, int) { return 80, 24 }}
	for _, known := range []string{string(paintMark), string(paintMark) + " \b", string(paintMark) + "\b\b", libErase, libBell, ""} {
		if _, err := s.Write([]byte(known)); err != nil || s.strange() != "" {
			t.Errorf("%q is not known, %v", known, err)
		}
	}
	if s.Write([]byte("\x1b[6n")); s.strange() != "\x1b[6n" {
		t.Error("an unknown write was not noticed")
	}
}

var errEditor = errors.New("no editor")

func TestExternalEditor(t *testing.T) {
	p := sit(t, 40, 8)
	q := repl.Request{Edit: func(_ context.Context, text string) (string, error) {
		if text == "fail" {
			return "", errEditor
		}
		p.edit.Announce("while it is away")
		cmd := exec.Command("/bin/sh", "-c", "read a; echo said $a")
		cmd.Stdin, cmd.Stdout = p.tty, p.tty
		err := cmd.Run()
		return text + "\nedited\r\n\n", err
	}}
	ch := p.reads(t.Context(), q)
	p.types("line\x18\x05")
	p.until("the terminal given back", func() bool { return strings.Contains(p.raw.String(), pasteOff) })
	p.types("hello\n")
	p.sees("hello\nsaid hello\nwhile it is away\n> line\n>>edited")
	p.types("\x1f")
	p.sees("hello\nsaid hello\nwhile it is away\n> line")
	p.types("\x15fail\x18\x05")
	p.until("the error", func() bool { return strings.Contains(p.text(), "the line could not be edited: no editor") })
	p.types("!\r")
	p.gets(ch, "fail!")
	ch = p.reads(t.Context(), repl.Request{})
	p.types("none\x18\x05\r")
	p.gets(ch, "none")
}
