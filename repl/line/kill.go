package line

import "slices"

// maxKills is how many texts that were cut out are kept for Ctrl-Y and Alt-Y.
const maxKills = 30

// A killRing keeps what was cut out, across lines.
type killRing struct {
	texts [][]rune // the latest last
	at    int      // the one that was put in last
}

// Keeps text; joined to the latest one, before or behind it, when both were cut out
// one after the other.
func (k *killRing) add(text []rune, joined, before bool) {
	n := len(k.texts)
	switch {
	case len(text) == 0:
		return
	case joined && n > 0 && before:
		k.texts[n-1] = slices.Concat(text, k.texts[n-1])
	case joined && n > 0:
		k.texts[n-1] = slices.Concat(k.texts[n-1], text)
	default:
		k.texts = append(k.texts, slices.Clone(text))
	}
	if len(k.texts) > maxKills {
		k.texts = slices.Delete(k.texts, 0, 1)
	}
}

// Returns the latest text, nil when nothing was cut out.
func (k *killRing) latest() []rune {
	if len(k.texts) == 0 {
		return nil
	}
	k.at = len(k.texts) - 1
	return k.texts[k.at]
}

// Returns the text before the one that was returned last, in a circle.
func (k *killRing) before() []rune {
	if len(k.texts) == 0 {
		return nil
	}
	k.at = (min(k.at, len(k.texts)) + len(k.texts) - 1) % len(k.texts)
	return k.texts[k.at]
}

// Cuts the runes from from to to out of the line, and keeps them unless they are of a
// password.
func (r *reading) kill(from, to int) {
	if from >= to {
		return
	}
	if !r.q.Secret {
		r.kills.add(r.buf.text[from:to], r.was == didKill, to == r.buf.pos)
	}
	r.buf = r.buf.replace(from, to, nil)
	r.did = didKill
}

// Puts in what was cut out last.
func (r *reading) yank() {
	text := r.kills.latest()
	r.put(text)
	r.yanked, r.did = len(text), didYank
}

// Takes what was put in by yank for what was cut out before it.
func (r *reading) yankPop() {
	if r.was != didYank {
		return
	}
	text := r.kills.before()
	r.buf = r.buf.replace(r.buf.pos-r.yanked, r.buf.pos, text)
	r.yanked, r.did = len(text), didYank
}

func (r *reading) killWord()     { r.kill(r.buf.pos, r.buf.wordEnd(r.buf.pos)) }
func (r *reading) killWordBack() { r.kill(r.buf.wordStart(r.buf.pos), r.buf.pos) }
func (r *reading) killArgument() { r.kill(r.buf.argumentStart(r.buf.pos), r.buf.pos) }
func (r *reading) killToStart()  { r.kill(0, r.buf.pos) }

// Cuts out the rest of the row, or the newline behind it.
func (r *reading) killRow() {
	end := r.buf.rowEnd(r.buf.pos)
	if end == r.buf.pos && end < len(r.buf.text) {
		end++
	}
	r.kill(r.buf.pos, end)
}

// Cuts out the row before the cursor, or the newline before it.
func (r *reading) killRowBack() {
	start := r.buf.rowStart(r.buf.pos)
	if start == r.buf.pos && start > 0 {
		start--
	}
	r.kill(start, r.buf.pos)
}
