package shell

import (
	"cmp"
	"context"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	"marsh/jobs"
	"marsh/shell/lua"
	"marsh/shell/proc"
)

// Session is a persistent or temporary connection to another machine, as the
// engine sees it.
type Session interface {
	jobs.Host
	// Close ends the session and everything it started there.
	Close() error
	// Done returns a channel that is closed when the session has ended; Err then
	// says why.
	Done() <-chan struct{}
	Err() error
	// State is Opened, Disconnected, Broken or Closed.
	State() string
	// Busy reports whether something runs on it.
	Busy() bool
}

// Front is the prompt, where there is one.
type Front interface {
	// Enter makes h the host of what is typed next. leave is called when it is left,
	// and returns a line to show, or "".
	Enter(h jobs.Host, leave func(ctx context.Context) string) error
	// History returns what was typed, oldest first, as Maps of type HistoryEntry: Id,
	// CommandLine, Status, StartTime, EndTime, Duration in seconds, ComputerName.
	// ForgetHistory removes the entries with these numbers, all where none is given. They
	// fail where nobody types.
	History() ([]*jobs.Map, error)
	ForgetHistory(ctx context.Context, ids ...int) error
	// RunNext has text run as if it were typed, when the line that runs now has ended.
	RunNext(text string) error
}

// Options is what a Shell is made of. All of it is optional but Commands.
type Options struct {
	Commands *CommandSet
	// Connect opens a connection to a machine.
	Connect func(ctx context.Context, t jobs.Target) (Session, error)
	// Isolate starts a process of its own for a job, and returns the session with it; nil
	// where there are none. Closing the session ends the process, with all that came of it.
	Isolate func(ctx context.Context, i Isolation) (Session, error)
	// MemoryLimit is what the option of that name is where nobody sets it, in bytes; 0 is
	// its default.
	MemoryLimit int64
	// Hosts lists the machines whose names the user has somewhere, for completion; nil
	// knows none.
	Hosts func() []KnownHost
	// Notify tells the operator something that no command said, such as the end of a
	// job.
	Notify func(text string)
	// Front is the prompt; nil in scripts and agents.
	Front Front
	// Events is the shell's event log.
	Events *EventLog
	// Groups is the file with the groups of machines; "" has none.
	Groups string
	// LogRoot is where the machine's log files are: "/var/log" where empty.
	LogRoot string
	// Stdin is what a program at the head of a pipeline reads; nil is /dev/null.
	Stdin *os.File
	// Terminal is the terminal that a program may have; nil where there is none.
	Terminal *os.File
	// Lend is told when a program is about to have the keyboard of that, and when it has
	// it no more; nil does not want to know.
	Lend func(program bool)
	// Tag marks the processes that are started, see package proc; "" makes one up.
	Tag string
	// Watchdog ends the programs when this process is killed; nil where nothing does.
	// The shell closes it.
	Watchdog *proc.Watchdog
	// Dir is the directory to begin in; "" is this process's.
	Dir string
	// Spool is where jobs' results go that memory has no room for; nil keeps them in
	// memory, up to a bound. The Shell closes it.
	Spool Spool
	// Agent says that this shell serves a connection: nothing it started may be left
	// when it ends.
	Agent bool
}

// Shell is what the engines of one process share: commands, jobs, sessions.
type Shell struct {
	Options
	Jobs     *jobs.Table
	Sessions *Sessions
	Settings *Settings

	root     atomic.Pointer[Engine]
	instance string       // its InstanceID in the event log
	ends     ends         // the jobs that ended while a statement runs
	watched  watched      // the sessions that may break
	memory   *memory      // bounds what the scripts hold
	compiled lua.Cache    // what its engines have compiled
	unlogged sync.Once    // tells the operator that the event log cannot be written
	tags     atomic.Int64 // how many tags there are, see newTag
	fronts   fronts       // the programs at the terminal that were suspended
}

// New makes a shell, whose commands can be added to, with an engine that begins in the
// current directory and environment. Close it.
func New(o Options) *Shell {
	if o.Tag == "" {
		o.Tag = proc.NewTag()
	}
	if o.LogRoot == "" {
		o.LogRoot = "/var/log"
	}
	o.Commands = o.Commands.fork()
	s := &Shell{Options: o, Sessions: newSessions(), Settings: &Settings{}, instance: jobs.NewInstanceID()}
	s.watched.over = make(chan struct{})
	s.memory = newMemory(s.memoryLimit, s.memoryHint())
	s.Jobs = jobs.NewTable(s.jobEnded, s.keep())
	s.root.Store(newEngine(s))
	s.logLife(ShellBegan)
	return s
}

// newTag returns a tag for what belongs together: the prompt's processes, or a job's.
func (s *Shell) newTag() string { return s.Tag + "/" + strconv.FormatInt(s.tags.Add(1), 10) }

// Engine returns the engine that runs what is typed: another one when a statement has
// become a job, see [Shell.Host].
func (s *Shell) Engine() *Engine { return s.root.Load() }

// Close stops the jobs, removes what they keep on disk, closes the sessions and, in an
// agent, ends every process that was started. It returns when that is done, or ctx ends.
func (s *Shell) Close(ctx context.Context) error {
	err := s.Jobs.Close(ctx)
	if s.Spool != nil {
		err = both(err, s.Spool.Close(ctx))
	}
	s.Sessions.closeAll()
	s.watched.close()
	s.Engine().close()
	s.memory.close()
	if s.Agent {
		kerr := s.Watchdog.NewGroup(s.Tag).Close(ctx, proc.DefaultGrace)
		err = both(err, kerr)
		if kerr == nil {
			s.Watchdog.Forget(s.Tag)
		}
	}
	s.Watchdog.Close()
	s.logLife(ShellEnded)
	s.tellUnlogged(s.Events.Flush(ctx))
	return err
}

// both returns what two errors say, in one line, with the kind of the first.
func both(a, b error) error {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	return jobs.Errorf(jobs.AsError(a).Kind, "%w; %w", a, b)
}

// jobEnded tells the operator that a job has ended.
func (s *Shell) jobEnded(j *jobs.Job) {
	if !s.fronts.drop(j) && s.Notify != nil { // who had the program in front of him knows
		s.ends.add(j, s.announce)
	}
}

// announce tells the operator that a job has ended, unless he waited for it.
func (s *Shell) announce(j *jobs.Job) {
	if !j.Attended() {
		s.notify(endLine(j))
	}
}

// notify tells the operator something that no command said.
func (s *Shell) notify(text string) {
	if s.Notify != nil {
		s.Notify(text)
	}
}
