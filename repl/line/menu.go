package line

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"marsh/repl"
)

// A menu offers candidates below the line. Until one is chosen by a key, the line is
// as it was typed, and goes on to filter; from then on it shows the chosen one.
type menu struct {
	base   buffer // the line without a candidate
	all    []item
	list   []item // those that begin with what is typed
	chosen int
	moved  bool // a key has chosen
	helped bool // some candidate has a line about it
	widest int  // the columns of the widest of list
}

// An item is a candidate as it is shown.
type item struct {
	repl.Candidate
	label string
	width int // columns
}

// Opens the menu.
func (r *reading) open(list []repl.Candidate) {
	m := &menu{base: r.buf}
	for _, c := range list {
		it := item{Candidate: c, label: c.Show}
		if it.label == "" {
			it.label = c.Text
		}
		it.label, it.width = r.m.visible(it.label)
		m.helped = m.helped || c.Help != ""
		m.all = append(m.all, it)
	}
	m.offer(m.all)
	r.menu = m
}

func (m *menu) offer(list []item) {
	m.list, m.chosen, m.widest = list, 0, 0
	for _, it := range list {
		m.widest = max(m.widest, it.width)
	}
}

// Carries out a key while the menu is open; reports false for one that closes it and
// has its own meaning.
func (r *reading) menuKey() bool {
	m := r.menu
	switch r.key {
	case keyEnter:
		r.buf, r.menu = m.base.complete(m.list[m.chosen].Candidate), nil
	case keyAbort, keyEscape, keyEscapeTwice:
		r.buf, r.menu = m.base, nil
	case keyClear:
		r.screen.clear()
	case keyTab, keyBackTab, keyUp, keyDown, keyLeft, keyRight, keyPageUp, keyPageDown:
		r.choose()
	case keyTyped:
		return r.filter()
	case keyBackspace:
		if m.moved {
			r.menu = nil
			return false
		}
		r.eraseBack()
		r.refilter()
	default:
		r.menu = nil
		return false
	}
	return true
}

// Chooses another candidate, which the line shows then.
func (r *reading) choose() {
	m := *r.menu
	g := m.grid(r.screen.room())
	m.chosen = g.move(m.chosen, r.key)
	m.moved = true
	r.menu = &m
	r.buf = m.base.with(m.list[m.chosen].Candidate)
}

// Takes what was typed into the line: behind the candidate that was chosen, or to
// filter the list. Reports false when the menu is closed and the text still to be put
// in.
func (r *reading) filter() bool {
	if r.menu.moved || strings.ContainsFunc(string(r.text), unicode.IsSpace) {
		r.menu = nil
		return false
	}
	r.typed(r.text)
	r.refilter()
	return true
}

// Offers the candidates that begin with what is in the line now; closes the menu
// when there are none, or the cursor is no longer in the word.
func (r *reading) refilter() {
	m := *r.menu
	r.menu = nil
	start := utf8.RuneCountInString(m.base.before()[:m.all[0].Start])
	if r.buf.pos < start {
		return
	}
	word := []rune(strings.ToLower(string(r.buf.text[start:r.buf.pos])))
	var list []item
	for _, it := range m.all {
		if hasFoldedPrefix(it.Text, word) || hasFoldedPrefix(it.label, word) {
			list = append(list, it)
		}
	}
	if len(list) > 0 {
		m.base = r.buf
		m.offer(list)
		r.menu = &m
	}
}
