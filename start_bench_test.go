package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// What starting costs: marsh -c 1+1 beside a Go program that does nothing.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	empty := filepath.Join(dir, "empty")
	source := write(b, filepath.Join(dir, "main.go"), "package main\n\nfunc main() {}\n")
	if out, err := exec.Command("go", "build", "-o", empty, source).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for name, args := range map[string][]string{
		"marsh": {fast(b), "-c", "1+1"},
		"empty": {empty},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				cmd := exec.Command(args[0], args[1:]...)
				cmd.Dir, cmd.Env = dir, environment(dir)
				if out, err := cmd.CombinedOutput(); err != nil || len(args) > 1 && string(out) != "2\n" {
					b.Fatalf("%v: %s", err, out)
				}
			}
		})
	}
}
