package syntax

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Compares a file with what show says of the texts in it. A text begins with > and has
// | before its other lines; == begins a heading, and all else is what was said.
func checkTranscript(t *testing.T, path string, show func(text string) string) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := replay(string(want), show)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

// Returns a transcript with what is said now.
func replay(file string, show func(text string) string) string {
	var b strings.Builder
	var text []string
	said := func() {
		if len(text) > 0 {
			b.WriteString(show(strings.Join(text, "\n")))
		}
		text = nil
	}
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "| ") || line == "|" {
			text = append(text, strings.TrimPrefix(line[1:], " "))
			b.WriteString(line + "\n")
			continue
		}
		switch {
		case strings.HasPrefix(line, "> "):
			said()
			text = append(text, line[2:])
			b.WriteString(line + "\n")
		case strings.HasPrefix(line, "=="):
			said()
			b.WriteString("\n" + line + "\n")
		}
	}
	said()
	return strings.TrimPrefix(b.String(), "\n")
}
