package lua

import (
	"context"
	"strings"

	"marsh/jobs"
)

// Bounds of the patterns, as the reference manual has them (Lua 5.1, section 5.4.1).
const (
	maxCaptures   = 32
	maxMatchDepth = 10000   // matches within matches, of one attempt
	stepsPerLook  = 1 << 14 // steps between two looks at the context
)

// capture is one capture of a match: src[start:start+len].
type capture struct {
	start, len int
}

// Lengths of captures that are no text.
const (
	captureOpen     = -1 // not closed yet
	capturePosition = -2 // (): a position
)

// matcher matches one Lua pattern against a string by backtracking. It looks at its
// context, so that a pattern that takes for ever can be stopped.
type matcher struct {
	ctx   context.Context
	src   string
	pat   string
	level int // how many captures there are
	caps  [maxCaptures]capture
	depth int
	steps int
}

// matchPanic carries an error out of a match.
type matchPanic struct{ err *jobs.Error }

func (m *matcher) fail(format string, args ...any) {
	panic(matchPanic{jobs.Errorf(jobs.KindScript, format, args...)})
}

// find looks for the first match at or behind offset init, and returns its bounds.
func (m *matcher) find(init int) (start, end int, ok bool, err error) {
	defer recoverMatch(&err)
	anchored := strings.HasPrefix(m.pat, "^")
	literal := literalPrefix(m.pat)
	for s := init; s <= len(m.src); s++ {
		if i := strings.Index(m.src[s:], literal); i > 0 {
			s += i
		} else if i < 0 {
			break
		}
		if e := m.try(s, btoi(anchored)); e >= 0 {
			return s, e, true, nil
		}
		if anchored {
			break
		}
	}
	return 0, 0, false, nil
}

// Returns the text that every match of pat begins with: the characters before the first
// that is special, and without one that may come more or less than once.
func literalPrefix(pat string) string {
	n := strings.IndexAny(pat, "^$*+?.()[%-")
	switch {
	case n < 0:
		return pat
	case n > 0 && strings.IndexByte("*+?-", pat[n]) >= 0:
		n--
	}
	return pat[:n]
}

// at matches the pattern from offset p on at src[s:] only.
func (m *matcher) at(s, p int) (end int, ok bool, err error) {
	defer recoverMatch(&err)
	end = m.try(s, p)
	return end, end >= 0, nil
}

func (m *matcher) try(s, p int) int {
	m.level, m.depth = 0, 0
	return m.match(s, p)
}

func recoverMatch(err *error) {
	if r := recover(); r != nil {
		p, ok := r.(matchPanic)
		if !ok {
			panic(r)
		}
		*err = p.err
	}
}

// Counts a step.
func (m *matcher) step() {
	m.steps++
	if m.steps%stepsPerLook == 0 && m.ctx != nil && m.ctx.Err() != nil {
		panic(matchPanic{stopped(m.ctx)})
	}
}

// match matches pat[p:] at src[s:] and returns where the match ends, or -1.
func (m *matcher) match(s, p int) int {
	m.depth++
	defer func() { m.depth-- }()
	if m.depth > maxMatchDepth {
		m.fail("the pattern is too complex: it nests more than %d matches", maxMatchDepth)
	}
	for p < len(m.pat) {
		m.step()
		e, next, more := m.item(s, p)
		if !more {
			return e
		}
		s, p = e, next
	}
	return s
}

// item matches one item of the pattern. It returns the end of the whole match with
// more false, or where to go on in src and pat.
func (m *matcher) item(s, p int) (end, next int, more bool) {
	switch m.pat[p] {
	case '(':
		if p+1 < len(m.pat) && m.pat[p+1] == ')' {
			return m.open(s, p+2, capturePosition), 0, false
		}
		return m.open(s, p+1, captureOpen), 0, false
	case ')':
		return m.close(s, p+1), 0, false
	case '$':
		if p+1 == len(m.pat) {
			if s == len(m.src) {
				return s, 0, false
			}
			return -1, 0, false
		}
	case '%':
		if e, next, ok := m.escape(s, p); ok {
			return e, next, e >= 0
		}
	}
	return m.single(s, p)
}

// escape matches %b, %f and %1 to %9; ok is false for all others.
func (m *matcher) escape(s, p int) (end, next int, ok bool) {
	if p+1 >= len(m.pat) {
		m.fail("malformed pattern (ends with '%%')")
	}
	switch c := m.pat[p+1]; {
	case c == 'b':
		return m.balance(s, p+2), p + 4, true
	case c == 'f':
		next := m.frontierEnd(p + 2)
		return m.frontier(s, p+2, next), next, true
	case c >= '0' && c <= '9':
		return m.back(s, int(c-'1')), p + 2, true
	}
	return 0, 0, false
}

// single matches one character class with its suffix.
func (m *matcher) single(s, p int) (end, next int, more bool) {
	ep := m.classEnd(p)
	suffix := byte(0)
	if ep < len(m.pat) {
		suffix = m.pat[ep]
	}
	fits := s < len(m.src) && m.fits(m.src[s], p, ep)
	switch suffix {
	case '?':
		if fits {
			if e := m.match(s+1, ep+1); e >= 0 {
				return e, 0, false
			}
		}
		return s, ep + 1, true
	case '*':
		return m.greedy(s, p, ep, 0), 0, false
	case '+':
		return m.greedy(s, p, ep, 1), 0, false
	case '-':
		return m.lazy(s, p, ep), 0, false
	}
	if !fits {
		return -1, 0, false
	}
	return s + 1, ep, true
}

func (m *matcher) greedy(s, p, ep, least int) int {
	n := 0
	for s+n < len(m.src) && m.fits(m.src[s+n], p, ep) {
		m.step()
		n++
	}
	for ; n >= least; n-- {
		m.step()
		if e := m.match(s+n, ep+1); e >= 0 {
			return e
		}
	}
	return -1
}

func (m *matcher) lazy(s, p, ep int) int {
	for {
		m.step()
		if e := m.match(s, ep+1); e >= 0 {
			return e
		}
		if s >= len(m.src) || !m.fits(m.src[s], p, ep) {
			return -1
		}
		s++
	}
}
