package lua

import "strings"

// open begins a capture.
func (m *matcher) open(s, p, what int) int {
	if m.level >= maxCaptures {
		m.fail("too many captures")
	}
	m.caps[m.level] = capture{s, what}
	m.level++
	e := m.match(s, p)
	if e < 0 {
		m.level--
	}
	return e
}

// close ends the innermost open capture.
func (m *matcher) close(s, p int) int {
	i := m.level - 1
	for i >= 0 && m.caps[i].len != captureOpen {
		i--
	}
	if i < 0 {
		m.fail("invalid pattern capture")
	}
	m.caps[i].len = s - m.caps[i].start
	e := m.match(s, p)
	if e < 0 {
		m.caps[i].len = captureOpen
	}
	return e
}

// back matches what capture i has matched.
func (m *matcher) back(s, i int) int {
	if i < 0 || i >= m.level || m.caps[i].len == captureOpen {
		m.fail("invalid capture index")
	}
	c := m.caps[i]
	if c.len >= 0 && strings.HasPrefix(m.src[s:], m.src[c.start:c.start+c.len]) {
		return s + c.len
	}
	return -1
}

// balance matches %bxy, whose two characters begin at p.
func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pat) {
		m.fail("unbalanced pattern")
	}
	if s >= len(m.src) || m.src[s] != m.pat[p] {
		return -1
	}
	depth := 1
	for i := s + 1; i < len(m.src); i++ {
		m.step()
		switch m.src[i] {
		case m.pat[p+1]:
			depth--
		case m.pat[p]:
			depth++
		}
		if depth == 0 {
			return i + 1
		}
	}
	return -1
}

func (m *matcher) frontierEnd(p int) int {
	if p >= len(m.pat) || m.pat[p] != '[' {
		m.fail("missing '[' after '%%f' in pattern")
	}
	return m.classEnd(p)
}

// frontier matches the empty string between a character outside the set pat[p:ep]
// and one inside it.
func (m *matcher) frontier(s, p, ep int) int {
	before, after := byte(0), byte(0)
	if s > 0 {
		before = m.src[s-1]
	}
	if s < len(m.src) {
		after = m.src[s]
	}
	if !m.inSet(before, p, ep-1) && m.inSet(after, p, ep-1) {
		return s
	}
	return -1
}

// classEnd returns the offset behind the class that begins at p.
func (m *matcher) classEnd(p int) int {
	c := m.pat[p]
	p++
	switch c {
	case '%':
		if p >= len(m.pat) {
			m.fail("malformed pattern (ends with '%%')")
		}
		return p + 1
	case '[':
		return m.setEnd(p)
	}
	return p
}

func (m *matcher) setEnd(p int) int {
	if p < len(m.pat) && m.pat[p] == '^' {
		p++
	}
	for first := true; ; first = false {
		if p >= len(m.pat) {
			m.fail("malformed pattern (missing ']')")
		}
		c := m.pat[p]
		p++
		if c == '%' {
			p++
		}
		if c == ']' && !first {
			return p
		}
	}
}

// fits reports whether c is in the class pat[p:ep].
func (m *matcher) fits(c byte, p, ep int) bool {
	switch m.pat[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pat[p+1])
	case '[':
		return m.inSet(c, p, ep-1)
	}
	return m.pat[p] == c
}

// inSet reports whether c is in the set whose brackets are at p and end.
func (m *matcher) inSet(c byte, p, end int) bool {
	p++
	want := true
	if m.pat[p] == '^' {
		want = false
		p++
	}
	for ; p < end; p++ {
		switch {
		case m.pat[p] == '%':
			p++
			if inClass(c, m.pat[p]) {
				return want
			}
		case p+2 < end && m.pat[p+1] == '-':
			if m.pat[p] <= c && c <= m.pat[p+2] {
				return want
			}
			p += 2
		case m.pat[p] == c:
			return want
		}
	}
	return !want
}

// inClass reports whether c is in the class that a letter behind % names; a capital
// letter means all others.
func inClass(c, class byte) bool {
	in, known := classOf(c, class|0x20)
	if !known || !isLetter(class) {
		return c == class
	}
	return in == (class&0x20 != 0)
}

func classOf(c, class byte) (in, known bool) {
	switch class {
	case 'a':
		return isLetter(c), true
	case 'd':
		return isDigit(c), true
	case 'l':
		return 'a' <= c && c <= 'z', true
	case 'u':
		return 'A' <= c && c <= 'Z', true
	case 's':
		return c != 0 && strings.IndexByte(spaces, c) >= 0, true
	case 'w':
		return isLetter(c) || isDigit(c), true
	case 'x':
		return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f', true
	case 'p':
		return c > ' ' && c < 0x7f && !isLetter(c) && !isDigit(c), true
	case 'c':
		return c < ' ' || c == 0x7f, true
	case 'z':
		return c == 0, true
	}
	return false, false
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
