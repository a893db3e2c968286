package line

import "github.com/chzyer/readline"

// A key reaches the library as a rune of Unicode's last plane, which is for private
// use. The same runes in what is typed or pasted are replaced before, so that nobody
// can press a key from outside. Behind keyTyped and keyPaste stands a text, which the
// decoder keeps.
const (
	keyNone rune = 0x10ff00 + iota // does nothing
	keyTyped
	keyPaste
	keyTab
	keyBackTab
	keyLeft
	keyRight
	keyUp
	keyDown
	keyPageUp
	keyPageDown
	keyHome
	keyEnd
	keyLineStart
	keyLineEnd
	keyWordLeft
	keyWordRight
	keyDelete
	keyBackspace
	keyKillRow
	keyKillRowBack
	keyKillToStart
	keyKillWord
	keyKillWordBack
	keyKillArgument
	keyYank
	keyYankPop
	keySwap
	keySwapWords
	keyUpper
	keyLower
	keyCapital
	keyUndo
	keyRedo
	keyClear
	keySearch
	keySearchOn
	keyOldest
	keyNewest
	keyLastWord
	keyNewline
	keyAbort
	keyEscape
	keyEscapeTwice
	keyEnter  // what enter is while something else than the line takes it
	keyAnswer // a completion has come
	keySlow   // a completion has not come yet
	keyRedraw // the colours have changed
	keyLast
)

const private = 0x100000 // where the last plane begins

// What the library ends a line at. Behind any of them, and behind editKey, it reads
// no further key before it is told to.
const (
	enter   = readline.CharEnter
	ctrlC   = readline.CharInterrupt
	ctrlD   = readline.CharDelete
	editKey = readline.CharCtrlJ // Ctrl-X Ctrl-E
)

// On the bell the library does nothing.
const bell = readline.CharBell

// controlKeys says what the bytes below a blank mean. Those that are missing do
// nothing. Ctrl-X and Ctrl-V are the beginning of something.
var controlKeys = map[byte]rune{
	0x01: keyHome,
	0x02: keyLeft,
	0x03: ctrlC,
	0x04: ctrlD,
	0x05: keyEnd,
	0x06: keyRight,
	0x07: keyAbort,
	0x08: keyBackspace,
	0x09: keyTab,
	0x0a: enter,
	0x0b: keyKillRow,
	0x0c: keyClear,
	0x0d: enter,
	0x0e: keyDown,
	0x10: keyUp,
	0x12: keySearch,
	0x13: keySearchOn,
	0x14: keySwap,
	0x15: keyKillRowBack,
	0x17: keyKillArgument,
	0x19: keyYank,
	0x1f: keyUndo,
}

// altKeys says what Alt and a character mean, which a terminal sends as ESC and the
// character.
var altKeys = map[byte]rune{
	'b': keyWordLeft, 'B': keyWordLeft,
	'f': keyWordRight, 'F': keyWordRight,
	'd': keyKillWord, 'D': keyKillWord,
	'u': keyUpper, 'U': keyUpper,
	'l': keyLower, 'L': keyLower,
	'c': keyCapital, 'C': keyCapital,
	't': keySwapWords, 'T': keySwapWords,
	'y': keyYankPop, 'Y': keyYankPop,
	'.':  keyLastWord,
	'_':  keyRedo,
	'/':  keyRedo,
	'<':  keyOldest,
	'>':  keyNewest,
	0x7f: keyKillWordBack, 0x08: keyKillWordBack,
	'\r': keyNewline, '\n': keyNewline,
}

// ctrlXKeys says what a byte behind Ctrl-X means.
var ctrlXKeys = map[byte]rune{
	0x05: editKey,
	0x15: keyUndo,
	0x7f: keyKillToStart, 0x08: keyKillToStart,
}

// Returns what keys says of b, keyNone when it says nothing.
func keyIn(keys map[byte]rune, b byte) rune {
	if key, ok := keys[b]; ok {
		return key
	}
	return keyNone
}

// Returns what a control sequence means: its parameters and its final byte
// (ECMA-48 5.4; the keys are those of xterm's ctlseqs, of the VT220 and of the
// Linux console).
func sequenceKey(params string, final byte) rune {
	switch final {
	case 'A':
		return keyUp
	case 'B':
		return keyDown
	case 'C', 'D', 'H', 'F':
		return sidewaysKey(params, final)
	case 'Z':
		return keyBackTab
	case '~':
		return tildeKey(params)
	}
	return keyNone
}

// Returns the key of a sideways arrow, of Home and of End, which go further with
// Ctrl or Alt.
func sidewaysKey(params string, final byte) rune {
	far := params == "1;5" || params == "1;3" || params == "5" || params == "3"
	switch {
	case far && final == 'C':
		return keyWordRight
	case far && final == 'D':
		return keyWordLeft
	case far && final == 'H':
		return keyLineStart
	case far:
		return keyLineEnd
	case final == 'C':
		return keyRight
	case final == 'D':
		return keyLeft
	case final == 'H':
		return keyHome
	}
	return keyEnd
}

func tildeKey(params string) rune {
	switch params {
	case "1", "7":
		return keyHome
	case "4", "8":
		return keyEnd
	case "3":
		return keyDelete
	case "5":
		return keyPageUp
	case "6":
		return keyPageDown
	case "3;5":
		return keyKillWord
	case "1;5", "7;5":
		return keyLineStart
	case "4;5", "8;5":
		return keyLineEnd
	}
	return keyNone
}
