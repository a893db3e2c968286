package syntax

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// The letters of the classes, in their order.
const letters = " CPU-\"$kN#|!"

// Returns a letter for each byte of text.
func painted(text string) string {
	out := []byte(strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, text))
	out = append(out, strings.Repeat(" ", len(text)-len(out))...)
	for _, s := range Spans(text, mean) {
		for i := s.Start; i < s.End; i++ {
			if text[i] != '\n' {
				out[i] = letters[s.Class]
			}
		}
	}
	return strings.TrimRight(string(out), " \n")
}

// mean says of the names of the tests' world what they are there.
func mean(word string) Meaning {
	w := world{}
	if _, ok := w.Command(word); ok {
		return IsCommand
	}
	switch {
	case word == "slow":
		return Pending
	case w.Variable(word):
		return IsVariable
	case w.Program(word):
		return IsProgram
	}
	return Unknown
}

// The file has under each text a letter for each byte of it.
func TestSpans(t *testing.T) {
	checkTranscript(t, "testdata/spans.txt", func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(painted(text) + "\n") {
			b.WriteString(strings.TrimRight("  "+line, " \n") + "\n")
		}
		return b.String()
	})
}

// CR LF and a byte order mark move the parts and change nothing else.
func TestSpansOfOtherLineEnds(t *testing.T) {
	const text = "get-job -name x\n$y = 'a\\\nb'\nls > z"
	other := byteOrderMark + strings.ReplaceAll(text, "\n", "\r\n")
	want, got := Spans(text, mean), Spans(other, mean)
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i, s := range got {
		w := want[i]
		piece := strings.ReplaceAll(other[s.Start:s.End], "\r\n", "\n")
		if piece != text[w.Start:w.End] || s.Class != w.Class {
			t.Errorf("%q of class %d, want %q of class %d", piece, s.Class, text[w.Start:w.End], w.Class)
		}
	}
}

func FuzzSpans(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(text)
	}
	f.Fuzz(checkSpans)
}

// Checks what holds for the parts of every text.
func checkSpans(t *testing.T, text string) {
	end := 0
	for _, s := range Spans(text, mean) {
		if s.Start < end || s.End <= s.Start || s.End > len(text) || s.Class == ClassText || s.Class > ClassOpen {
			t.Fatalf("%q: the part %+v behind %d", text, s, end)
		}
		end = s.End
		if utf8.ValidString(text) && (!utf8.RuneStart(text[s.Start]) || end < len(text) && !utf8.RuneStart(text[end])) {
			t.Fatalf("%q: the part %+v cuts a character", text, s)
		}
	}
	checkHeads(t, text)
}

// Checks that of a text that compiles those words are painted as commands that are.
func checkHeads(t *testing.T, text string) {
	chunk, err := Compile(text, "t", 1, &meanings{of: mean, known: map[string]Meaning{}})
	if err != nil {
		return
	}
	for _, s := range Spans(text, mean) {
		if s.Class == ClassCommand {
			if _, ok := (world{}).Command(text[s.Start:s.End]); !ok {
				t.Errorf("%q: %q is painted as a command", text, text[s.Start:s.End])
			}
		}
	}
	p := painter(normalise(text), &meanings{of: mean, known: map[string]Meaning{}})
	if failed := p.try(p.chunk); failed != nil {
		t.Fatalf("%q compiles to %q, and is wrong when painted: %s", text, chunk.Lua, failed.msg)
	}
	if begun := commandAtStart(text); begun != (len(p.stmts) > 0 && p.stmts[0].Command != "") {
		t.Errorf("%q: the first word is painted as a command: %v, and its command is %+v", text, begun, p.stmts)
	}
}

// Reports whether the first part of a text that is no comment is a command that begins
// its first statement.
func commandAtStart(text string) bool {
	for _, s := range Spans(text, mean) {
		before := strings.Trim(text[:s.Start], byteOrderMark+" \t\r\n;")
		if s.Class == ClassComment {
			text = text[:s.Start] + strings.Repeat(" ", s.End-s.Start) + text[s.End:]
			continue
		}
		return s.Class == ClassCommand && before == ""
	}
	return false
}
