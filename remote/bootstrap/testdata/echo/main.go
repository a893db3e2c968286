// Command echo is a stand-in for an agent: it says hello, then gives back what it
// gets.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	fmt.Println("agent", os.Args[1:])
	fmt.Fprintln(os.Stderr, "agent's complaint")
	io.Copy(os.Stdout, os.Stdin)
}
