package shell

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"marsh/jobs"
	"marsh/shell/lua"
	"marsh/shell/proc"
)

// run is one pipeline, running.
type run struct {
	e       *Engine
	ctx     context.Context
	p       *lua.Pipeline
	stages  []*stageRun
	tty     *proc.Foreground              // the terminal, where the last programs have it; else nil
	ahead   *ahead                        // the stages before those; nil where tty is, and before it runs
	out     jobs.Sink                     // of the last stage
	rest    jobs.Sink                     // of all other streams
	watched bool                          // a person looks at what the script writes
	waits   atomic.Pointer[func() string] // what is told when it is left, where it only waits for jobs; else nil
	collect *collector                    // where the values are wanted; else nil
	busy    int                           // the last stage of which a block is underway; -1 for none; belongs to whoever has the turn
}

// stageRun is one stage of it.
type stageRun struct {
	spec   *lua.Stage
	ctx    context.Context // the stage is to end when it does; set when it starts
	cmd    *Command        // and
	runner Runner          // its parameters, where the stage is a command
	common common
	prog   *program         // where it is a program
	tty    *proc.Foreground // the terminal, where the program has it; else nil

	in     *input      // from the stage before; nil at the head, and where a pipe joins two programs
	next   *input      // to the stage after; nil likewise
	to     *router     // where the streams go
	files  []*fileSink // opened by redirections
	failed atomic.Bool // it reported an error
	err    error       // how it ended

	here    bool // it runs on the goroutine that has the turn
	started bool // the program did
	status  int  // the program's exit status
}

// exec runs a pipeline: the language hands every command line here, with its words
// evaluated, on the goroutine that runs the state.
func (e *Engine) exec(ctx context.Context, p *lua.Pipeline) ([]jobs.Value, error) {
	if p.Background {
		return e.execBackground(ctx, p)
	}
	r, err := e.prepare(ctx, p)
	if err == nil {
		err = e.runTop(r)
	}
	err = r.atPlace(err)
	if e.asked = r.byThePrompt(); !e.asked {
		e.mu.Lock()
		e.failed = err != nil && !errors.Is(err, jobs.KindDetached) || r.anyFailed()
		e.mu.Unlock()
	}
	if err != nil && !e.asked && ctx.Err() == nil && !isExit(err) {
		e.noteFailure(err)
	}
	if err != nil || r.collect == nil {
		return nil, err
	}
	return r.collect.values, nil
}

// runTop runs a pipeline, and notes it where no other one waits for it.
func (e *Engine) runTop(r *run) error {
	if e.top == nil {
		e.top = r
		defer func() { e.top = nil }()
	}
	return r.run()
}

// prepare binds every stage and connects them. Nothing runs, and no file is
// touched, before all of them are bound.
func (e *Engine) prepare(ctx context.Context, p *lua.Pipeline) (*run, error) {
	r := &run{e: e, ctx: ctx, p: p, rest: e.sink, out: e.sink, watched: e.watched, busy: -1}
	if p.Capture {
		r.collect = &collector{rest: e.sink}
		r.out = r.collect
	}
	for i := range p.Stages {
		s := &stageRun{spec: &p.Stages[i]}
		r.stages = append(r.stages, s)
		if err := r.bind(s); err != nil {
			return r, err
		}
	}
	r.chooseTerminal()
	return r, r.connect()
}

// bind finds what the stage runs and binds its arguments.
func (r *run) bind(s *stageRun) (err error) {
	if s.spec.Kind != lua.Command {
		return r.bindProgram(s)
	}
	s.cmd = r.e.commands.Lookup(s.spec.Name)
	if s.cmd == nil {
		return r.e.commands.unknownCommand(s.spec.Name)
	}
	s.runner, s.common, err = bind(s.cmd, s.spec.Args)
	return err
}

// connect joins the stages with queues, two programs with a pipe of the system, and
// opens the files of redirections.
func (r *run) connect() (err error) {
	defer func() {
		if err != nil {
			r.release()
		}
	}()
	for i, s := range r.stages {
		out := r.out
		if i+1 < len(r.stages) {
			next := r.stages[i+1]
			if s.prog != nil && next.prog != nil && !redirects(s.spec.Redirs, jobs.Output) {
				if err := joinPrograms(s.prog, next.prog); err != nil {
					return err
				}
			} else {
				s.next = newInput(s.pipeDepth())
				next.in = s.next
				out = s.next
			}
		}
		s.to = newRouter(out, r.rest)
		if s.files, err = r.e.redirect(s.to, s.spec.Redirs); err != nil {
			return err
		}
	}
	return nil
}

// pipeDepth returns how many records may wait between the stage and the next.
func (s *stageRun) pipeDepth() int {
	if s.cmd != nil && s.cmd.Handover {
		return 0
	}
	return pipeDepth
}

// redirects reports whether the stream is redirected. Another one that joins it
// (2>&1) changes nothing for it: a program writes both to one pipe.
func redirects(redirs []lua.Redir, k jobs.StreamKind) bool {
	return slices.ContainsFunc(redirs, func(rd lua.Redir) bool { return rd.From == 0 || rd.From == int(k) })
}

// release gives back what prepare took and run will not use.
func (r *run) release() {
	for _, s := range r.stages {
		closeAll(s.files)
		if s.prog != nil {
			s.prog.closeEnds()
		}
	}
}

// run runs the stages to the end, each on a goroutine of its own, while this one
// answers calls of blocks that belong to the Lua state.
func (r *run) run() error {
	if r.tty != nil {
		return r.runInFront()
	}
	if r.brief() {
		return r.runHere()
	}
	return r.e.serve(r.start())
}

// start starts the stages; the channel gives how they ended.
func (r *run) start() <-chan error {
	done := make(chan error, 1)
	var running atomic.Int64
	running.Store(int64(len(r.stages)))
	for i, s := range r.stages {
		ended := r.begin(s)
		go func() {
			r.runStage(i, s)
			ended()
			if running.Add(-1) == 0 {
				done <- r.outcome()
			}
		}()
	}
	return done
}

// begin gives the stage its context. done is to be called when it has ended.
func (r *run) begin(s *stageRun) (done func()) {
	if r.tty == nil || s.tty != nil {
		s.ctx = r.ctx
		return func() {}
	}
	s.ctx = r.ahead.ctx
	return r.ahead.begin()
}

// runStage runs one stage and tells its neighbours that it has ended.
func (r *run) runStage(i int, s *stageRun) {
	if s.prog != nil {
		s.err = jobs.Guard(func() error { return r.runProgram(i, s) })
	} else {
		s.err = r.runCommand(s)
	}
	s.err = r.tolerate(s)
	if s.ctx != r.ctx && r.ahead.ended(r.ctx) {
		s.err = nil // it was ended because the programs were suspended, which was said
	}
	if cerr := closeAll(s.files); s.err == nil {
		s.err = cerr
	}
	if s.in != nil {
		s.in.leave()
	}
	if s.next != nil {
		s.next.end()
	}
}

// runCommand runs a command of marsh. A panic in it is an error of that command.
func (r *run) runCommand(s *stageRun) error {
	ctx, stop := s.whileRead(s.ctx)
	defer stop()
	out, others := r.sinks(s)
	c := &Call{Ctx: ctx, Engine: r.e, Cmd: s.cmd, in: s.in, out: out, others: others, common: s.common, stage: s, run: r}
	err := jobs.Guard(func() error { return s.runner.Run(c) })
	if err == nil {
		return nil
	}
	if isExit(err) || errors.Is(err, jobs.KindClosed) {
		return jobs.AsError(err)
	}
	return jobs.AsError(err).WithOp(s.cmd.Name)
}

// whileRead returns a context that ends with ctx, or when the next stage reads no
// more: a command that waits for something to write would never find out. It is to
// be stopped.
func (s *stageRun) whileRead(ctx context.Context) (context.Context, func()) {
	if s.next == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-s.next.gone:
			cancel(jobs.ErrClosed)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-ended
	}
}

// isExit reports whether err is no error, but asks to leave the shell or the session.
func isExit(err error) bool {
	return errors.Is(err, jobs.KindExit) || errors.Is(err, jobs.KindExitSession)
}

// outcome returns how the pipeline ended: with the first stage's error that says
// something. That nobody read what a stage wrote is how a pipeline ends early, and
// no error.
func (r *run) outcome() error {
	for _, s := range r.stages {
		if s.prog != nil && s.started {
			r.e.lastStatus.Store(int64(s.status))
		}
	}
	if cause := context.Cause(r.ctx); cause != nil {
		return jobs.AsError(cause)
	}
	for _, s := range r.stages {
		if s.err != nil && !s.endedEarly() {
			return s.err
		}
	}
	return nil
}

// endedEarly reports whether the stage ended because the next one reads no more.
func (s *stageRun) endedEarly() bool {
	return (errors.Is(s.err, jobs.KindClosed) || errors.Is(s.err, jobs.KindStopped)) && s.next != nil && s.next.left()
}

// byThePrompt reports whether the pipeline is a question of the prompt's own, which
// leaves $? and $error as they are, however it ends.
func (r *run) byThePrompt() bool {
	return r != nil && len(r.stages) > 0 && r.stages[0].cmd.question()
}

// question reports whether c is one that the prompt asks, and nobody types.
func (c *Command) question() bool { return c != nil && c.Hidden && !c.later }

// anyFailed reports whether a stage reported an error that did not end it.
func (r *run) anyFailed() bool {
	return slices.ContainsFunc(r.stages, func(s *stageRun) bool { return s.failed.Load() })
}
