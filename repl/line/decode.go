package line

import (
	"bytes"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"marsh/repl"
)

const (
	esc = 0x1b
	// escWait is how long after an ESC the rest of a sequence may take to come.
	escWait = 40 * time.Millisecond
	// maxSequence is the longest control sequence that is understood, in bytes.
	maxSequence = 64
)

// The ends of a bracketed paste (xterm's ctlseqs, "Bracketed Paste Mode"); the
// beginning is the control sequence 200~.
const (
	pasteBegin = "200"
	pasteEnd   = "\x1b[201~"
)

// Where a decoder's bytes come from.
type source interface {
	// wait reports whether a byte can be read within ms milliseconds (-1: at all);
	// errWoken is the error when it was told to look up.
	wait(ms int) (bool, error)
	// read reads what is there.
	read(p []byte) (int, error)
	// wake makes one wait return errWoken.
	wake()
}

// A decoder makes runes of the bytes that a terminal sends: characters as they are,
// keys as the private runes, a paste as one rune whose text is kept until it is
// asked for. It is the library's standard input.
type decoder struct {
	src source

	mu        sync.Mutex
	pastes    []string // not yet asked for, guarded by mu
	cancelled bool     // the line being read is not wanted any more, guarded by mu
}

// Read gives one rune, in UTF-8.
func (d *decoder) Read(p []byte) (int, error) {
	r, err := d.next()
	if err != nil {
		return 0, err
	}
	return utf8.EncodeRune(p[:utf8.UTFMax], r), nil
}

// Close does nothing: the Editor closes what the decoder reads from.
func (d *decoder) Close() error { return nil }

// Waits for the next key.
func (d *decoder) next() (rune, error) {
	b, err := d.first()
	switch {
	case err == errWoken:
		return ctrlC, nil
	case err != nil:
		return 0, err
	case b == esc:
		return d.escape()
	case b < ' ':
		return controlKey(b), nil
	}
	return d.character(b)
}

// Reads a byte, however long it takes; errWoken when the line was cancelled.
func (d *decoder) first() (byte, error) {
	for {
		ready, err := d.src.wait(-1)
		if err == errWoken && !d.isCancelled() {
			continue // it was meant for a line that has ended
		}
		if err != nil {
			return 0, err
		}
		if ready {
			return d.readByte()
		}
	}
}

func (d *decoder) readByte() (byte, error) {
	var b [1]byte
	_, err := d.src.read(b[:])
	return b[0], err
}

// Reads a byte of a sequence that has begun; reports false when none comes in time.
func (d *decoder) soon() (byte, bool, error) {
	ready, err := d.src.wait(int(escWait.Milliseconds()))
	switch {
	case err == errWoken && d.isCancelled():
		d.src.wake() // to be noticed again, behind the sequence
		return 0, false, nil
	case err == errWoken:
		return d.soon()
	case err != nil || !ready:
		return 0, false, err
	}
	b, err := d.readByte()
	return b, err == nil, err
}

// Reads the rest of a character that begins with b; what is not UTF-8, or a rune of
// the keys' plane, becomes U+FFFD.
func (d *decoder) character(b byte) (rune, error) {
	seq := []byte{b}
	for !utf8.FullRune(seq) {
		next, ok, err := d.soon()
		if err != nil {
			return 0, err
		}
		if !ok {
			break
		}
		seq = append(seq, next)
	}
	r, _ := utf8.DecodeRune(seq)
	return printable(r), nil
}

// Returns r, or what stands for it when it must not get into a line.
func printable(r rune) rune {
	if r >= private || r >= 0x80 && r < 0xa0 {
		return utf8.RuneError
	}
	return r
}

// Reads what follows an ESC.
func (d *decoder) escape() (rune, error) {
	for {
		b, ok, err := d.soon()
		switch {
		case err != nil || !ok:
			return keyNone, err
		case b == '[':
			return d.sequence()
		case b == 'O':
			return d.shifted()
		case b != esc: // else Alt and a key that is a sequence
			return altKey(b), nil
		}
	}
}

// Reads what follows ESC O: the keypad's way of sending arrows, Home and End.
func (d *decoder) shifted() (rune, error) {
	b, ok, err := d.soon()
	if err != nil || !ok {
		return keyNone, err
	}
	return sequenceKey("", b), nil
}

// Reads a control sequence behind its ESC [.
func (d *decoder) sequence() (rune, error) {
	var params strings.Builder
	for range maxSequence {
		b, ok, err := d.soon()
		if err != nil || !ok {
			return keyNone, err
		}
		switch {
		case b >= 0x40 && b <= 0x7e:
			return d.sequenceEnd(params.String(), b)
		case b < ' ' || b > 0x7e:
			return keyNone, nil // broken off
		}
		params.WriteByte(b)
	}
	return keyNone, nil
}

func (d *decoder) sequenceEnd(params string, final byte) (rune, error) {
	switch {
	case final == '~' && params == pasteBegin:
		return d.paste()
	case final == '[': // the Linux console's function keys: one more byte
		_, _, err := d.soon()
		return keyNone, err
	}
	return sequenceKey(params, final), nil
}

// Reads a paste up to its end. What is longer than a line may be is left out.
func (d *decoder) paste() (rune, error) {
	var text []byte
	for matched := 0; matched < len(pasteEnd); {
		b, err := d.first()
		switch {
		case err == errWoken:
			return ctrlC, nil
		case err != nil:
			return 0, err
		case b == pasteEnd[matched]:
			matched++
		case b == esc:
			matched = 1
		default:
			matched = 0
		}
		if len(text) < repl.MaxLine {
			text = append(text, b)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pastes = append(d.pastes, pasted(cutEnd(text)))
	return keyPaste, nil
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

// Returns the oldest paste not asked for yet.
func (d *decoder) takePaste() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.pastes) == 0 {
		return ""
	}
	text := d.pastes[0]
	d.pastes = d.pastes[1:]
	return text
}

// Begins another line, which is not cancelled.
func (d *decoder) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cancelled = false
	d.pastes = nil
}

// Says that the line is not wanted any more. The source has to be woken then.
func (d *decoder) cancel() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cancelled = true
}

func (d *decoder) isCancelled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cancelled
}
