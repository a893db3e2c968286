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
