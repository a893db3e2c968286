package syntax

import (
	"strings"
	"testing"
)

func FuzzCompile(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text)
		for line := range strings.Lines(text) {
			f.Add(line)
		}
	}
	for _, m := range mistakes {
		f.Add(m.text)
	}
	for _, r := range readings {
		f.Add(r.line)
	}
	f.Fuzz(func(t *testing.T, text string) { checkCompile(t, text) })
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
