package builtin

import (
	"strings"
	"unicode/utf8"
)

// Reports whether text is what pattern describes, regardless of letter case: *
// stands for any text, ? for one character, [a-z] for one of a set. A bracket that
// is never closed stands for itself.
func like(pattern, text string) bool {
	return likeFolded(strings.ToLower(pattern), strings.ToLower(text))
}

// Matches by going back to the last * only, so that no pattern takes more than
// len(pattern)*len(text) steps.
func likeFolded(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		if p < len(pattern) && pattern[p] == '*' {
			star, mark, p = p, t, p+1
			continue
		}
		if n, ok := matchOne(pattern[p:], text[t:]); ok {
			_, size := utf8.DecodeRuneInString(text[t:])
			p, t = p+n, t+size
			continue
		}
		if star < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[mark:])
		mark += size
		p, t = star+1, mark
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// Matches the first character of text with the first element of pattern, and
// returns how long that element is.
func matchOne(pattern, text string) (n int, ok bool) {
	if pattern == "" {
		return 0, false
	}
	got, _ := utf8.DecodeRuneInString(text)
	switch want, size := utf8.DecodeRuneInString(pattern); {
	case want == '?':
		return size, true
	case want == '[' && strings.IndexByte(pattern[1:], ']') > 0:
		end := 1 + strings.IndexByte(pattern[1:], ']')
		return end + 1, inSet([]rune(pattern[1:end]), got)
	default:
		return size, want == got && pattern[:size] == text[:min(size, len(text))]
	}
}

func inSet(set []rune, r rune) bool {
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			if set[i] <= r && r <= set[i+2] {
				return true
			}
			i += 2
		} else if set[i] == r {
			return true
		}
	}
	return false
}

// Reports whether text is what one of the patterns describes, or there are none.
func likeAny(patterns []string, text string) bool {
	for _, p := range patterns {
		if like(p, text) {
			return true
		}
	}
	return len(patterns) == 0
}
