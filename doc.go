// marsh is an operator's shell: one prompt, sessions on other machines over plain
// SSH, background jobs here or there, results as values, Lua as its language. It is
// one static binary and needs nothing on the far side but sshd.
//
// This page is its architecture: what the parts are, who may know whom, how a line
// runs here and elsewhere, how things end, and what was decided on the way.
//
// # One sentence
//
// A Script goes into a Host, Records come out.
//
// The local shell is a Host. A session to Server01 is a Host. A job is a Script
// that runs on Hosts. So the three ways to have a job done on another machine need
// no code of their own:
//
//   - enter-session: the prompt pushes a session on its stack of hosts, and each
//     line typed is a script that runs there;
//   - invoke-command -AsJob: a job of this shell, whose tasks have sessions as
//     hosts;
//   - invoke-command { start-job … }: a script that happens to start a job there.
//
// # The types
//
// They are all in [marsh/jobs], and nothing else is needed to follow the rest.
//
//   - [jobs.Script] is text, with arguments and the values that $using: captured
//     where it was written. Whoever runs it parses it.
//   - [jobs.Record] is one thing written: a value, its stream (output, error,
//     warning…), its time, and the host, which is stamped once, where the record
//     crosses the wire.
//   - [jobs.Value] is a closed set: nil, bool, int64, float64, string, bytes, time,
//     list, ordered map with an optional type name. [jobs.Normalize] makes one when
//     it is written, so that near and far cannot differ.
//   - [jobs.Host] runs a script and hands its records to a [jobs.Sink]. One contract
//     suite, [marsh/jobs/jobstest], runs against the engine and every kind of session.
//   - [jobs.Stream] keeps records until they are received: some in memory, the rest in
//     a [jobs.Store], which is on disk ([marsh/jobs/spool]). What was
//     received is freed; receive-job -Keep looks and takes nothing. Nothing is
//     dropped; when a quota or the disk is full the writer waits, and the job is
//     Blocked, with a Reason that says what is full.
//   - [jobs.Task] is a script on one host, with a [jobs.State]; a [jobs.Job] is the
//     tasks that were started together, and derives its state from theirs
//     ([jobs.RollUp]). A [jobs.Table] is the jobs of one shell.
//   - [jobs.Error] has a [jobs.Kind], a small number that crosses the wire and never
//     changes its meaning, so that errors.Is works on the near side.
//
// # Who may import whom
//
// A test reads these two tables and fails, with the reason, when the code does
// something else. The standard library is open to all. What only tests use is not
// subject to the tables; a package that is "for tests" is imported by tests only.
//
//	package           may import
//	jobs              -
//	jobs/jobstest     jobs (for tests)
//	jobs/spool        jobs
//	shell/proc        -
//	shell/syntax      jobs
//	shell/lua         jobs shell/syntax
//	shell/format      jobs
//	shell/page        shell/format
//	shell/hosts       jobs
//	shell             jobs shell/syntax shell/lua shell/format shell/proc
//	shell/builtin     jobs shell shell/syntax shell/format shell/hosts shell/page
//	remote/wire       jobs
//	remote            jobs remote/wire
//	remote/sshconn    jobs
//	remote/bootstrap  jobs
//	remote/sshtest    remote/sshconn (for tests)
//	repl              jobs shell/syntax shell/format
//	repl/line         repl shell/syntax
//	repl/bars         jobs shell/format
//	examples          -
//	main              everything
//
// Each library has one importer, which hides it: no type of a library is seen
// outside the package that is named here.
//
//	library                                importer
//	github.com/yuin/gopher-lua             shell/lua
//	github.com/yuin/gopher-lua/ast         shell/lua
//	github.com/yuin/gopher-lua/parse       shell/lua shell/syntax/lualib.go
//	github.com/rivo/uniseg                 shell/format
//	github.com/fxamacker/cbor/v2           remote/wire
//	golang.org/x/crypto/ssh                remote/sshconn
//	golang.org/x/crypto/ssh/agent          remote/sshconn
//	golang.org/x/crypto/ssh/knownhosts     remote/sshconn
//	github.com/skeema/knownhosts           remote/sshconn
//	github.com/creack/pty                  remote/sshconn
//	github.com/chzyer/readline             repl/line
//	github.com/vbauerster/mpb/v8           repl/bars
//	github.com/vbauerster/mpb/v8/decor     repl/bars
//	golang.org/x/sys/unix                  any
//
// What the first table says in short: the vocabulary knows nobody; shell and remote
// do not know each other, because [remote.Serve] is handed an engine as a host, and
// the engine is handed a function that connects ([shell.Options]); the prompt knows
// hosts and printers, and neither the engine nor SSH; package main wires.
//
// # How a line runs
//
// The [repl.REPL] asks its [repl.Editor] for lines until they make a whole
// statement, and gives the text to the host on top of its stack. The engine
// ([shell.Engine]) has it turned into plain Lua by [syntax.Compile]: a line that
// begins with the name of a command, a path or a program becomes a call, every other
// line is Lua already, and each line keeps its number. [marsh/shell/lua] parses that
// text, mends the tree where gopher-lua would miscompile it, and runs it. All Lua
// passes that one loader, also what load, dofile and require read.
//
// A command line arrives back in the engine as a [marsh/shell/lua.Pipeline] whose
// words are evaluated. Each stage runs on a goroutine of its own, with bounded
// queues between, but a command that is all of the line and ends at once ([shell.Brief]); commands are structs whose fields are their parameters, declared
// once ([shell.Define]) for binding, help, completion and their Lua name, and listed
// in a plain slice ([builtin.Commands]). Programs are run by [marsh/shell/proc],
// which knows every process that came of them. Records go to the statement's
// [format.Printer], the only place that lays out output, and the one where what
// could drive the terminal is made visible.
//
// Where there is a terminal the printer writes by way of a [bars.Screen], which shows the
// records of the progress stream as bars below all else and takes them away at the end.
//
// An engine runs one script at a time. What runs beside it, a job or a parallel
// task, runs in a fork ([shell.Engine.Fork]) with a Lua state, directory and
// environment of its own, so that nothing in a job changes anything outside.
//
// # How a remote run runs
//
// [sshconn.Pool] connects as the user's own ssh would: ssh_config, keys, agent, passwords,
// known_hosts, jump hosts. [bootstrap.Start] asks the machine, in one command that
// any login shell understands, what it is and whether this very binary is there,
// found by the hash of its content; uploads it if not; and has it started as
// "marsh agent". [remote.NewSession] shakes hands with it on the channel's standard
// input and output, and is a [jobs.Host] from then on.
//
// A connection carries one agent, and the agent carries any number of runs. Each
// has a window of credit, so that a reader who stalls holds up nobody else. The
// format is written down in [marsh/remote/wire]; what comes over it is taken for
// hostile.
//
// # What an agent is
//
// The same engine with another front end: [remote.Serve] in the place of the prompt.
// It runs as the user who logged in, in that user's home. It answers the same
// commands; the prompt's directory, what the Tab key offers and which jobs run are
// scripts as well, run on whichever host is on top.
//
// [sshconn.Server], behind "marsh serve" and "marsh demo", offers the agent as an SSH
// subsystem in its own process, so that nothing is uploaded to it.
//
// # How things end
//
// Every goroutine has an owner that waits for it, and every call that can block
// takes a context. Beyond that:
//
//   - A stopped job's programs get TERM, five seconds, then KILL, the whole tree
//     ([proc.Group]): known by the control group it was made in (cgroup v2), where this
//     process may make any, by descent, by session and process group, and by a tag in
//     their environment, because a program that left its session is still the
//     job's. The process is the subreaper of what it starts. Without control groups
//     there is a way to get away from all that; what may have is named.
//   - Where this process is killed and can do nothing, its watchdog does: one small process
//     ([proc.Watchdog]), started before the first program, in a session of its own. It
//     is told which programs run and reads from a pipe that only this process can write
//     to; when that ends, it ends what is still running, with 3 seconds between TERM and
//     KILL. What a statement left running that is over is left alone.
//   - A link is dead when nothing came for 15 seconds (ServerAliveInterval times
//     ServerAliveCountMax, where ssh_config has them). Every waiter is released with
//     an error of kind [jobs.KindBroken] that names the machine.
//   - A cancel crosses the wire with its grace, and is waited for as long as the other end
//     answers. An agent says goodbye when all it has started is gone.
//   - An agent ends with its link. An SSH server does not end what runs without a
//     terminal when its client is gone, so the agent looks at the end of its input
//     itself and leaves nothing running. Where no end comes, because the network went
//     without a word, ten minutes of silence are one: a client may be asleep.
//   - A temporary connection (invoke-command or enter-session with -ComputerName)
//     ends the jobs that were started over it, and says how many. A session of
//     new-session lasts until remove-session or the end of the shell.
//   - The shell stops its jobs and closes its sessions when it ends, within 15
//     seconds. At a terminal it asks first when jobs are running. Every way out is this
//     one: signals are held until it is over.
//
// # Decisions
//
// Where marsh departs from PowerShell's remote jobs, from Lua, or from what one
// might expect, with the reason.
//
//   - Jobs are listed as Id Name Type State HasMoreData Location Command. Older
//     pages of PowerShell show SessionId for the first column, newer ones Id with
//     more columns; -SessionId is accepted wherever -Id is.
//   - The noun is session; the names with PSSession are aliases. All names are found
//     in any letter case.
//   - get-eventlog "Windows PowerShell" is the shell's own event log, and get-eventlog
//     system is the machine's journal or its files under /var/log: the command line
//     stays the same, the log is the one the machine has.
//   - !line goes to /bin/sh as it stands, for lines that are not worth translating, up to
//     a | that leads to a command of marsh, which no sh could run. A program that ends
//     with a status other than 0 is an error that stops the script, as in Elvish.
//   - $name is the Lua variable name, in command lines and in Lua; $x + 1 and x + 1 are
//     the same. A # begins a comment where a word begins.
//   - No alias hides a program that Linux users have: ls, sort, kill are the programs.
//   - Lua is gopher-lua's, mended: it is in Go, so that the binary stays static, and
//     its known miscompilations are rewritten before they reach it. Random programs
//     are compared with the lua5.1 program.
//   - What nobody has received goes to files that belong to one running shell and end
//     with it ([marsh/jobs/spool]): jobs do not outlive their shell, so that there is
//     nothing to recover, and nothing is synced to the disk. Of a shell that was
//     killed, the next one removes them.
//   - [marsh/jobs/spool] is handed the encoding of records, which is that of
//     [marsh/remote/wire]: main joins them.
//   - What could take the process down from a script is replaced: string.rep and its
//     like are bounded, pattern matching looks at the context, and of scripts that take
//     the memory of the shell the one that grew most is ended: gopher-lua asks its
//     context for Done before each instruction, and there the state measures itself. An
//     assignment far past the end of a table, which fills the gap within one instruction,
//     has to find room first: its place in gopher-lua's table of instructions is ours.
//   - A job that is to harm nobody runs in a process of its own, which is this program as
//     an agent: the session with it is that of a machine far away, over two pipes.
//   - A job costs a tenth of what gopher-lua takes for a state: the tables of its library are
//     shared, its script runs on the main thread, whose room for calls grows with them, and
//     that thread serves the next job when nothing of the first is left on it. This looks
//     into gopher-lua where it keeps things to itself, and does without where they are not
//     as they were.
//   - An error of Lua is explained while its calls are still there, with the names that
//     the source has for the values, and nothing is noted for it while all goes well.
//     Joining strings is a call of ours: bounded, and with Lua's form of numbers.
//   - readline keeps its loop, its buffer and how a line ends; what it reads, what keys do
//     and what it draws is ours, because its own decoder runs half-typed lines, its
//     buffer has no rows and its drawing knows no wide characters.
//   - A statement that is not complete goes on in the same line, which has several rows
//     then: whether it is complete is the host's to say, who knows what its words mean.
//   - What the prompt asks a host (its directory, what a word means, what could stand
//     here) are scripts like all others; they leave $?, $error and the event log alone.
//   - A user's command runs on its stage's goroutine with the Lua state lent to it, and
//     gives the state back while it waits for input, so that a pipeline of such commands
//     streams. In a job it has its captured variables and no globals; what is declared in
//     a fork stays there.
//   - The start-up file is for the prompt alone: scripts and agents do the same wherever
//     they run.
//   - A program that Ctrl-Z has suspended is a job that is Blocked, with a reason: the set
//     of states is closed, and Stopped means ended. A pipeline that has the terminal has a
//     context of its own, and outlives its statement; what was left of that is dropped.
//   - Any other statement that Ctrl-Z leaves goes on, as a job. One engine runs one script
//     at a time, and a script cannot be taken out of its Lua state: so the job keeps the
//     engine, and the prompt gets an heir of that with a copy of the variables, made between
//     two instructions or while Lua waits ([jobs.Detacher], [shell.Shell.Host]).
//   - Such a job holds all that the statement wrote. What was shown counts as received:
//     receive-job gives nothing twice, and receive-job -Keep gives all, as values.
//   - A terminal has three keys that send a signal. While a statement runs and no program
//     has the keyboard, Ctrl-B is that of SIGQUIT, so that nothing typed ahead is read.
//   - Machines are written as cluster tools have it (ranges, differences, groups), and a
//     group may be the outcome of a job: @failed(3).
//   - OpenSSH's "ssh -G" is asked what ssh_config means where it is installed, so that
//     Match and tokens mean what they mean there; elsewhere our own reader is, which a
//     test compares with it. A setting that would change where or whether a connection
//     is made and that is not supported is an error.
//   - Connections to the same machine share one login ([sshconn.Pool]), with an agent
//     each, so that they share no variables and none waits for another's turn.
//   - [marsh/shell/proc] is apart from the engine because processes and their trees are
//     a thing of their own. [marsh/remote/sshconn] and [marsh/remote/bootstrap] import
//     jobs for the kinds of errors, and not remote: main joins them.
//   - [marsh/repl] and its editor import [marsh/shell/syntax] for one thing: to colour
//     what is typed, the parts of a line have to be known ([syntax.Spans]).
//   - What nobody has received of jobs that have ended is no reason to ask at the end of the
//     shell, as nearly every job has some; it is said.
//   - Progress is no part of what a job has written: of each activity its stream keeps the
//     last word, and who waits for the job hands it on, on the progress stream of the
//     command that waits. So it crosses machines like everything else, is shown where the
//     one who waits sits, and is not shown again by a later receive. How many of several
//     hosts or jobs are done is told where a person looks at it ([jobs.Script] says so).
//   - Of mpb one thing is used: it draws the bar in a row. Its loop would own the terminal,
//     beside the prompt and the programs in front.
//   - Help is one source: [marsh/shell/page] lays out the same blocks for a terminal and as
//     the manual page, whether they were written or made from a command's declaration.
//   - [marsh/shell/builtin] imports [marsh/shell/syntax] for one thing: completion has
//     to know which word the cursor is in ([syntax.Words]).
package main
