package line

import (
	"context"

	"marsh/repl"
)

// maxSkipped is how many keys in a row are carried out without drawing, while there
// are more to come.
const maxSkipped = 64

// A reading is a line being read. What is not said to be fixed belongs to the
// library's goroutine.
type reading struct {
	ctx    context.Context // fixed
	q      repl.Request    // fixed
	m      measure         // fixed
	screen *screen         // fixed
	hints  bool            // whether to suggest; fixed

	buf     buffer
	key     rune   // the key to be carried out
	text    []rune // its text
	skipped int    // the keys since the line was drawn

	did  deed // what the key did
	was  deed // what the key before did
	goal int  // the column that going up and down keeps to

	undo   undoer
	kills  *killRing // the Editor's
	yanked int       // the runes that were put in by didYank

	recall       recall
	lastWordAt   int // the entry whose last word was put in by didLastWord
	lastWordFrom int // and where
	search       *search
	needle       *[]rune // what was searched for last, the Editor's

	ask  *asker
	slow bool // the answer has been waited for

	menu      *menu
	previewed bool // the line shows what a menu's key has chosen

	hint      []rune // suggested behind the cursor
	dismissed bool   // no suggestion until the line changes
	colours   highlights
}

// What a key did, as far as the next one has to know.
type deed uint8

const (
	didOther deed = iota
	didType
	didKill
	didYank
	didRow
	didLastWord
)

// commands says what keys do to a line.
var commands = map[rune]func(*reading){
	keyTyped:        func(r *reading) { r.typed(r.text) },
	keyPaste:        func(r *reading) { r.put(r.text) },
	keyTab:          (*reading).tab,
	keyLeft:         (*reading).left,
	keyRight:        (*reading).right,
	keyUp:           (*reading).up,
	keyDown:         (*reading).down,
	keyPageUp:       (*reading).older,
	keyPageDown:     (*reading).newer,
	keyHome:         (*reading).home,
	keyEnd:          (*reading).end,
	keyLineStart:    (*reading).lineStart,
	keyLineEnd:      (*reading).lineEnd,
	keyWordLeft:     (*reading).wordLeft,
	keyWordRight:    (*reading).wordRight,
	keyDelete:       (*reading).erase,
	keyBackspace:    (*reading).eraseBack,
	keyKillRow:      (*reading).killRow,
	keyKillRowBack:  (*reading).killRowBack,
	keyKillToStart:  (*reading).killToStart,
	keyKillWord:     (*reading).killWord,
	keyKillWordBack: (*reading).killWordBack,
	keyKillArgument: (*reading).killArgument,
	keyYank:         (*reading).yank,
	keyYankPop:      (*reading).yankPop,
	keySwap:         (*reading).swap,
	keySwapWords:    (*reading).swapWords,
	keyUpper:        (*reading).upper,
	keyLower:        (*reading).lower,
	keyCapital:      (*reading).capital,
	keyUndo:         (*reading).undoOne,
	keyRedo:         (*reading).redoOne,
	keyClear:        func(r *reading) { r.screen.clear() },
	keySearch:       func(r *reading) { r.find(true) },
	keySearchOn:     func(r *reading) { r.find(false) },
	keyOldest:       (*reading).oldest,
	keyNewest:       (*reading).newest,
	keyLastWord:     (*reading).lastWord,
	keyNewline:      (*reading).newline,
	keyAbort:        (*reading).dismiss,
	keyEscape:       (*reading).dismiss,
	keyEscapeTwice:  (*reading).wipe,
}

// Carries out the key.
func (r *reading) press() {
	switch r.key {
	case keyAnswer, keySlow, keyRedraw:
		r.happen()
		return
	}
	before := r.buf
	r.was, r.did = r.did, didOther
	handled := r.search != nil && r.searchKey() || r.menu != nil && r.menuKey()
	if command := commands[r.key]; !handled && command != nil {
		command(r)
	}
	r.changed(before)
}

// Takes note of what is no key.
func (r *reading) happen() {
	before := r.buf
	switch r.key {
	case keyAnswer:
		r.answer()
	case keySlow:
		r.slow = true
	case keyRedraw:
		r.colours.forget()
	}
	if r.key == keyAnswer {
		r.did = didOther
		r.changed(before)
	}
}

// Does what follows from the key: before is what the line was.
func (r *reading) changed(before buffer) {
	if before.pos == r.buf.pos && before.sameText(r.buf) {
		return
	}
	r.ask.giveUp()
	if before.sameText(r.buf) {
		return
	}
	r.dismissed = false
	goesOn := r.did == didType && r.was == didType
	previewed := r.menu != nil && r.menu.moved
	if r.key != keyUndo && r.key != keyRedo && !goesOn && !(previewed && r.previewed) {
		r.undo.push(before)
	}
	r.previewed = previewed
}

// Takes the suggestion away.
func (r *reading) dismiss() { r.dismissed = true }

// Empties the line; undo brings it back.
func (r *reading) wipe() { r.buf = buffer{} }
