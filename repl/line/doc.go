// Package line is the line editor on a terminal: a [repl.Editor] on
// chzyer/readline v1.5.1.
//
// Its one idea: the library keeps its loop, its buffer, and how a line ends, while
// what it reads, what keys do and what it draws is ours. Between the terminal and
// the library stand
//
//   - a [decoder] in the place of its standard input, which makes one rune of each
//     key, of the characters that are there, of each paste, and of what is no key at
//     all, such as a completion that has come;
//   - a filter and a listener, which note the key and carry it out on a [reading],
//     and tell the library what its buffer is now;
//   - a [screen] in the place of its standard output: the library is told that the
//     terminal is a million columns wide and paints a mark, and where the mark
//     comes by, the screen draws the line as it should look.
//
// So an announcement or a resize can draw at any time without asking the library,
// which has no lock that covers it. The terminal is raw only while a line is
// read, and of what is typed no more is read than belongs to the line: what was typed
// ahead stays in the terminal for the program that runs next.
//
// # A key
//
// [decoder.key] names it, [Editor.filter] hands it to [Editor.apply] by way of the
// library, which calls [reading.press]: a search or a menu that is open takes it, or
// else the table of commands has what it does to the [buffer]. [reading.changed]
// draws the conclusions, for undo and for what was asked. Then [reading.view] says
// what is to be seen, and the library's mark makes the screen draw it: [screen.compose]
// makes a [frame] of the view, and [frame.after] writes what is different from the
// frame that stands there.
//
// # Who owns what
//
// A reading belongs to the library's goroutine, and lasts for one line. A view is
// never changed once it is made, and a buffer's text neither, so that the screen and
// the undo list can keep them. Completions are found by an [asker] on a goroutine
// that ReadLine waits for; its answer comes back as a key.
package line
