package line

import (
	"strings"
	"unicode/utf8"
)

// Reads what follows an ESC. ESC alone is a key as well.
func (d *decoder) escape() (rune, error) {
	alone := keyEscape
	for {
		b, ok, err := d.soon()
		switch {
		case err != nil:
			return 0, err
		case !ok:
			return alone, nil
		case b == '[':
			return d.sequence()
		case b == 'O':
			return d.shifted()
		case b >= utf8.RuneSelf:
			_, err := d.character(b)
			return keyNone, err
		case b != esc: // else Alt and a key that is a sequence, or ESC again
			return keyIn(altKeys, b), nil
		}
		alone = keyEscapeTwice
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
