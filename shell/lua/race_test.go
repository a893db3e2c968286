//go:build race

package lua

// raceDetector makes a program cost ten times as much, and finds nothing in it: a state
// belongs to one goroutine.
const raceDetector = true
