package syntax

import (
	"strings"
	"testing"
)

func BenchmarkCompile(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"line", "get-job -name x | where { it.State == 'Running' }"},
		{"lua", strings.Repeat("do\n"+files(b, "lua/classes.lua")["testdata/lua/classes.lua"]+"\nend\n", 100)},
		{"commands", strings.Repeat("ls -la $x.y | grep \"a $b c\" > out\n", 3000)},
		{"quoted", "echo '" + strings.Repeat("x", 100_000) + "' \"" + strings.Repeat("y", 100_000) + "\""},
		{"word", "echo " + strings.Repeat("x", 100_000)},
		{"comments", strings.Repeat("# a comment\n-- another\n", 5000)},
		{"block", "start-job {\n" + strings.Repeat("nginx -t; foo + bar\n", 5000) + "}"},
		{"nested", strings.Repeat("get-job | foreach { ", 40) + "it" + strings.Repeat(" }", 40)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				if _, err := Compile(c.text, "t", 1, world{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSpans(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"line", "get-job -name x | where { it.State == 'Running' }"},
		{"halfTyped", "get-job -name x | where { it.State == 'Run"},
		{"megabyte", strings.Repeat("ls -la $x.y | grep \"a $b c\" > out\n", 30000)},
		{"megabyteOpen", "start-job {\n" + strings.Repeat("frob -la $x.y | grep \"a $b c\" > out\n", 30000)},
		{"megabyteWrong", strings.Repeat("x = = 5 )( [[ ]] 'a\n", 50000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				if len(Spans(c.text, mean)) == 0 {
					b.Fatal("nothing is painted")
				}
			}
		})
	}
}
