//go:build race

package main

// The tests build the program as they were built themselves.
const raceDetector = true
