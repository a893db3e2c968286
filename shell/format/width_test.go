package format

import (
	"testing"
	"unicode/utf8"
)

func TestCluster(t *testing.T) {
	tests := map[string]string{
		"":                   "",
		"a":                  "a",
		"ab":                 "a",
		"\r\nx":              "\r\n",
		"e\u0301x":           "e\u0301",
		"日本":                 "日",
		"👩\u200d💻x":          "👩\u200d💻",
		"👍🏽👍":                "👍🏽",
		"🇯🇵🇯🇵":               "🇯🇵",
		"\xff\u0301":         "\xff\u0301",
		"❤\ufe0f!":           "❤\ufe0f",
		"\u1112\u1161\u11ab": "\u1112\u1161\u11ab",
	}
	for in, want := range tests {
		if got := in[:Cluster(in)]; got != want {
			t.Errorf("%q begins with %q, want %q", in, got, want)
		}
	}
}

func FuzzCluster(f *testing.F) {
	f.Add("e\u0301👩\u200d💻日本\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		for rest := s; rest != ""; {
			n := Cluster(rest)
			if n < 1 || n > len(rest) || n < len(rest) && utf8.ValidString(s) && !utf8.RuneStart(rest[n]) {
				t.Fatalf("%q: a character of %d bytes at %q", s, n, rest)
			}
			rest = rest[n:]
		}
	})
}
