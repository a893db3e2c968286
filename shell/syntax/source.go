package syntax

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"marsh/jobs"
)

// maxShown bounds what an error shows of its source line on each side of the caret,
// in bytes.
const maxShown = 100

// source is a text whose positions can be named.
type source struct {
	text, name string
	base       int   // the number of the first line
	starts     []int // where each line begins
}

func newSource(text, name string, line int) *source {
	s := &source{text: text, name: name, base: line, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.starts = append(s.starts, i+1)
		}
	}
	return s
}

// Returns the index of pos's line, from 0.
func (s *source) row(pos int) int {
	return sort.SearchInts(s.starts, pos+1) - 1
}

// Returns the number of pos's line.
func (s *source) line(pos int) int { return s.base + s.row(pos) }

// Returns the line of an index, without its end.
func (s *source) rowText(row int) string {
	line := s.text[s.starts[row]:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		return line[:i]
	}
	return line
}

// maxExcerpt bounds what a message shows of another line, in bytes.
const maxExcerpt = 50

// Returns the beginning of a line, for a message.
func (s *source) excerpt(row int) string {
	line := strings.TrimSpace(s.rowText(row))
	for i := maxExcerpt; i < len(line); i++ {
		if utf8.RuneStart(line[i]) {
			return line[:i] + "…"
		}
	}
	return line
}

// Returns the blanks with which a line begins, and whether pos is where its text does.
func (s *source) indent(pos int) (blanks string, first bool) {
	start := s.starts[s.row(pos)]
	end := skipBlanks(s.text, start)
	return s.text[start:end], end == pos
}

// Returns pos's line and a line with a caret under pos, tabs kept.
func (s *source) caret(pos int) string {
	row := s.row(pos)
	line, col := s.rowText(row), pos-s.starts[row]
	col = min(col, len(line))
	before, after := clip(line[:col], line[col:])
	return before + after + "\n" + blank(before) + "^"
}

// Returns blanks that are as wide as a text on a terminal.
func blank(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\t':
			b.WriteByte('\t')
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case r < ' ', isWide(r): // a control character is shown as ^ and a letter
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// isWide reports whether a terminal gives r two columns: the wide and fullwidth
// characters of Unicode's UAX 11, in blocks.
func isWide(r rune) bool {
	for _, block := range [][2]rune{
		{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},
		{0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
	} {
		if block[0] <= r && r <= block[1] {
			return true
		}
	}
	return false
}

// Cuts a line's two halves to a bounded length, at runes.
func clip(before, after string) (string, string) {
	for i := len(before) - maxShown; i > 0 && i < len(before); i++ {
		if utf8.RuneStart(before[i]) {
			before = before[i:]
			break
		}
	}
	for i := maxShown; i < len(after); i++ {
		if utf8.RuneStart(after[i]) {
			after = after[:i]
			break
		}
	}
	return before, after
}

// Returns the error at a place, with its line and a caret under it.
func (s *source) fault(kind jobs.Kind, pos int, format string, args ...any) *jobs.Error {
	line := s.line(pos)
	msg := fmt.Sprintf("%s:%d: ", s.name, line) + fmt.Sprintf(format, args...)
	return &jobs.Error{Kind: kind, Msg: msg, Line: line, Detail: s.caret(pos)}
}
