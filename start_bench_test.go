package main

import (
	"bufio"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// compiled builds a Go program in dir.
func compiled(b *testing.B, dir, source string) (path string) {
	b.Helper()
	path = filepath.Join(dir, "program")
	main := write(b, filepath.Join(dir, "main.go"), source)
	if out, err := exec.Command("go", "build", "-o", path, main).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}

// How long somebody waits for the prompt: from the start on a terminal until it is
// drawn, beside a Go program that prints one and ends.
func BenchmarkPrompt(b *testing.B) {
	dir := b.TempDir()
	for name, path := range map[string]string{
		"marsh": fast(b),
		"empty": compiled(b, dir, "package main\n\nfunc main() { print(\"local:~> \") }\n"),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				prompted(b, dir, path)
			}
		})
	}
}

// prompted starts a program on a terminal, and ends it when it has drawn its prompt.
func prompted(b *testing.B, dir, path string) {
	cmd := exec.Command(path)
	cmd.Dir, cmd.Env = dir, environment(dir)
	tty, err := pty.Start(cmd)
	if err != nil {
		b.Fatal(err)
	}
	r := bufio.NewReader(tty)
	for drawn := ""; !strings.Contains(drawn, "local:~>"); {
		c, err := r.ReadByte()
		if err != nil {
			b.Fatalf("%v: it drew %q", err, drawn)
		}
		drawn += string(c)
	}
	b.StopTimer()
	cmd.Process.Kill()
	io.Copy(io.Discard, r)
	cmd.Wait()
	tty.Close()
	b.StartTimer()
}

// What starting costs: marsh -c 1+1 beside a Go program that does nothing.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	empty := compiled(b, dir, "package main\n\nfunc main() {}\n")
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
