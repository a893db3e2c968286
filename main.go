package main

import (
	"context"
	"os"
)

func main() {
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, self: self()}
	os.Exit(p.run(context.Background(), os.Args[1:]))
}
