package shell

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"marsh/jobs"
	"marsh/shell/lua"
	"marsh/shell/syntax"
)

// maxErrors is how many of the latest errors $error keeps.
const maxErrors = 256

// Engine runs scripts, one at a time, on this machine. It implements [jobs.Host].
type Engine struct {
	Shell *Shell

	commands *CommandSet // those of the shell, or of a fork; what is declared in a fork stays there

	tag   string        // of the processes it starts, but for those of a statement, see mark
	apart chan struct{} // closed when its statement has become a job, and another engine is the prompt's; nil for an engine that is never that
	state *lua.State    // belongs to whoever has the turn; nil in a fork that has not begun
	turn  chan struct{} // holds one token while a script runs
	calls chan call     // to be run by the goroutine that has the turn

	waiting  []call                  // those that have to wait for a block below them; belongs to whoever has the turn
	sink     jobs.Sink               // of the running script; belongs to whoever has the turn
	lent     *loan                   // who runs Lua instead of who has the turn, the innermost; nil for nobody; likewise
	terminal bool                    // the running script was typed at a terminal; likewise
	watched  bool                    // a person looks at what the running script writes; likewise
	drop     context.CancelCauseFunc // ends the running script; likewise
	untold   bool                    // it began with a blank: it is kept out of the history, and so is what it starts out of the log; likewise
	asked    bool                    // the command that ran last was a question of the prompt's own; likewise
	top      *run                    // the pipeline that the script itself waits for; nil for none; likewise

	mu     sync.Mutex
	dir    string    // guarded by mu
	oldDir string    // the one before, for cd -; guarded by mu
	env    []string  // NAME=value; never changed in place; guarded by mu
	errs   jobs.List // $error, latest first; guarded by mu
	failed bool      // the last command did, for $?; guarded by mu
	noted  error     // the one that $error got last; guarded by mu
	within string    // the tag of the statement that runs, below tag; "" for none; guarded by mu

	lastStatus atomic.Int64   // $LASTEXITCODE
	programs   *atomic.Int64  // how many programs and statements it and its forks have run
	begun      *atomic.Uint64 // the Moment that the first of them was started
	job        *atomic.Bool   // it and its forks belong to a job
	left       *leftover      // of those that were stopped, and have not ended
}

var _ jobs.Host = (*Engine)(nil)

// blankEngine makes an engine that has no commands, directory, environment and state.
func blankEngine(s *Shell) *Engine {
	return &Engine{
		Shell: s, tag: s.newTag(), programs: new(atomic.Int64), begun: new(atomic.Uint64), job: new(atomic.Bool), left: new(leftover),
		turn: make(chan struct{}, 1), calls: make(chan call),
	}
}

// newEngine makes an engine in the process's directory and environment. Its tag is
// beside those of the forks: what it stops is its own.
func newEngine(s *Shell) *Engine {
	dir := s.Dir
	if dir == "" {
		dir, _ = os.Getwd()
	}
	e := blankEngine(s)
	e.commands, e.dir, e.env, e.apart = s.Commands, dir, os.Environ(), make(chan struct{})
	e.state = lua.New(e.luaOptions())
	return e
}

// Fork makes an engine for parallel work on e's behalf, in the same directory and
// environment, with no variables, or with a copy of e's. What it starts is e's too.
// The copy is made at a moment when no Lua of e's runs; Fork waits for that, until
// ctx ends. Close the fork.
func (e *Engine) Fork(ctx context.Context, variables bool) (*Engine, error) {
	f := e.fork()
	f.tag, f.programs, f.begun, f.left, f.job = e.mark(), e.programs, e.begun, e.left, e.job
	return f, e.fill(ctx, f, variables)
}

// fill gives the fork f its Lua state.
func (e *Engine) fill(ctx context.Context, f *Engine, variables bool) error {
	if !variables {
		f.state = lua.New(f.luaOptions())
		return nil
	}
	var err error
	copyState := func() { f.state, err = e.state.Fork(f.luaOptions()) }
	select {
	case e.turn <- struct{}{}:
		copyState()
		<-e.turn
	default:
		if werr := e.onOwnerOrTurn(ctx, copyState); werr != nil {
			return werr
		}
	}
	return err
}

// fork makes an engine in the same directory and environment for something that is
// not e's: a job.
func (e *Engine) fork() *Engine {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := blankEngine(e.Shell)
	f.commands, f.dir, f.env = e.commands.fork(), e.dir, slices.Clip(e.env)
	f.job.Store(true)
	return f
}

// Commands returns the commands that the engine knows, with those that the user has
// declared.
func (e *Engine) Commands() *CommandSet { return e.commands }

// close ends the shell's own engine; nothing runs on it any more.
func (e *Engine) close() { e.state.Close() }

// Close ends a fork. Nothing may run on it any more.
func (e *Engine) Close() {
	if e.state != nil {
		e.state.Recycle()
	}
}

// Name returns "localhost": an engine is its own machine.
func (e *Engine) Name() string { return "localhost" }

// busyNotice is after how long a script that waits for its turn says so.
const busyNotice = time.Second

// Run runs a script: in turn with others, sharing the engine's variables, or
// beside them in a fork with a copy of the variables. See [jobs.Host].
//
// A panic is a failure of the script.
func (e *Engine) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	return jobs.Guard(func() error { return e.runScript(ctx, s, out) })
}

func (e *Engine) runScript(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	if s.Beside {
		return e.runBeside(ctx, s, out)
	}
	if err := e.takeTurn(ctx, out); err != nil {
		return err
	}
	prompts := e == e.Shell.Engine()
	if prompts {
		defer e.Shell.ends.statement(e.Shell.announce)() // also when it goes on as a job
	}
	if d := jobs.DetacherOf(ctx); d != nil && s.Terminal && prompts {
		return e.statement(ctx, s, out).follow(ctx, d)
	}
	defer func() { <-e.turn }()
	return e.runInTurn(ctx, s, out)
}

// runInTurn runs a script on the goroutine that has the turn.
func (e *Engine) runInTurn(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	ctx, e.drop = context.WithCancelCause(ctx)
	defer e.drop(nil)
	word, _, _ := strings.Cut(s.Text, " ")
	e.untold = strings.HasPrefix(s.Text, " ")
	e.sink, e.terminal, e.watched, e.asked = out, s.Terminal, s.Terminal, e.Shell.Commands.Lookup(word).question()
	defer func() { e.sink, e.terminal, e.watched = nil, false, false }()
	err := e.state.Run(ctx, s)
	if err == nil {
		return nil
	}
	failure := jobs.AsError(err)
	if cause := context.Cause(ctx); cause != nil && failure.Kind != jobs.KindExit {
		failure = jobs.AsError(cause)
		if left := e.left.take(); left != nil {
			failure = left
		}
	}
	if !e.asked && failure != jobs.ErrSuspended && failure.Kind != jobs.KindDetached {
		e.noteFailure(failure)
	}
	return failure
}

func (e *Engine) runBeside(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	f := e.fork() // what it starts is its own: all of it ends when it is stopped
	f.tag = e.tag + "/" + jobs.NewInstanceID()
	if err := e.fill(ctx, f, true); err != nil {
		return err
	}
	defer f.endTask()
	s.Beside = false
	return taskHost{f, f}.Run(ctx, s, out)
}

// takeTurn waits until no other script runs, and says so when that takes long.
func (e *Engine) takeTurn(ctx context.Context, out jobs.Sink) error {
	select {
	case e.turn <- struct{}{}:
		return e.stillHere()
	default:
	}
	notice := time.NewTimer(busyNotice)
	defer notice.Stop()
	for {
		select {
		case e.turn <- struct{}{}:
			return e.stillHere()
		case <-e.apart:
			return errApart
		case <-notice.C:
			warning := jobs.Record{Time: time.Now(), Stream: jobs.Warning, Value: "the session is busy with another command; waiting for its turn"}
			if err := out.Write(ctx, warning); err != nil {
				return err
			}
		case <-ctx.Done():
			return jobs.AsError(context.Cause(ctx))
		}
	}
}

// errApart says that the engine's statement has become a job, and that another engine
// has taken its place at the prompt.
var errApart = jobs.Errorf(jobs.KindState, "what runs here has become a job")

// stillHere gives the turn back, with an error, where the engine is not the prompt's any
// more.
func (e *Engine) stillHere() error {
	select {
	case <-e.apart:
		<-e.turn
		return errApart
	default:
		return nil
	}
}

// evalBlock runs a block that is not compiled in place: in a fork with a copy of
// the variables.
func (e *Engine) evalBlock(ctx context.Context, b *Block, args jobs.List, out jobs.Sink) error {
	s, err := b.Script(args)
	if err != nil {
		return err
	}
	f, err := e.Fork(ctx, true)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.setIt(args); err != nil {
		return err
	}
	return f.Run(ctx, s, out)
}

// setIt makes the first argument of a block the variables it and $_, as where a block
// is compiled in place.
func (e *Engine) setIt(args jobs.List) error {
	if len(args) == 0 {
		return nil
	}
	return errors.Join(e.state.SetGlobal("it", args[0]), e.state.SetGlobal("_", args[0]))
}

// RunBlock runs a block in a fork of the engine and writes what it writes to out.
func (e *Engine) RunBlock(ctx context.Context, s jobs.Script, variables bool, out jobs.Sink) error {
	f, err := e.Fork(ctx, variables)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Run(ctx, s, out)
}

// Failed reports whether the last command failed, as $? says.
func (e *Engine) Failed() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failed
}

// noteError puts an error in front of $error.
func (e *Engine) noteError(m *jobs.Map) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.errs = append(jobs.List{m}, e.errs...)
	if len(e.errs) > maxErrors {
		e.errs = e.errs[:maxErrors]
	}
}

// noteFailure puts the error that ended a command or a script in front of $error,
// unless it has it from the command already.
func (e *Engine) noteFailure(err error) {
	e.mu.Lock()
	noted := e.noted == err
	e.noted = err
	e.mu.Unlock()
	if !noted {
		e.noteError(jobs.ErrorValue(err))
	}
}

// luaOptions hands the Lua state what it needs of the engine.
func (e *Engine) luaOptions() lua.Options {
	return lua.Options{
		Resolver: resolver{e},
		Cache:    &e.Shell.compiled,
		Exec:     e.exec,
		Write:    e.write,
		Live:     e.live,
		Special:  e.special,
		Getenv:   e.Getenv,
		Setenv:   e.setenv,
		Dir:      e.Dir,
		Environ:  e.Environ,
		Watch:    e.Shell.memory.watch,
		Room:     e.Shell.memory.room,
		Start:    e.startPipe,
		Wait:     e.wait,
		Commands: func() []string {
			all := e.commands.All()
			names := make([]string, len(all))
			for i, c := range all {
				names[i] = c.Name
			}
			return names
		},
	}
}

// live lets a job or session of this shell be looked at again.
func (e *Engine) live(m *jobs.Map) func() *jobs.Map {
	id := m.String("InstanceId")
	switch m.Type {
	case jobs.TypeJob:
		base, _, _ := strings.Cut(id, ".")
		if j := e.Shell.Jobs.FindInstance(base); j != nil {
			return func() *jobs.Map { return jobNow(j, id) }
		}
	case jobs.TypeSession:
		if h := e.Shell.Sessions.byInstance(id); h != nil {
			return h.Value
		}
	}
	return nil
}

// jobNow returns the job, or the child that id names, as it is now.
func jobNow(j *jobs.Job, id string) *jobs.Map {
	if _, child, ok := strings.Cut(id, "."); ok {
		if n, err := strconv.Atoi(child); err == nil && n >= 1 && n <= len(j.Tasks()) {
			return j.Tasks()[n-1].Value()
		}
	}
	return j.Value()
}

// special gives the value of $?, $LASTEXITCODE and $error.
func (e *Engine) special(name string) jobs.Value {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch strings.ToLower(name) {
	case "?":
		return !e.failed
	case "lastexitcode":
		return e.lastStatus.Load()
	case "error":
		return slices.Clone(e.errs)
	}
	return nil
}

// resolver tells the language what words mean here.
type resolver struct{ e *Engine }

// Command finds a command.
func (r resolver) Command(name string) (syntax.CommandInfo, bool) {
	return r.e.commands.Command(name)
}

// Program reports whether word is a program of this machine.
func (r resolver) Program(word string) bool {
	_, err := r.e.lookProgram(word)
	return err == nil
}

// Variable reports whether a Lua global of that name is set.
func (r resolver) Variable(name string) bool { return r.e.state != nil && r.e.state.HasGlobal(name) }

// Library reports whether Lua's library has that name.
func (r resolver) Library(name string) bool { return r.e.state != nil && r.e.state.HasLibrary(name) }

// Suggest returns the command that an unknown word was probably meant to be.
func (r resolver) Suggest(name string) string { return r.e.commands.Suggest(name) }
