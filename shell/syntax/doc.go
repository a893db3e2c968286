// Package syntax turns the shell's language into plain Lua 5.1.
//
// Its one idea: a command line is shorthand for a Lua call. Text is read once, by a
// recursive-descent reader of Lua's grammar which copies what is Lua and replaces the
// rest in place, so that a line of the source is the same line of the Lua text. Only
// where a statement can begin does it ask whether a command line stands there.
//
// # What is decided here
//
// A statement at the start of a line, or after ; then do else repeat { and a
// function's parameters, is a command line when its first word
//
//   - is ! (the rest goes to /bin/sh),
//   - is a path: ./x ../x /x ~/x,
//   - is a command, in any letter case, or else a program whose name is no variable (a
//     table or function of Lua's library is none, a local or a global that is set is);
//     unless ( [ or , follows directly, or a single or double = follows after blanks.
//     A . or : that follows directly is part of the word, so date.x is no command.
//
// The right side of an assignment to a $variable, or of local with one name, is read
// by the same rules, but a name without a dash which is a variable stays one. After a
// plain name, and after return, only what cannot be Lua begins a command line: a
// command with a dash in its name, a path, or !.
//
// A Lua expression goes on in the next line as Lua has it, with three exceptions that
// Lua could not read or would compute nonsense from: a line that begins with ../ or
// ./, one that begins with / and is an executable, and one that begins with (. A line
// that begins with = shows its expressions, unless the line before it is a place that
// can be assigned to and is not written with $.
//
// After an operator, a bracket, a keyword or a comma of a Lua expression # is the
// length of what follows (x = #t, if #t > 2 then), after return when that follows
// directly and in the same line (return #t). A block that begins with # and closes on
// that line is one expression ({ #it > 2 }): as a comment the # would hide the }. Every
// other # at the start of a statement begins a comment; =#t shows a length there. Kept
// as text such a block gets that = before it.
//
// A single $variable = with several values takes them as a list, as commas make one on
// a command line: $hosts = "a", "b" is hosts = {"a", "b"}. With several variables, and
// for names without $, it is Lua's assignment, which drops values left over.
//
// A line that begins with ! goes to /bin/sh as it stands, up to a | outside quotes and
// brackets that leads to a command of marsh: one with a dash in its name, or one of
// whose name there is no program (where, foreach, select). There marsh's pipeline goes
// on.
//
// The words end, else, elseif and until close a Lua block that was opened on the line
// of the command (for i = 1, 3 do start-job {…} end); quoted they are text. An end is
// Lua's only where nothing, a ; a bracket or another such word follows.
//
// ( ) around a command line is its value, in Lua too where the command has a dash in its
// name, or is a path or a line for sh: (get-job | measure-object).Count.
//
// An & behind which no word goes on ends a command line, which is then a job; another
// statement may follow: a & b. Else it is text: http://x?a=1&b=2.
//
// Strings in Lua are Lua's, also one that is a whole statement: "$x" alone shows $x. A
// long string [[…]] stands in Lua and in ( ), as a word [[ is text. The "…" and '…' of a
// command line may have several lines, those of Lua may not.
//
// A block begins on the line of its command. A line does not begin with |. Behind a | at
// the end of a line comments with # and with -- may stand; within a command line -- is a
// word. A backtick goes on with the next line also with blanks behind it.
//
// Redirections stand behind the command, in any place among its words, with no blank
// before their number's > or behind >&; they are made from left to right, as in sh.
//
// Names are written with the letters a to z, digits and _. Words, strings and comments
// may have any character. Line ends may be CR LF, and a byte order mark may stand first.
//
// A line that is one name which nobody knows is refused at once, even if the next line
// could make Lua of it, as = 5 would: a mistyped command must not wait for that.
//
// A Lua expression may be the first stage of a pipeline ($job | stop-job): its value
// is written to the next one by write-output. So may a line =expr.
//
// In "…" a backtick or a backslash before " $ ` and (backslash only) \ takes away its
// meaning; every other backslash is itself. In a bare word a backtick takes away the
// meaning of any character, a backslash that of a blank and of ; | & < > ( ) { } " '
// ` $ # and the comma.
//
// A line whose first word nobody knows is an error of one line. What other shells and
// languages write instead of Lua is refused with what to write, where it can be told.
//
// A block takes along the values of the $using: forms in it. Those that stand in a
// block within it may be missing: they may be set there.
//
// Blocks that run elsewhere are kept as text. To find where they end they are read
// leniently: the commands and variables over there are not known here.
//
// # Colours
//
// [Spans] runs the same reader, which records the parts it recognises. A text that is
// wrong is read a second time, stepping over each statement that is, so that one mistake
// costs the colours of one statement.
package syntax
