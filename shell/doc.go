// Package shell is the engine that runs marsh's language: an [Engine] is a
// [jobs.Host]. Its one idea: an engine runs one script at a time, and parallel work
// forks it.
//
// A forked engine has its own Lua state, directory and environment; the command
// table, the jobs and the sessions are shared by all engines of one [Shell]. A
// command line is a [lua.Pipeline] when it comes here: its words are evaluated.
// Each of its stages runs on a goroutine of its own, values flow between them
// through bounded queues, and a block that must see the variables around it is
// called back on the goroutine that owns the Lua state.
//
// The package knows nothing of connections: it is handed a function that makes
// them.
package shell
