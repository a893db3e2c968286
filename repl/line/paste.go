package line

import (
	"bytes"
	"strings"

	"marsh/repl"
)

// The ends of a bracketed paste (xterm's ctlseqs, "Bracketed Paste Mode"); the
// beginning is the control sequence 200~.
const (
	pasteBegin = "200"
	pasteEnd   = "\x1b[201~"
)

// Reads a paste up to its end. What is longer than a line may be is left out.
func (d *decoder) paste() (rune, error) {
	var text []byte
	for matched := 0; matched < len(pasteEnd); {
		b, err := d.first()
		if err != nil {
			return d.broken(err)
		}
		switch b {
		case pasteEnd[matched]:
			matched++
		case esc:
			matched = 1
		default:
			matched = 0
		}
		if len(text) < repl.MaxLine {
			text = append(text, b)
		}
	}
	return d.keep(keyPaste, pasted(cutEnd(text))), nil
}

// Cuts off as much of the paste's end as is there.
func cutEnd(text []byte) string {
	for n := len(pasteEnd); n > 0; n-- {
		if bytes.HasSuffix(text, []byte(pasteEnd[:n])) {
			return string(text[:len(text)-n])
		}
	}
	return string(text)
}

// Returns a paste's text as it goes into the line: its lines ended by newlines, no
// control characters but tabs, and no newline at the end, so that it waits for
// Enter.
func pasted(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ' || r == 0x7f:
			return -1
		}
		return printable(r)
	}, s)
	return strings.TrimRight(s, "\n")
}
