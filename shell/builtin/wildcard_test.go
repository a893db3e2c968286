package builtin

import (
	"path"
	"strings"
	"testing"
)

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true}, {"", "", true}, {"", "a", false}, {"a*c", "ABBC", true}, {"a*c", "abcd", false}, {"?", "é", true}, {"??", "é", false},
		{"[a-c]x", "bx", true}, {"[a-c]x", "dx", false}, {"[abc", "[abc", true}, {"a*b*c", "aXbXbXc", true}, {"*é*", "caféx", true},
		{"[]", "[]", true}, {"x[-]", "x-", true},
	} {
		if got := like(c.pattern, c.text); got != c.want {
			t.Errorf("like(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

func FuzzLike(f *testing.F) {
	f.Add("a*b?c", "aXXbYc")
	f.Add("[a-z]*", "q")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		got := like(pattern, text)
		if strings.ContainsAny(pattern+text, "[]\\/") || strings.ToValidUTF8(pattern+text, "") != pattern+text {
			return
		}
		want, err := path.Match(strings.ToLower(pattern), strings.ToLower(text))
		if err == nil && got != want {
			t.Errorf("like(%q, %q) = %v, path.Match says %v", pattern, text, got, want)
		}
	})
}

func TestLikeIsQuick(t *testing.T) {
	if like(strings.Repeat("*a", 500)+"b", strings.Repeat("a", 5000)) {
		t.Error("matched a text without b")
	}
}
