package line

import (
	"github.com/chzyer/readline"
)

// How wide the library takes the terminal to be: with an empty prompt every line
// fits on one row then, which it can erase.
const libWidth = 1 << 20

// Returns the library's configuration: everything it would do to the terminal, to
// files and to the process is done here instead, or not at all.
func (e *Editor) config() *readline.Config {
	nothing := func() error { return nil }
	return &readline.Config{
		Stdin:                  e.keys,
		Stdout:                 e.screen,
		Stderr:                 e.screen,
		Painter:                e.screen,
		Listener:               readline.FuncListener(e.apply),
		FuncFilterInputRune:    e.filter,
		UniqueEditLine:         true, // the line that was read is ours to show
		DisableAutoSaveHistory: true,
		HistoryLimit:           -1,
		FuncGetWidth:           func() int { return libWidth },
		FuncIsTerminal:         func() bool { return true },
		FuncMakeRaw:            nothing,
		FuncExitRaw:            nothing,
		FuncOnWidthChanged:     func(func()) {},
	}
}

// Returns the line being read.
func (e *Editor) reading() *reading {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cur
}

// The library calls filter for every rune before it looks at it. Keys that are ours
// are noted, and become the bell, on which the library does nothing; it must never
// be told to skip a rune, for then it would go on reading after the line's end.
func (e *Editor) filter(r rune) (rune, bool) {
	defer e.rescue()
	cur := e.reading()
	cur.key = 0
	switch {
	case r == 0:
		// The input has ended. What is typed must not be run, nor waited for.
		_ = e.screen.end("")
		e.lib.Operation.SetBuffer("")
		close(e.dead)
		return 0, true
	case r == keyWordLeft:
		return readline.MetaBackward, true
	case r == keyWordRight:
		return readline.MetaForward, true
	case r == keyWordDelete:
		return readline.MetaDelete, true
	case r == keyWordErase:
		return readline.MetaBackspace, true
	case r >= keyNone && r < keyLast:
		cur.key = r
		return readline.CharBell, true
	}
	return r, true
}

// The library calls apply after every rune, and before each line with the key 0. The
// key that filter noted is carried out.
func (e *Editor) apply(line []rune, pos int, key rune) ([]rune, int, bool) {
	if key != readline.CharBell {
		return nil, 0, false
	}
	defer e.rescue()
	cur := e.reading()
	line, pos = e.act(cur, line, pos)
	return line, pos, true
}

// Gives the terminal back when we panic on a goroutine of the library, whose end is
// the program's.
func (e *Editor) rescue() {
	if p := recover(); p != nil {
		_ = e.term.restore()
		panic(p)
	}
}
