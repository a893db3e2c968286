package sshconn

import "strings"

// matchAny reports whether s fits one of the patterns and none that begins with "!"
// (ssh_config(5), PATTERNS).
func matchAny(patterns []string, s string) bool {
	found := false
	for _, p := range patterns {
		bare, negated := strings.CutPrefix(p, "!")
		if match(bare, s) {
			if negated {
				return false
			}
			found = true
		}
	}
	return found
}

// match reports whether s fits a pattern, in which * is any text and ? one character.
func match(pattern, s string) bool {
	star, mark := -1, 0 // where to go back to: the last *, and where it ended in s
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p, i = p+1, i+1
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
