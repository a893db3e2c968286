package line

import "unicode"

// The kinds of runes that words are made of: a word ends where the kind changes, as
// it does between the scripts of a Japanese text, which has no blanks.
const (
	kindBlank = iota
	kindSign
	kindWord
	kindHiragana
	kindKatakana
	kindHan
	kindJoined // of the kind of the rune before
)

func kindOf(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return kindBlank
	case unicode.Is(unicode.Han, r):
		return kindHan
	case unicode.Is(unicode.Hiragana, r):
		return kindHiragana
	case unicode.Is(unicode.Katakana, r), r == 'ー':
		return kindKatakana
	case unicode.IsMark(r), r == joiner:
		return kindJoined
	case r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
		return kindWord
	}
	return kindSign
}

// Reports whether words are made of runes of this kind.
func ofWords(kind int) bool { return kind >= kindWord }

// Returns where the word that pos is in, or the next one, ends.
func (b buffer) wordEnd(pos int) int {
	for pos < len(b.text) && !ofWords(kindOf(b.text[pos])) {
		pos++
	}
	if pos == len(b.text) {
		return pos
	}
	kind := kindOf(b.text[pos])
	for pos++; pos < len(b.text); pos++ {
		if k := kindOf(b.text[pos]); k != kind && k != kindJoined {
			break
		}
	}
	return pos
}

// Returns where the word that ends at or before pos begins.
func (b buffer) wordStart(pos int) int {
	for pos > 0 && !ofWords(kindOf(b.text[pos-1])) {
		pos--
	}
	kind := kindJoined
	for ; pos > 0; pos-- {
		k := kindOf(b.text[pos-1])
		if kind == kindJoined {
			kind = k
		}
		if k != kind && k != kindJoined {
			break
		}
	}
	return pos
}

// Returns where the run of anything but blanks that ends at or before pos begins.
func (b buffer) argumentStart(pos int) int {
	for pos > 0 && unicode.IsSpace(b.text[pos-1]) {
		pos--
	}
	for pos > 0 && !unicode.IsSpace(b.text[pos-1]) {
		pos--
	}
	return pos
}
