package line

import (
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"marsh/repl"
)

// Bytes that are all there at once; escapes are broken off at the end only.
type bytesSource struct{ *strings.Reader }

func (b bytesSource) wait(ms int) (bool, error) {
	switch {
	case b.Len() > 0:
		return true, nil
	case ms < 0:
		return false, io.EOF
	}
	return false, nil
}

func (b bytesSource) read(p []byte) (int, error) { return b.Read(p) }
func (b bytesSource) wake()                      {}

// Returns all runes that a decoder makes of input, and the pastes.
func decode(t *testing.T, input string) (runes []rune, pastes []string) {
	t.Helper()
	d := &decoder{src: bytesSource{strings.NewReader(input)}}
	var p [4096]byte
	for {
		n, err := d.Read(p[:])
		if err == io.EOF {
			return runes, pastes
		}
		if err != nil {
			t.Fatal(err)
		}
		r, size := utf8.DecodeRune(p[:n])
		if size != n {
			t.Fatalf("Read gave %q, which is not one rune", p[:n])
		}
		switch r {
		case keyTyped:
			runes = append(runes, []rune(d.takeText())...)
			continue
		case keyPaste:
			pastes = append(pastes, d.takeText())
		}
		runes = append(runes, r)
	}
}

func TestPasteIsBounded(t *testing.T) {
	for _, n := range []int{repl.MaxLine - 3, repl.MaxLine, repl.MaxLine + 5} {
		runes, pastes := decode(t, "\x1b[200~"+strings.Repeat("x", n)+pasteEnd+"y")
		if len(runes) != 2 || runes[1] != 'y' || len(pastes) != 1 {
			t.Fatalf("%d: runes %x, %d pastes", n, runes, len(pastes))
		}
		if got := len(pastes[0]); got > repl.MaxLine || got < min(n, repl.MaxLine-len(pasteEnd)) {
			t.Errorf("%d bytes were pasted as %d", n, got)
		}
	}
}

func TestPasted(t *testing.T) {
	tests := map[string]string{
		"a\r\nb\rc\nd\n\n":         "a\nb\nc\nd",
		"a\tb\x1b[31m\x00\x7f\x9b": "a\tb[31m\ufffd",
		"\u009b\U0010ff0f":         "\ufffd\ufffd",
	}
	for in, want := range tests {
		if got := pasted(in); got != want {
			t.Errorf("pasted(%q) = %q, want %q", in, got, want)
		}
	}
}

// What the library acts on by itself, and may be given; or what was put in by Ctrl-V.
const libKeys = "\x03\x04\r\n"

func FuzzDecode(f *testing.F) {
	f.Add("get-job\x1b[D\x1b[1;5C\x1bOH\x1b[3~\x00\x1a\x12\t")
	f.Add("\x1b[200~a\nb\x1b[201~\x1b[201~")
	f.Add("日本\xff\x1b\x1b\x1b[[A\U0010ff0f")
	f.Fuzz(func(t *testing.T, input string) {
		runes, pastes := decode(t, input)
		for _, r := range runes {
			ours := r >= keyNone && r < keyLast
			if !ours && (r >= private || r < ' ' && !strings.ContainsRune(libKeys, r) && !strings.Contains(input, "\x16") || r == utf8.RuneError && utf8.ValidString(input) &&
				!strings.ContainsFunc(input, func(r rune) bool { return printable(r) != r || r == utf8.RuneError }) && !strings.Contains(input, "\x1b")) {
				t.Errorf("%q gives %x, which does harm", input, r)
			}
		}
		for _, p := range pastes {
			if strings.ContainsFunc(p, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' || r >= private || r == 0x7f }) {
				t.Errorf("%q pastes %q", input, p)
			}
		}
		if len(runes) > len(input) {
			t.Errorf("%d bytes gave %d keys", len(input), len(runes))
		}
	})
}
