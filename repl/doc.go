// Package repl is marsh's loop at the prompt: read a statement, run it on the
// host on top, show what came out.
//
// Its one idea is a stack of hosts. The shell itself is at the bottom; entering a
// session pushes its host, and every line typed is a [jobs.Script] run on whichever
// host is on top. The loop knows nothing else about the machine it talks to: the
// prompt's directory, what the Tab key offers and which jobs still run are scripts
// too, run on the same host.
//
// Three commands are asked for by name; the last one is the user's own:
//
//	prompt-info                    a map {Dir, Running}: the directory as it is shown, and the number of running jobs
//	complete-line LINE CURSOR      maps {Text, Start, Help}: offsets are bytes; Text replaces Start to CURSOR
//	get-job -state Running         the jobs that leaving the shell would stop
//
// An [Editor] is where lines come from: package repl/line on a terminal, [Plain]
// for a pipe or file, [Echo] for a walk-through that is played.
package repl
