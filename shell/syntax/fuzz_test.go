package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzCompile(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkCompile(t, text) })
}

// Returns what fuzzing begins with: programs that are right, those typed in transcripts,
// lines of both, their halves, and what is wrong.
func seeds(t testing.TB) []string {
	var all []string
	for _, text := range corpus(t) {
		all = append(all, text, text[:len(text)/2], text[len(text)/2:])
		for line := range strings.Lines(text) {
			all = append(all, line)
		}
	}
	for _, text := range typed(t) {
		all = append(all, text, text[:len(text)/2], text[len(text)/2:])
	}
	for _, m := range mistakes {
		all = append(all, m.text)
	}
	for _, r := range readings {
		all = append(all, r.line)
	}
	return append(all, many(5)...)
}

// Returns what is typed in the transcripts of the language.
func typed(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("../builtin/testdata/language/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	var all []string
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			switch n := len(all) - 1; {
			case strings.HasPrefix(line, "> "):
				all = append(all, line[2:])
			case strings.HasPrefix(line, "|") && n >= 0:
				all[n] += strings.TrimPrefix(line[1:], " ")
			}
		}
	}
	return all
}

// Whatever is typed in a transcript is read, also when cut anywhere, and painted.
func TestWhatIsTyped(t *testing.T) {
	for _, text := range typed(t) {
		for i := range text {
			if (len(text)-i)%sparse == 0 {
				checkCompile(t, text[:i])
				checkSpans(t, text[:i])
			}
		}
	}
}

// What can be typed to its end can be typed on the way there.
func FuzzCut(f *testing.F) {
	for path, text := range corpus(f) {
		f.Add(text, len(path)*31%len(text))
	}
	for _, r := range readings {
		f.Add(r.line, len(r.line)/2)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		if _, err := Compile(text, "t", 1, world{}); err == nil && cut >= 0 && cut < len(text) {
			checkCut(t, "t", text, cut)
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, c := range cursors {
		f.Add(strings.Replace(c.line, "^", "", 1), strings.Index(c.line, "^"))
	}
	f.Fuzz(func(t *testing.T, line string, cursor int) {
		c := Words(line, cursor)
		end := min(max(cursor, 0), len(line))
		if c.Comment {
			return
		}
		if c.Start < 0 || c.Start > end {
			t.Errorf("%q at %d: the word starts at %d", line, cursor, c.Start)
		}
		if c.Word != "" && c.Quote == 0 && len(c.Word) > end-c.Start {
			t.Errorf("%q at %d: the word %q is longer than what is typed from %d", line, cursor, c.Word, c.Start)
		}
		if c.First && (c.Command != "" || c.Parameter || c.After != "") {
			t.Errorf("%q at %d: a first word with %+v", line, cursor, c)
		}
	})
}
