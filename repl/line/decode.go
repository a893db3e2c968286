package line

import (
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	esc = 0x1b
	// escWait is how long after an ESC the rest of a sequence may take to come.
	escWait = 40 * time.Millisecond
	// maxSequence is the longest control sequence that is understood, in bytes.
	maxSequence = 64
	// maxTyped is how many characters that wait to be read are taken at a time.
	maxTyped = 4096
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

// A decoder makes keys of the bytes that a terminal sends. It is the library's
// standard input, and gives it one rune for each: that of a key, which for
// characters and pastes stands for a text that is kept until it is asked for.
type decoder struct {
	src  source
	back []byte // a byte that was read too early; the reader's alone

	mu        sync.Mutex
	texts     []string // not yet asked for, guarded by mu
	posted    []rune   // keys that were not pressed by a person, guarded by mu
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
	for {
		if key := d.event(); key != 0 {
			return key, nil
		}
		ready, err := d.wait(-1)
		switch {
		case err == errWoken:
		case err != nil:
			return 0, err
		case ready:
			return d.key()
		}
	}
}

// Reads a key.
func (d *decoder) key() (rune, error) {
	b, err := d.readByte()
	switch {
	case err != nil:
		return 0, err
	case b == esc:
		return d.escape()
	case b == 0x18: // Ctrl-X
		return d.prefixed()
	case b == 0x16: // Ctrl-V
		return d.quoted()
	case b == 0x7f:
		return keyBackspace, nil
	case b < ' ':
		return keyIn(controlKeys, b), nil
	}
	return d.characters(b)
}

// Reads what follows Ctrl-X.
func (d *decoder) prefixed() (rune, error) {
	b, err := d.first()
	if err != nil {
		return d.broken(err)
	}
	if key := keyIn(ctrlXKeys, b); key != keyNone || b < ' ' && b != esc {
		return key, nil
	}
	d.back = append(d.back, b)
	return keyNone, nil
}

// Reads what follows Ctrl-V: a byte that goes into the line as it is.
func (d *decoder) quoted() (rune, error) {
	b, err := d.first()
	switch {
	case err != nil:
		return d.broken(err)
	case b >= utf8.RuneSelf:
		return d.characters(b)
	case b == 0:
		return keyNone, nil
	case b == '\r':
		b = '\n'
	}
	return d.keep(keyTyped, string(rune(b))), nil
}

// Reads the characters that are there, the first of which begins with b. What is not
// UTF-8, or a rune of the keys' plane, becomes U+FFFD.
func (d *decoder) characters(b byte) (rune, error) {
	var text strings.Builder
	for n := 1; ; n++ {
		r, err := d.character(b)
		if err != nil {
			return 0, err
		}
		text.WriteRune(r)
		ready, err := d.wait(0)
		if err != nil && err != errWoken {
			return 0, err
		}
		if !ready || n >= maxTyped {
			return d.keep(keyTyped, text.String()), nil
		}
		if b, err = d.readByte(); err != nil {
			return 0, err
		}
		if b < ' ' || b == 0x7f {
			d.back = append(d.back, b)
			return d.keep(keyTyped, text.String()), nil
		}
	}
}

// Reads the rest of a character that begins with b.
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
