//go:build race

package syntax

// sparse says that of the cuts of a text only each so many-th is tried: with the race
// detector, which costs ten times as much and finds nothing where there is one goroutine.
const sparse = 10
