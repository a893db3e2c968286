package sshconn

import (
	"strings"
	"testing"
)

// Whatever a machine asks, what is shown of it is bounded lines that cannot drive a
// terminal.
func FuzzShown(f *testing.F) {
	f.Add("Password: ")
	f.Add("\x1b]0;title\x07 a\r\n\n b\u202e")
	f.Add(strings.Repeat("x\n", 1000))
	f.Fuzz(func(t *testing.T, text string) {
		got := shown(text)
		if strings.ContainsAny(got, "\x1b\x07\r\x00\u202e") || len(got) > 3*maxText || got != "" && !strings.HasSuffix(got, "\n") {
			t.Errorf("%q is shown as %q", text, got)
		}
	})
}
