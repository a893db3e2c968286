package page

import "strings"

// span is a part of a line of text.
type span struct {
	text string
	code bool
}

// spans takes text apart at its code. A backtick that nothing closes is itself.
func spans(text string) []span {
	var out []span
	for text != "" {
		i := strings.IndexByte(text, '`')
		if i < 0 {
			break
		}
		fence := "`"
		if strings.HasPrefix(text[i:], "``") {
			fence = "``"
		}
		inside := text[i+len(fence):]
		end := strings.Index(inside, fence)
		if end < 0 {
			break
		}
		code := inside[:end]
		if fence == "``" {
			code = strings.TrimSpace(code)
		}
		out = append(out, span{text: text[:i]}, span{text: code, code: true})
		text = inside[end+len(fence):]
	}
	return append(out, span{text: text})
}

// plain returns text without marks. Code that could be read as words of the sentence is
// put into quotes, all other is seen to be code.
func plain(text string) string {
	var b strings.Builder
	for _, s := range spans(text) {
		if s.code && wordlike(s.text) {
			b.WriteString(`"` + s.text + `"`)
		} else {
			b.WriteString(s.text)
		}
	}
	return b.String()
}

func wordlike(code string) bool {
	return strings.Trim(code, " abcdefghijklmnopqrstuvwxyz") == ""
}
