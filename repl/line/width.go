package line

import "os"

// Width returns the number of columns of the terminal f; 80 where it does not say.
func Width(f *os.File) int {
	w, _ := (&term{in: f, out: f}).size()
	return w
}
