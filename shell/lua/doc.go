// Package lua runs marsh's language once it is plain Lua 5.1, and carries values
// between Lua and the rest of marsh.
//
// Its one idea: all Lua passes one loader. The loader parses, mends the syntax
// tree where gopher-lua is known to miscompile it, remembers the source text of
// every function, and compiles. What a script runs, what load, dofile and require
// read, and a function that arrives from another machine are all loaded there.
//
// A [State] belongs to one goroutine at a time. Its libraries are one read-only
// set shared by all states; what a script changes, it changes in its own state.
package lua
