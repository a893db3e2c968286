package line

import "github.com/chzyer/readline"

// A key that is not a character reaches the library as a rune of Unicode's last
// plane, which is for private use. The same runes in what is typed or pasted are
// replaced before, so that nobody can press a key from outside.
const (
	keyNone rune = 0x10ff00 + iota // does nothing
	keyTab
	keyUp
	keyDown
	keyHome
	keyEnd
	keyDelete
	keyWordLeft
	keyWordRight
	keyWordDelete
	keyWordErase
	keyClear
	keySearch
	keyNewline
	keyPaste
	keyLast
)

const private = 0x100000 // where the last plane begins

const (
	ctrlC = readline.CharInterrupt
	enter = readline.CharEnter
)

// Returns what a byte below a blank means. Those the library handles well are left
// to it; the others do nothing.
func controlKey(b byte) rune {
	switch b {
	case readline.CharInterrupt, readline.CharDelete, readline.CharBackward, readline.CharForward,
		readline.CharCtrlH, readline.CharKill, readline.CharEnter, readline.CharTranspose,
		readline.CharCtrlU, readline.CharCtrlW, readline.CharCtrlY:
		return rune(b)
	case readline.CharLineStart:
		return keyHome
	case readline.CharLineEnd:
		return keyEnd
	case readline.CharCtrlJ:
		return enter
	case readline.CharTab:
		return keyTab
	case readline.CharCtrlL:
		return keyClear
	case readline.CharNext:
		return keyDown
	case readline.CharPrev:
		return keyUp
	case readline.CharBckSearch:
		return keySearch
	}
	return keyNone
}

// Returns what Alt and a character mean: ESC and the character's byte.
func altKey(b byte) rune {
	switch b {
	case 'b', 'B':
		return keyWordLeft
	case 'f', 'F':
		return keyWordRight
	case 'd', 'D':
		return keyWordDelete
	case 0x7f, 0x08:
		return keyWordErase
	case '\r', '\n':
		return keyNewline
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
	case 'C', 'D':
		return arrowKey(params, final)
	case 'H':
		return keyHome
	case 'F':
		return keyEnd
	case '~':
		return tildeKey(params)
	}
	return keyNone
}

// Returns the key of a sideways arrow, which moves by words with Ctrl or Alt.
func arrowKey(params string, final byte) rune {
	word := params == "1;5" || params == "1;3" || params == "5" || params == "3"
	switch {
	case word && final == 'C':
		return keyWordRight
	case word:
		return keyWordLeft
	case final == 'C':
		return readline.CharForward
	}
	return readline.CharBackward
}

func tildeKey(params string) rune {
	switch params {
	case "1", "7":
		return keyHome
	case "4", "8":
		return keyEnd
	case "3":
		return keyDelete
	case "3;5":
		return keyWordDelete
	}
	return keyNone
}
