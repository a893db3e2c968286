//go:build !race

package syntax

// sparse says that all cuts of a text are tried.
const sparse = 1
