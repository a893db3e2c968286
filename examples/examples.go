// Package examples holds marsh's walk-throughs, as an operator would type them,
// with what has to be seen. They are the demo, and they are tests.
//
// A walk-through is a text file. A line that begins with a prompt ("local:~> ") is
// typed; one that begins with # says what to look at; every other line is what the
// lines before it print, with … for any text in a line, and … alone for any number
// of lines. Blank lines and blanks at the ends of lines do not count, nor does how
// many blanks stand between two columns.
package examples

import (
	"embed"
	"fmt"
	"path"
	"regexp"
	"strings"
)

//go:embed *.txt
var files embed.FS

// Walk is one walk-through.
type Walk struct {
	Name string // of its file, without the ending
	Text string
}

// All returns the walk-throughs in the order of their names.
func All() []Walk {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	var out []Walk
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		out = append(out, Walk{Name: strings.TrimSuffix(e.Name(), path.Ext(e.Name())), Text: string(text)})
	}
	return out
}

// prompt is how a line that is typed begins: machine names and a directory.
var prompt = regexp.MustCompile(`^[A-Za-z0-9@._/-]+:[^ >]*> `)

// Lines returns what is typed, and the remarks between, in order.
func (w Walk) Lines() []string {
	var out []string
	for line := range strings.Lines(w.Text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") {
			out = append(out, line)
		} else if p := prompt.FindString(line); p != "" {
			out = append(out, line[len(p):])
		}
	}
	return out
}

// Check compares what was seen on the screen with the walk-through. The error says
// which line was wanted and what stood there.
func (w Walk) Check(screen string) error {
	want, got := significant(w.Text), significant(screen)
	i := 0
	for n, line := range want {
		if line == "…" {
			i = skipTo(got, i, next(want, n))
			continue
		}
		if i >= len(got) {
			return fmt.Errorf("%s: wanted %q, and nothing more came", w.Name, line)
		}
		if !fits(line, got[i]) {
			return fmt.Errorf("%s: wanted\n    %s\nand saw\n    %s", w.Name, line, got[i])
		}
		i++
	}
	if i < len(got) {
		return fmt.Errorf("%s: did not expect\n    %s", w.Name, got[i])
	}
	return nil
}

// significant returns the lines that count, each with single blanks.
func significant(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 0 {
			out = append(out, strings.Join(f, " "))
		}
	}
	return out
}

// next returns the line after the n-th, or "".
func next(lines []string, n int) string {
	if n+1 < len(lines) {
		return lines[n+1]
	}
	return ""
}

// skipTo returns where the line that fits is, from i on; the end where there is none.
func skipTo(got []string, i int, line string) int {
	for ; i < len(got); i++ {
		if line != "" && fits(line, got[i]) {
			break
		}
	}
	return i
}

// fits compares a line with what was seen; … stands for any text.
func fits(want, got string) bool {
	parts := strings.Split(want, "…")
	if len(parts) == 1 {
		return want == got || rule(want) && rule(got)
	}
	if !strings.HasPrefix(got, parts[0]) {
		return false
	}
	got = got[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(got, p)
		if i < 0 {
			return false
		}
		got = got[i+len(p):]
	}
	return strings.HasSuffix(got, parts[len(parts)-1])
}

// rule reports whether the line is the one under a table's header: its dashes are
// as long as the columns are wide.
func rule(line string) bool { return strings.Trim(line, "- ") == "" }
