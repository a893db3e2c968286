// Package line is the line editor on a terminal: a [repl.Editor] on
// chzyer/readline v1.5.1.
//
// Its one idea: the library keeps its loop, its buffer and its editing commands,
// while what it reads and what it draws is ours. Between the terminal and the
// library stand
//
//   - a [decoder] in the place of its standard input, which makes one rune of each
//     key, of each paste, and of what must not reach the library at all (its keys
//     NUL, Delete, Ctrl-Z, Tab, Ctrl-R and the escape sequences do harm);
//   - a filter and a listener, which carry out the keys that are ours;
//   - a [screen] in the place of its standard output: the library is told that the
//     terminal is a million columns wide and paints a mark, and where the mark
//     comes by, the screen draws the line as it should look.
//
// So an announcement or a resize can draw at any time without asking the library,
// which has no lock that covers it. The terminal is raw only while a line is
// read, and one byte is read at a time: what was typed ahead stays in the terminal
// for the program that runs next.
package line
