package format

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"marsh/jobs"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext\n":         "plain\ttext\n",
		"\x1b[1;38:5:196mx\x1b": "x^[",
		"\x1b[31":               "^[[31",
		"\x1b[2Jx":              "^[[2Jx",
		"a\rb\r\nc\r":           "a^Mb\nc",
		"\x00\x7f":              "^@^?",
		"\xffé\u0085":           `\xffé\x85`,
		"\u2066x\u200f":         `\u2066x\u200f`,
		"👩‍💻 日本":                "👩‍💻 日本",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"x", "\x1b[0m\x1b[31;mred", "\x1b\x1b[m[2J", "\u202e\u009b", "\xe2\x80", "\r\r\n\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Visible(s)
		if !utf8.ValidString(got) {
			t.Errorf("Visible(%q) = %q is not UTF-8", s, got)
		}
		for _, r := range got {
			if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || deceives(r) {
				t.Errorf("Visible(%q) = %q has %U", s, got, r)
			}
		}
		if again := Visible(got); again != got {
			t.Errorf("Visible(%q) changes to %q the second time", got, again)
		}
	})
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"abc", 1, "…"}, {"abc", 0, ""}, {"abc", -1, ""},
		{"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"}, {"👩‍💻👩‍💻", 3, "👩‍💻…"},
	} {
		if got := Cut(c.in, c.width); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("日本語 text", 5)
	f.Add("👩‍💻e\u0301", 2)
	f.Fuzz(func(t *testing.T, s string, width int) {
		s = Visible(s)
		got := Cut(s, width)
		if width >= 0 && Width(got) > width {
			t.Errorf("Cut(%q, %d) = %q takes %d columns", s, width, got, Width(got))
		}
		if head, ok := strings.CutSuffix(got, ellipsis); got != s && got != "" && (!ok || !strings.HasPrefix(s, head)) {
			t.Errorf("Cut(%q, %d) = %q is not its beginning", s, width, got)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add("key", "\x1b \u202e\xff\"\\", "Server01")
	f.Add("PSComputerName", "", "")
	f.Fuzz(func(t *testing.T, key, text, host string) {
		v := jobs.NewMap("", key, text, "list", jobs.List{nil, 1.5, []byte(text)})
		got := AppendJSON(nil, v, host)
		if Visible(string(got)) != string(got) {
			t.Errorf("%q could drive a terminal", got)
		}
		var back map[string]any
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%q: %v", got, err)
		}
		if want := strings.ToValidUTF8(key, "\ufffd"); utf8.ValidString(key) && key != "list" && back[want] != replaced(text) {
			t.Errorf("%q came back as %q", text, back[want])
		}
	})
}

// Returns s as encoding/json gives it back: a replacement for each byte that is not
// UTF-8.
func replaced(s string) string { return string([]rune(s)) }

func TestParseMode(t *testing.T) {
	for _, m := range []Mode{Auto, Table, List, JSON} {
		if got, err := ParseMode(strings.ToUpper(m.String())); err != nil || got != m {
			t.Errorf("ParseMode(%v) = %v, %v", m, got, err)
		}
	}
	if _, err := ParseMode("xml"); !errors.Is(err, jobs.KindUsage) {
		t.Errorf("ParseMode(xml): %v, want a usage error", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriteErrors(t *testing.T) {
	for err, kind := range map[error]jobs.Kind{syscall.EPIPE: jobs.KindClosed, io.ErrClosedPipe: jobs.KindClosed, syscall.ENOSPC: jobs.KindIO} {
		p := NewPrinter(failing{err}, io.Discard, Options{})
		if got := p.Write(t.Context(), jobs.Out("x")); !errors.Is(got, kind) {
			t.Errorf("%v gives %v, want kind %v", err, got, kind)
		}
		must(t, p.Write(t.Context(), jobs.Out(jobs.NewMap("", "a", int64(1)))))
		if got := p.Flush(); !errors.Is(got, kind) {
			t.Errorf("%v at Flush gives %v, want kind %v", err, got, kind)
		}
	}
}

func TestWriteAfterCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := NewPrinter(io.Discard, io.Discard, Options{}).Write(ctx, jobs.Out("x")); !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v, want kind Stopped", err)
	}
}
