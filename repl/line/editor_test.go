package line

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"marsh/repl"
)

// Waits for a line and compares it.
func (p *person) gets(ch chan got, want string) {
	p.t.Helper()
	if g := <-ch; g.err != nil || g.text != want {
		p.t.Fatalf("ReadLine = %q, %v, want %q", g.text, g.err, want)
	}
}

func (p *person) fails(ch chan got, want error) {
	p.t.Helper()
	if g := <-ch; !errors.Is(g.err, want) || g.text != "" {
		p.t.Fatalf("ReadLine = %q, %v, want error %v", g.text, g.err, want)
	}
}

func TestLine(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("get-job -id 1")
	p.sees("> get-job -id 1")
	p.types("\r")
	p.gets(ch, "get-job -id 1")
	ch = p.reads(t.Context(), repl.Request{})
	p.types("x\r")
	p.gets(ch, "x")
	p.sees("> get-job -id 1\n> x")
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.Contains(p.raw.String(), "\x1b[J") {
		t.Error("a line of one row erased all below it")
	}
}

func TestKeys(t *testing.T) {
	tests := []struct{ name, keys, want string }{
		{"home of xterm", "bc\x1b[Ha", "abc"},
		{"home of tmux", "bc\x1b[1~a", "abc"},
		{"home of the keypad", "bc\x1bOHa", "abc"},
		{"end of tmux", "ab\x01\x1b[4~c", "abc"},
		{"end of xterm", "ab\x01\x1b[Fc", "abc"},
		{"ctrl-a ctrl-e", "b\x01a\x05c", "abc"},
		{"arrows", "ac\x1b[Db\x1b[Cd", "abcd"},
		{"delete", "abxc\x1b[D\x1b[D\x1b[3~", "abc"},
		{"backspace", "abx\x7fc", "abc"},
		{"ctrl-d in a line", "abxc\x1b[D\x1b[D\x04", "abc"},
		{"ctrl-d at the end of a line", "abc\x04", "abc"},
		{"delete on an empty line", "\x1b[3~abc", "abc"},
		{"nul does not submit", "rm -rf\x00 x", "rm -rf x"},
		{"nul on an empty line", "\x00a", "a"},
		{"ctrl-z", "a\x1ab", "ab"},
		{"ctrl-r without history", "a\x12\x12b", "ab"},
		{"ctrl-s, ctrl-g, ctrl-]", "a\x13\x07\x1db", "ab"},
		{"word left", "one two\x1b[1;5Dx", "one xtwo"},
		{"alt-b alt-f", "one two\x1bb\x1bbx\x1bfy", "xoney two"},
		{"kill and yank", "one two\x17\x01\x19", "twoone "},
		{"unknown sequences", "a\x1b[15~\x1b[200;3R\x1b[?1;2cb\x1b[[Ac", "abc"},
		{"a broken sequence", "a\x1b[12\x07b", "ab"},
		{"wide", "日本語", "日本語"},
		{"not UTF-8", "a\xff\xfeb", "a\ufffd\ufffdb"},
		{"a private rune typed", "a\U0010ff0fb", "a\ufffdb"},
		{"alt-enter", "a\x1b\rb", "a\nb"},
		{"ctrl-j is enter", "abc", "abc"},
	}
	p := sit(t, 60, 10)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ch := p.reads(t.Context(), repl.Request{})
			p.types(test.keys + "\r")
			p.gets(ch, test.want)
		})
	}
}

func TestEndAndInterrupt(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("half\x03")
	p.fails(ch, repl.ErrInterrupted)
	ch = p.reads(t.Context(), repl.Request{})
	p.types("\x03")
	p.fails(ch, repl.ErrInterrupted)
	ch = p.reads(t.Context(), repl.Request{})
	p.sees("> half^C\n> ^C\n>")
	p.types("\x04")
	p.fails(ch, io.EOF)
	ch = p.reads(t.Context(), repl.Request{})
	p.types("on\r")
	p.gets(ch, "on")
}

func TestWideCharacters(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{Prompt: "本> "})
	p.types("日本語abc")
	p.cursor(4+9, 0)
	p.types("\x1b[D\x1b[D\x1b[D\x1b[D")
	p.cursor(4+4, 0)
	p.types("\x1b[H")
	p.cursor(4, 0)
	p.types("、。ー（x）")
	p.cursor(4+11, 0)
	p.sees("本> 、。ー（x）日本語abc")
	p.types("\r")
	p.gets(ch, "、。ー（x）日本語abc")
}

func TestWrappedLineKeepsWhatIsAbove(t *testing.T) {
	p := sit(t, 20, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("first\r")
	p.gets(ch, "first")
	ch = p.reads(t.Context(), repl.Request{})
	p.types(strings.Repeat("0123456789", 4))
	p.sees("> first\n> 012345678901234567\n89012345678901234567\n89")
	p.types(strings.Repeat("\x1b[D", 30))
	p.cursor(12, 1)
	p.edit.Announce("job 1 completed")
	p.sees("> first\njob 1 completed\n> 012345678901234567\n89012345678901234567\n89")
	p.cursor(12, 2)
	p.types("X\r")
	p.gets(ch, "0123456789X"+strings.Repeat("0123456789", 3))
	p.sees("> first\njob 1 completed\n> 0123456789X0123456\n78901234567890123456\n789")
}

func TestFullRow(t *testing.T) {
	p := sit(t, 20, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("012345678901234567")
	p.cursor(0, 1)
	p.types("\r")
	p.gets(ch, "012345678901234567")
	p.reads(t.Context(), repl.Request{})
	p.sees("> 012345678901234567\n>")
}

func TestPasteIsOneLine(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{Complete: func(context.Context, string, int) []repl.Candidate {
		t.Error("a tab in a paste asked for completion")
		return nil
	}})
	p.types("\x1b[200~for i = 1, 2 do\r\n\tprint(i)\nend\n\x1b[201~")
	p.sees("> for i = 1, 2 do\n>>  print(i)\n>>end")
	p.cursor(5, 2)
	select {
	case g := <-ch:
		t.Fatalf("the paste ran by itself: %q, %v", g.text, g.err)
	default:
	}
	p.types("\x1b[A\x1b[D\r")
	p.gets(ch, "for i = 1, 2 do\n\tprint(i)\nend")
}

func TestPasteWithTheEndOfSomethingElse(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("\x1b[200~a\x1b\x1b[201\x03b\U0010ff0f\x1b[201~c\r")
	p.gets(ch, "a[201b\ufffdc")
}

func TestHistory(t *testing.T) {
	p := sit(t, 40, 12)
	q := repl.Request{History: []string{"one", "two\nlines", "three"}}
	ch := p.reads(t.Context(), q)
	p.types("\x1b[A")
	p.sees("> three")
	p.types("\x1b[A")
	p.sees("> two\n>>lines")
	p.types("\x1b[A\x1b[A\x1b[A") // a row up, to "one", and no further
	p.sees("> one")
	p.types("\x0e\x0e\x0e\x0e")
	p.sees(">")
	p.types("\x10\x10!\r")
	p.gets(ch, "two\nlines!")

	ch = p.reads(t.Context(), q)
	p.types("o\x12")
	p.until("two", func() bool { return strings.HasSuffix(p.text(), "> two\n>>lines\nsearch: o_") })
	p.types("\x12\r")
	p.gets(ch, "one")
}

func TestCompletion(t *testing.T) {
	p := sit(t, 40, 12)
	names := []string{"get-job", "get-jobs-of", "start-job"}
	q := repl.Request{Complete: func(_ context.Context, text string, cursor int) []repl.Candidate {
		start := strings.LastIndex(text[:cursor], " ") + 1
		var list []repl.Candidate
		for _, n := range names {
			if strings.HasPrefix(n, strings.ToLower(text[start:cursor])) {
				list = append(list, repl.Candidate{Text: n, Start: start})
			}
		}
		return list
	}}
	ch := p.reads(t.Context(), q)
	p.types("日 G\t")
	p.sees("> 日 get-job")
	p.types("\t")
	p.sees("> 日 get-job\nget-job      get-jobs-of")
	p.types("s\r!\r")
	p.gets(ch, "日 get-jobs-of !")
	ch = p.reads(t.Context(), q)
	p.types("zzz\t\r")
	p.gets(ch, "zzz")
}

func TestAnnouncedBetweenLines(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("x\r")
	p.gets(ch, "x")
	p.tty.WriteString("partial output")
	p.edit.Announce("job 1 completed")
	p.edit.Announce("job 2\nfailed")
	ch = p.reads(t.Context(), repl.Request{})
	p.sees("> x\npartial output\njob 1 completed\njob 2\nfailed\n>")
	p.types("y\r")
	p.gets(ch, "y")
}

func TestCancelled(t *testing.T) {
	p := sit(t, 40, 8)
	why := errors.New("the session broke")
	ctx, cancel := context.WithCancelCause(t.Context())
	ch := p.reads(ctx, repl.Request{})
	p.types("rm -rf /")
	p.sees("> rm -rf /")
	cancel(why)
	p.fails(ch, why)
	ch = p.reads(t.Context(), repl.Request{})
	p.types("next\r")
	p.gets(ch, "next")
	ctx, cancel = context.WithCancelCause(t.Context())
	ch = p.reads(ctx, repl.Request{})
	p.types("\x1b[200~unfinished")
	cancel(why)
	p.fails(ch, why)
}

func TestCloseWhileReading(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("half")
	p.sees("> half")
	if err := p.edit.Close(); err != nil {
		t.Fatal(err)
	}
	p.fails(ch, io.EOF)
	if _, err := p.edit.ReadLine(t.Context(), repl.Request{}); err != io.EOF {
		t.Fatalf("ReadLine after Close: %v, want EOF", err)
	}
}

func TestCloseUnused(t *testing.T) {
	p := sit(t, 40, 8)
	if err := p.edit.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTerminalOfAProgramIsLeftAlone(t *testing.T) {
	p := sit(t, 40, 8)
	ch := p.reads(t.Context(), repl.Request{})
	p.types("x\r")
	p.gets(ch, "x")
	p.edit.term.resume() // as when a signal comes while a program runs
	m, err := unix.IoctlGetTermios(int(p.tty.Fd()), getModes)
	if err != nil || !sane(m) {
		t.Errorf("the terminal was made raw: %v, %v", m, err)
	}
}

func TestKeysThatAreThereAreDrawnOnce(t *testing.T) {
	p := sit(t, 80, 8)
	if err := p.edit.term.makeRaw(); err != nil { // so that the keys are there before they are read
		t.Fatal(err)
	}
	keys := strings.Repeat("x", 70) + strings.Repeat("ab\x7f\x7f", 900) + "\r"
	p.types(keys)
	for n := 0; n < len(keys); {
		var err error
		if n, err = unix.IoctlGetInt(int(p.tty.Fd()), unix.TIOCINQ); err != nil {
			t.Fatal(err)
		}
	}
	p.lines++ // the terminal was made raw once more
	p.gets(p.reads(t.Context(), repl.Request{}), strings.Repeat("x", 70))
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := p.raw.Len(); n > 100_000 {
		t.Errorf("%d bytes were written", n)
	}
}
