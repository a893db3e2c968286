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
// What is left to it is how a line ends: Enter, Ctrl-C, Ctrl-D where nothing is
// typed, and the end of the input.
func (e *Editor) filter(r rune) (rune, bool) {
	defer e.rescue()
	cur := e.reading()
	if r == 0 {
		// The input has ended. What is typed must not be run, nor waited for.
		_ = e.screen.end("")
		e.lib.Operation.SetBuffer("")
		close(e.dead)
		return 0, true
	}
	if key := cur.taken(r); key != r {
		cur.key = key
		e.lib.Terminal.KickRead() // the library waits behind r
		return bell, true
	}
	cur.key = r
	if r == keyTyped || r == keyPaste {
		cur.text = []rune(e.keys.takeText())
	}
	if ends(r) {
		cur.leave()
		e.screen.set(cur.finalView())
		return r, true
	}
	return bell, true
}

// Reports whether the library ends a line at r.
func ends(r rune) bool { return r == enter || r == ctrlC || r == ctrlD }

// Returns the key that r means where it does not end the line: while the menu is open
// or history searched, and for Ctrl-D where something is typed. Else it returns r.
func (r *reading) taken(key rune) rune {
	switch {
	case key == enter && r.menu != nil:
		return keyEnter
	case key == ctrlC && r.ctx.Err() == nil && (r.menu != nil || r.search != nil):
		return keyAbort
	case key == ctrlD && (len(r.buf.text) > 0 || r.menu != nil || r.search != nil):
		return keyDelete
	}
	return key
}

// The library calls apply after every rune, and before each line with the key 0. The
// key that filter noted is carried out.
func (e *Editor) apply(_ []rune, _ int, key rune) ([]rune, int, bool) {
	if key != bell {
		return nil, 0, false
	}
	defer e.rescue()
	cur := e.reading()
	e.press(cur)
	e.show(cur)
	return append([]rune(nil), cur.buf.text...), cur.buf.pos, true
}

// Carries out the key.
func (e *Editor) press(cur *reading) {
	if cur.key != editKey {
		cur.press()
		return
	}
	if err := e.edit(cur); err != nil {
		e.screen.announce("the line could not be edited: " + err.Error())
	}
	e.lib.Terminal.KickRead() // the library waits behind the key
}

// Has the line drawn as it is now, unless more keys are there already: of what is
// typed ahead or pasted in, only the end is shown.
func (e *Editor) show(cur *reading) {
	if cur.skipped++; cur.skipped < maxSkipped && e.in.pending() {
		e.screen.hold()
		return
	}
	cur.skipped = 0
	e.screen.set(cur.view())
}

// Gives the terminal back when we panic on a goroutine whose end is the program's.
func (e *Editor) rescue() {
	if p := recover(); p != nil {
		_ = e.term.restore()
		panic(p)
	}
}
