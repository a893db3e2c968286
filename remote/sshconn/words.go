package sshconn

import (
	"strings"

	"marsh/jobs"
)

// cutKeyword splits a line into its keyword and the rest; "" for a line without one. There
// may be a "=" between them.
func cutKeyword(line string) (key, rest string) {
	line = strings.Trim(line, " \t\r\n\f")
	if line == "" || line[0] == '#' {
		return "", ""
	}
	end := strings.IndexAny(line, " \t=")
	if end < 0 {
		return line, ""
	}
	rest = strings.TrimLeft(line[end:], " \t")
	rest = strings.TrimLeft(strings.TrimPrefix(rest, "="), " \t")
	return line[:end], rest
}

// splitArgs splits what follows a keyword: at white space, outside quotes of either kind,
// with a backslash before a quote, a backslash or, outside quotes, a blank. A "#" where a
// word begins ends the line.
func splitArgs(s string) ([]string, error) {
	var out []string
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" || s[0] == '#' {
			return out, nil
		}
		word, rest, err := nextArg(s)
		if err != nil {
			return nil, err
		}
		out, s = append(out, word), rest
	}
}

// nextArg takes the first word, with its quotes and backslashes resolved.
func nextArg(s string) (word, rest string, err error) {
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s) && (strings.IndexByte(`'"\`, s[i+1]) >= 0 || quote == 0 && s[i+1] == ' '):
			i++
			b.WriteByte(s[i])
		case quote == 0 && (c == ' ' || c == '\t'):
			return b.String(), s[i:], nil
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		default:
			b.WriteByte(c)
		}
	}
	if quote != 0 {
		return "", "", jobs.Errorf(jobs.KindUsage, "a %c lacks its other one", quote)
	}
	return b.String(), "", nil
}
