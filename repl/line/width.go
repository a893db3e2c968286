package line

import (
	"os"

	"golang.org/x/sys/unix"
)

// Width returns the number of columns of the terminal f; 80 where it does not say.
func Width(f *os.File) int {
	w, _ := Size(f)
	return w
}

// Size returns the number of columns and rows of the terminal f; 80 and 24 where it does
// not say.
func Size(f *os.File) (width, height int) { return (&term{in: f, out: f}).size() }

// Cooked reports whether f is a terminal that gives lines to whoever reads it: no program
// takes its keys one by one.
func Cooked(f *os.File) bool {
	modes, err := unix.IoctlGetTermios(int(f.Fd()), getModes)
	return err == nil && modes.Lflag&unix.ICANON != 0
}
