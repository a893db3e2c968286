package lua

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// incident is where the latest error of a state was raised.
type incident struct {
	msg   string // the message it has
	proto *lua.FunctionProto
	line  int
	name  variable // what it is about
}

// note keeps where an error was raised, should it end the script.
func (s *State) note(f frame, msg string, name variable) {
	s.raised = incident{msg, f.proto, f.proto.DbgSourcePositions[f.pc], name}
}

// maxShown bounds how long a line of the source may be, in bytes, to be shown with an
// error.
const maxShown = 160

// detail returns the line of the source that the message is about, with a caret where
// it says which word is meant, or with its number where the message does not say that;
// or "".
func (s *State) detail(msg string) string {
	if s.raised.msg != msg {
		return ""
	}
	n, at := s.raised.line, position.FindStringSubmatch(msg)
	switch {
	case at == nil:
	case !strings.HasPrefix(msg, s.raised.proto.SourceName+":"):
		return ""
	default:
		n, _ = strconv.Atoi(at[1])
	}
	text, first := sourceOf(s.raised.proto)
	line, ok := lineOf(text, n-first)
	if !ok || strings.TrimSpace(line) == "" || len(line) > maxShown {
		return ""
	}
	if at == nil {
		return fmt.Sprintf("\t%s:%d: %s", s.raised.proto.SourceName, n, strings.TrimSpace(line))
	}
	out := "\t" + line
	if col := columnOf(line, msg[len(at[0]):], s.raised.name); col >= 0 {
		out += "\n\t" + blanks(line[:col]) + "^"
	}
	return out
}

// Returns line n of a text, from 0.
func lineOf(text string, n int) (string, bool) {
	for line := range strings.Lines(text) {
		if n == 0 {
			return strings.TrimRight(line, "\r\n"), true
		}
		n--
	}
	return "", false
}

// Returns as much room as the text takes.
func blanks(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, text)
}

// What stands behind a word that is called, or indexed.
var (
	called   = regexp.MustCompile(`^\s*[({"'\[]`)
	isIndex  = regexp.MustCompile(`^\s*[.:\[]`)
	operator = regexp.MustCompile(`^\s*([-+*/%^]|\.\.)`)
	operated = regexp.MustCompile(`([-+*/%^#]|\.\.)\s*$`)
)

// columnOf returns the offset of the word that an error is about, or -1 where it is
// not there or there are several that could be meant.
func columnOf(line, msg string, name variable) int {
	var found []int
	for _, at := range wordsIn(line, name.name) {
		before, after := line[:at], line[at+len(name.name):]
		member := strings.HasSuffix(before, ".") && !strings.HasSuffix(before, "..") || strings.HasSuffix(before, ":")
		if member != (name.kind == "a field" || name.kind == "a method") {
			continue
		}
		if usedSo(msg, before, after) {
			found = append(found, at)
		}
	}
	if len(found) != 1 {
		return -1
	}
	return found[0]
}

// usedSo reports whether a word is used as the error says.
func usedSo(msg, before, after string) bool {
	switch {
	case strings.HasPrefix(msg, "attempt to call"):
		return called.MatchString(after)
	case strings.HasPrefix(msg, "attempt to index") && !strings.Contains(msg, " value (field "):
		return isIndex.MatchString(after)
	case strings.HasPrefix(msg, "attempt to perform"), strings.HasPrefix(msg, "attempt to conc"), strings.HasPrefix(msg, "attempt to get"):
		return operator.MatchString(after) || operated.MatchString(strings.TrimRight(before, "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:$"))
	}
	return true
}

// wordsIn returns where a name stands in a line, outside of its strings and comments.
func wordsIn(line, name string) []int {
	var found []int
	for i := 0; i < len(line) && name != ""; {
		switch c := line[i]; {
		case strings.HasPrefix(line[i:], "--"):
			return found
		case c == '"' || c == '\'':
			i = skipString(line, i)
		case isWordByte(c):
			end := i
			for end < len(line) && isWordByte(line[end]) {
				end++
			}
			if line[i:end] == name {
				found = append(found, i)
			}
			i = end
		default:
			i++
		}
	}
	return found
}

func isWordByte(c byte) bool {
	return c == '_' || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// Returns the offset behind the string that begins at i.
func skipString(line string, i int) int {
	quote := line[i]
	for i++; i < len(line) && line[i] != quote; i++ {
		if line[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(line))
}
