// Package jobs is marsh's vocabulary and its job engine: a [Script] goes into a
// [Host], [Record]s come out.
//
// Everything marsh does is said in these words. The shell's engine is a Host, a
// session to another machine is a Host, and a [Job] is a Script running on one
// Host or many. A [Value] is what a Record carries: a closed set of types, so that
// what is near and what crossed a wire cannot differ.
//
// The package uses the standard library only. Nothing in it knows of Lua, of SSH
// or of terminals.
package jobs
