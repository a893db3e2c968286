package shell_test

import (
	"context"
	"strconv"
	"testing"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/builtin"
)

// What it costs to write a value: to the script's sink, to the next command, and from a
// block to the one behind it.
func BenchmarkEmit(b *testing.B) {
	for name, script := range map[string]string{
		"sink":    "for i = 1, %d do emit(i) end",
		"command": "foreach-object -begin { for i = 1, %d do emit(i) end } {} | measure-object",
		"blocks":  "foreach-object -begin { for i = 1, %d do emit(i) end } {} | where { true } | measure-object",
	} {
		b.Run(name, func(b *testing.B) {
			s := shell.New(shell.Options{Commands: shell.NewCommandSet(builtin.Commands())})
			defer s.Close(context.Background())
			text := jobs.Script{Text: replaceCount(script, b.N), Name: "bench"}
			sink := jobs.SinkFunc(func(context.Context, jobs.Record) error { return nil })
			b.ReportAllocs()
			if err := s.Engine().Run(b.Context(), text, sink); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func replaceCount(script string, n int) string {
	for i := range len(script) - 1 {
		if script[i:i+2] == "%d" {
			return script[:i] + strconv.Itoa(n) + script[i+2:]
		}
	}
	return script
}
