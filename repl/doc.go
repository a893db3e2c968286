// Package repl is marsh's loop at the prompt: read a statement, run it on the
// host on top, show what came out.
//
// Its one idea is a stack of hosts. The shell itself is at the bottom; entering a
// session pushes its host, and every line typed is a [jobs.Script] run on whichever
// host is on top. The loop knows nothing else about the machine it talks to: the
// prompt's directory, what the Tab key offers and which jobs still run are scripts
// too, run on the same host.
//
// These commands are asked for by name. All but the last are the prompt's own, and
// leave $?, $LASTEXITCODE and $error as they are; those marked * are asked of this
// machine, the others of the host on top:
//
//	leave-info                     the jobs that the end of the shell stops; then a map {Running,
//	                               Names, Unread, UnreadNames}: how many they are and who, and the
//	                               same of those that have ended with results nobody has received
//	prompt-info                    a map {Dir, Running}: the directory as it is shown, and the number of running jobs
//	complete-line LINE CURSOR      maps {Text, Start, Show, Help}: offsets are bytes; Text replaces Start to CURSOR
//	word-meaning WORDS             a map {Meanings}: what words are that stand at the start of statements
//	statement-end TEXT LINES       a map {End}: the line in which a statement ends, which its first LINES lines do not
//	prompt-text SESSIONS DIR *     a map {Text} or {Error}: what the user's function prompt returns; nothing without one
//	edit-text TEXT *               TEXT as the user's own editor left it
//	get-job -state …               the jobs that leaving the shell would stop
//
// What words mean is asked while a line is read, on a goroutine of the REPL's, and
// forgotten when a statement has run. A statement that is unfinished goes on: on a
// terminal as one line of several rows, elsewhere with lines that are read ahead, so
// that a block is not parsed once for each of its lines.
//
// An [Editor] is where lines come from: package repl/line on a terminal, [Plain]
// for a pipe or file, [Echo] for a walk-through that is played.
package repl
