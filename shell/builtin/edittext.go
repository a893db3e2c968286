package builtin

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"marsh/jobs"
	"marsh/shell"
)

// maxEdited is the longest text that is taken from the editor, in bytes: the longest
// statement that the prompt reads.
const maxEdited = 1 << 20

type editText struct {
	Text string `param:"pos=0" help:"what is typed"`
}

// Run has the text edited in a file that only the user can read, and that is gone
// afterwards, and writes what has become of it.
func (p *editText) Run(c *shell.Call) error {
	f, err := os.CreateTemp("", "marsh-*.lua") // mode 0600
	if err != nil {
		return shell.FileError("make a file in", os.TempDir(), err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.WriteString(p.Text + "\n"); err != nil {
		return shell.FileError("write", f.Name(), err)
	}
	if err := c.Edit(f.Name()); err != nil {
		return err
	}
	text, err := readEdited(f.Name())
	if err != nil {
		return err
	}
	return c.Out(text)
}

// readEdited returns what an editor has left in a file, which it may have replaced.
func readEdited(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", shell.FileError("read", name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxEdited+1))
	switch {
	case err != nil:
		return "", shell.FileError("read", name, err)
	case len(data) > maxEdited:
		return "", jobs.Errorf(jobs.KindLimit, "the edited text is longer than %d bytes; keep it in a file and run that", maxEdited)
	case !utf8.Valid(data):
		return "", jobs.Errorf(jobs.KindValue, "the edited text is not UTF-8")
	}
	return strings.TrimRight(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"), nil
}
