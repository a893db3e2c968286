package line

import (
	"strings"
	"unicode"
)

// A search goes through the history for what is typed meanwhile. The line shows what
// was found.
type search struct {
	before buffer // the line before
	needle []rune
	at     int  // the entry that is shown; the number of entries for none
	missed bool // nothing was found for the needle
}

// Begins to search, for what is in the line.
func (r *reading) find(older bool) {
	if r.q.Secret || len(r.q.History) == 0 {
		return
	}
	r.search = &search{before: r.buf, needle: r.buf.text, at: len(r.q.History)}
	if len(r.search.needle) > 0 && older {
		r.findNext(-1)
	}
}

// Carries out a key while searching; reports false for one that ends the search and
// has its own meaning.
func (r *reading) searchKey() bool {
	s := r.search
	switch r.key {
	case keySearch:
		r.again(-1)
	case keySearchOn:
		r.again(1)
	case keyBackspace:
		s.needle = s.needle[:len(s.needle)-r.m.previous(s.needle, len(s.needle))]
		r.refind()
	case keyTyped, keyPaste:
		s.needle = append(s.needle[:len(s.needle):len(s.needle)], r.text...)
		r.refind()
	case keyAbort:
		r.buf, r.search = s.before, nil
	case keyEscape, keyEscapeTwice, keyTab:
		r.endSearch()
	default:
		r.endSearch()
		return false
	}
	return true
}

// Keeps what was found in the line.
func (r *reading) endSearch() {
	if len(r.search.needle) > 0 {
		*r.needle = r.search.needle
	}
	if r.search.at < len(r.q.History) {
		r.recall = recall{at: r.search.at, shown: r.q.History[r.search.at]}
	}
	r.search = nil
}

// Does what is left to do when the line ends.
func (r *reading) leave() {
	if r.search != nil {
		r.endSearch()
	}
}

// Goes on to the next find; with nothing typed, for what was searched for last.
func (r *reading) again(step int) {
	if len(r.search.needle) == 0 {
		r.search.needle = *r.needle
	}
	r.findNext(step)
}

// Searches from the latest entry for a needle that has changed.
func (r *reading) refind() {
	s := r.search
	s.at = len(r.q.History)
	if len(s.needle) == 0 {
		r.buf, s.missed = s.before, false
		return
	}
	r.findNext(-1)
}

// Shows the next entry that has the needle, in the direction of step.
func (r *reading) findNext(step int) {
	s := r.search
	needle := string(s.needle)
	shown := ""
	if s.at < len(r.q.History) {
		shown = r.q.History[s.at]
	}
	for at := s.at + step; at >= 0 && at < len(r.q.History); at += step {
		entry := r.q.History[at]
		if i := indexOf(entry, needle); i >= 0 && entry != shown {
			s.at, s.missed = at, false
			r.buf = written(entry).at(len([]rune(entry[:i])))
			return
		}
	}
	s.missed = len(s.needle) > 0
}

// Returns where needle is in text, in bytes, or -1. Letters of a needle without
// capitals stand for both cases.
func indexOf(text, needle string) int {
	if strings.ContainsFunc(needle, unicode.IsUpper) {
		return strings.Index(text, needle)
	}
	return foldedIndex(text, needle)
}

// Looks for needle, which is in small letters, rune by rune, as a letter and its
// capital may have different lengths.
func foldedIndex(text, needle string) int {
	want := []rune(needle)
	for i := range text {
		if hasFoldedPrefix(text[i:], want) {
			return i
		}
	}
	return -1
}

// Reports whether text begins with want, whatever the case of text's letters.
func hasFoldedPrefix(text string, want []rune) bool {
	n := 0
	for _, c := range text {
		if n == len(want) {
			return true
		}
		if c != want[n] && unicode.ToLower(c) != want[n] {
			return false
		}
		n++
	}
	return n == len(want)
}

// Returns the row below the line that says what is searched for.
func (s *search) rows(_, _ int, w rowWriter) []row {
	title := "search: "
	if s.missed {
		title = "not found: "
	}
	w.text(title, styleHelp)
	w.text(string(s.needle), stylePlain)
	w.text("_", styleHelp)
	return []row{w.row()}
}
