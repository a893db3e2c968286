package shell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"marsh/jobs"
	"marsh/shell/lua"
	"marsh/shell/proc"
)

// Bounds of what is read from a program.
const (
	maxLine   = 16 << 20               // bytes of a line; a longer one is split
	readSize  = 64 << 10               // bytes read at a time
	afterExit = 250 * time.Millisecond // how long to read on what a program left running keeps open
)

// program is an external program, ready to start.
type program struct {
	name      string
	path      string
	args      []string
	in        *os.File // the reading end of the pipe from the program before; nil where there is none
	out       *os.File // the writing end of the pipe to the one after; nil likewise
	hasReader bool     // out was given
}

// newProgram finds the program of a stage and expands its words.
func (e *Engine) newProgram(s *lua.Stage) (*program, error) {
	if s.Kind == lua.ShellLine {
		return &program{name: "sh", path: "/bin/sh", args: []string{"sh", "-c", s.Name}}, nil
	}
	path, err := e.lookProgram(s.Name)
	if err != nil {
		return nil, err
	}
	p := &program{name: s.Name, path: path, args: []string{s.Name}}
	for _, a := range s.Args {
		words, err := e.programWords(a)
		if err != nil {
			return nil, jobs.AsError(err).WithOp(s.Name)
		}
		p.args = append(p.args, words...)
	}
	return p, nil
}

// programWords returns an argument as the words that a program gets: ~ and patterns
// are expanded in bare words only.
func (e *Engine) programWords(a lua.Arg) ([]string, error) {
	switch a.Kind {
	case lua.Word:
		return e.expandWord(a.Text)
	case lua.List:
		var all []string
		for _, part := range a.List {
			words, err := e.programWords(part)
			if err != nil {
				return nil, err
			}
			all = append(all, words...)
		}
		return all, nil
	case lua.BlockArg:
		return []string{"{" + a.Block.Text + "}"}, nil
	}
	var all []string
	for _, v := range argList(a) {
		if strings.ContainsRune(jobs.Text(v), 0) {
			return nil, jobs.Errorf(jobs.KindUsage, "a program's argument cannot hold a NUL byte")
		}
		all = append(all, jobs.Text(v))
	}
	return all, nil
}

// expandWord expands ~ and the pattern characters of a bare word. A pattern that
// matches nothing is an error.
func (e *Engine) expandWord(w string) ([]string, error) {
	typed := w
	if w == "~" || strings.HasPrefix(w, "~/") {
		w = e.home() + w[1:]
	}
	if !strings.ContainsAny(w, "*?[") {
		return []string{w}, nil
	}
	pattern := w
	if !filepath.IsAbs(w) {
		pattern = filepath.Join(globQuote(e.Dir()), w)
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindUsage, "%q is not a pattern (quote it to pass it as it is)", typed)
	}
	found = dropHidden(found, w)
	if len(found) == 0 {
		return nil, jobs.Errorf(jobs.KindNotFound, "no file matches %s (quote it to pass it as it is)", typed)
	}
	if !filepath.IsAbs(w) {
		for i, f := range found {
			if found[i], err = filepath.Rel(e.Dir(), f); err != nil {
				found[i] = f
			}
		}
	}
	return found, nil
}

// globQuote quotes the pattern characters of a directory's name.
func globQuote(dir string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(dir)
}

// dropHidden leaves out names that begin with a dot, unless the pattern does.
func dropHidden(names []string, pattern string) []string {
	if strings.HasPrefix(filepath.Base(pattern), ".") {
		return names
	}
	out := names[:0]
	for _, n := range names {
		if !strings.HasPrefix(filepath.Base(n), ".") {
			out = append(out, n)
		}
	}
	return out
}

// joinPrograms joins two programs with a pipe of the system: bytes go through as
// they are.
func joinPrograms(from, to *program) error {
	r, w, err := os.Pipe()
	if err != nil {
		return jobs.Errorf(jobs.KindLimit, "cannot make a pipe: %w", err)
	}
	from.out, from.hasReader, to.in = w, true, r
	return nil
}

// closeEnds closes the program's ends of pipes to other programs.
func (p *program) closeEnds() {
	for _, f := range []*os.File{p.in, p.out} {
		if f != nil {
			f.Close()
		}
	}
}

// chooseTerminal gives the programs the terminal when the pipeline was typed at one
// and is of programs only.
func (r *run) chooseTerminal() {
	if r.e.Shell.Terminal == nil || !r.e.terminal || r.p.Capture || r.e != r.e.Shell.root {
		return
	}
	for _, s := range r.stages {
		if s.prog == nil {
			return
		}
	}
	r.tty = &proc.Foreground{TTY: r.e.Shell.Terminal}
}

// running is a program's stage with what has to be copied to and from it.
type running struct {
	r     *run
	s     *stageRun
	cmd   *exec.Cmd
	group *proc.Group    // the program with what comes of it, apart from the pipeline's others; nil before it starts
	after []*os.File     // our copies of what the program got; closed once it has started
	feed  *os.File       // we write its standard input here; nil where we do not
	drain []*patient     // we read its outputs here
	wg    sync.WaitGroup // the goroutines that do
	errs  chan error     // what ended the reading, if nobody wants it any more
}

// runProgram runs one program to its end.
func (r *run) runProgram(i int, s *stageRun) error {
	x := &running{r: r, s: s, errs: make(chan error, 2)}
	x.cmd = &exec.Cmd{Path: s.prog.path, Args: s.prog.args, Dir: r.e.Dir(), Env: r.e.Environ()}
	err := x.plumb(i)
	if err == nil {
		err = x.start(i)
	}
	for _, f := range x.after {
		f.Close()
	}
	s.prog.closeEnds()
	if err != nil {
		x.closeOurs()
		return startError(s.prog.name, err)
	}
	return x.finish()
}

// startError says why a program could not be started.
func startError(name string, err error) error {
	if e, ok := errors.AsType[*jobs.Error](err); ok {
		return e
	}
	if errors.Is(err, os.ErrProcessDone) {
		return jobs.AsError(context.Canceled)
	}
	if errors.Is(err, syscall.ENOEXEC) {
		return jobs.Errorf(jobs.KindNotFound, "%s: not a program of this machine (does its first line name an interpreter?)", name)
	}
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		err = pe.Err
	}
	return jobs.Errorf(jobs.KindIO, "%s: cannot be started: %w", name, err)
}

// plumb chooses the program's standard input and outputs.
func (x *running) plumb(i int) (err error) {
	prog, to := x.s.prog, x.s.to
	switch {
	case prog.in != nil:
		x.cmd.Stdin = prog.in
	case x.s.in != nil:
		if x.feed, err = x.pipeTo(&x.cmd.Stdin); err != nil {
			return err
		}
	case x.r.tty != nil:
		x.cmd.Stdin = x.r.tty.TTY
	case x.r.e == x.r.e.Shell.root && x.r.e.Shell.Stdin != nil && i == 0:
		x.cmd.Stdin = x.r.e.Shell.Stdin
	}
	if x.cmd.Stdout, err = x.output(jobs.Output, to); err != nil {
		return err
	}
	if sameSink(to.to[jobs.ErrorStream], to.to[jobs.Output]) {
		x.cmd.Stderr = x.cmd.Stdout // 2>&1: one pipe keeps the order
		return nil
	}
	x.cmd.Stderr, err = x.output(jobs.ErrorStream, to)
	return err
}

// sameSink reports whether the error stream was joined to the output.
func sameSink(errs, out jobs.Sink) bool {
	m, ok := errs.(merged)
	return ok && m.into == jobs.Output && m.to == out
}

// pipeTo makes a pipe whose reading end the program gets.
func (x *running) pipeTo(end *io.Reader) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	*end = r
	x.after = append(x.after, r)
	return w, nil
}

// output chooses where the program writes a stream: to the next program, straight
// to a file, to the terminal, or to a pipe that is read line by line.
func (x *running) output(k jobs.StreamKind, to *router) (*os.File, error) {
	if k == jobs.Output && x.s.prog.hasReader {
		return x.s.prog.out, nil
	}
	if f, ok := unmerged(to.to[k]).(*fileSink); ok {
		return f.file, nil
	}
	if x.r.tty != nil && (to.to[k] == x.r.rest || to.to[k] == x.r.out) {
		return x.r.tty.TTY, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	x.after = append(x.after, w)
	in := &patient{file: r}
	x.drain = append(x.drain, in)
	sink := to.to[k]
	x.wg.Go(func() {
		defer r.Close()
		if err := readLines(x.r.ctx, in, k, sink); err != nil {
			x.errs <- err
		}
	})
	return w, nil
}

// unmerged returns the sink that a stream which joined another ends in.
func unmerged(sink jobs.Sink) jobs.Sink {
	for {
		m, ok := sink.(merged)
		if !ok {
			return sink
		}
		sink = m.to
	}
}

// patient reads a program's output to the end, and after the program has ended for
// as long as more keeps coming: what it left running may hold the pipe open.
type patient struct {
	file  *os.File
	ended atomic.Bool
}

// writerEnded says that the program has ended.
func (p *patient) writerEnded() {
	p.ended.Store(true)
	p.file.SetReadDeadline(time.Now().Add(afterExit))
}

// Read reads from the pipe; a deadline that passed while nobody was reading does
// not count.
func (p *patient) Read(b []byte) (int, error) {
	for {
		ended := p.ended.Load()
		if ended {
			p.file.SetReadDeadline(time.Now().Add(afterExit))
		}
		n, err := p.file.Read(b)
		if n > 0 || ended || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

// readLines reads lines and writes them as records until the end.
func readLines(ctx context.Context, r io.Reader, k jobs.StreamKind, sink jobs.Sink) error {
	in := bufio.NewReaderSize(r, readSize)
	for {
		line, err := readLine(in)
		if ctx.Err() != nil {
			return jobs.AsError(context.Cause(ctx))
		}
		if line != "" || err == nil {
			if werr := sink.Write(ctx, jobs.Record{Time: time.Now(), Stream: k, Value: line}); werr != nil {
				return werr
			}
		}
		if err != nil {
			return nil
		}
	}
}

// readLine reads one line without its newline, or the maxLine bytes it begins with.
func readLine(in *bufio.Reader) (string, error) {
	var long []byte
	for {
		part, err := in.ReadSlice('\n')
		if err == nil {
			part = part[:len(part)-1]
		}
		if long == nil && !errors.Is(err, bufio.ErrBufferFull) {
			return string(part), err
		}
		long = append(long, part...)
		if !errors.Is(err, bufio.ErrBufferFull) || len(long) >= maxLine {
			if errors.Is(err, bufio.ErrBufferFull) {
				err = nil
			}
			return string(long), err
		}
	}
}

// start starts the program: with the terminal, behind the program that has it, or
// in a session of its own.
func (x *running) start(i int) error {
	r := x.r
	x.group = proc.NewGroup(r.e.tag + "/" + strconv.FormatInt(r.e.programs.Add(1), 10))
	if r.tty == nil {
		return x.group.Start(x.cmd)
	}
	return x.group.StartOnTerminal(x.cmd, r.tty)
}

// closeOurs closes our ends of the pipes of a program that did not start.
func (x *running) closeOurs() {
	if x.feed != nil {
		x.feed.Close()
	}
	x.wg.Wait()
}

// finish feeds the program, waits for it, and stops its tree when the run is
// cancelled or nobody reads its output any more.
func (x *running) finish() error {
	if x.feed != nil {
		x.wg.Go(func() { x.feedInput() })
	}
	exited := make(chan error, 1)
	go func() { exited <- x.group.Wait(x.cmd) }()
	var err, closed error
	select {
	case err = <-exited:
	case closed = <-x.errs:
		err = x.end(exited)
	case <-x.r.ctx.Done():
		err = x.end(exited)
	}
	x.settle()
	return x.result(err, closed)
}

// end stops the program's tree and returns how the program ended.
func (x *running) end(exited chan error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.r.ctx), 2*proc.DefaultGrace)
	defer cancel()
	if err := x.group.Stop(ctx, proc.DefaultGrace); err != nil {
		return jobs.Errorf(jobs.KindState, "%s could not be stopped: %w", x.s.prog.name, err)
	}
	return <-exited
}

// settle waits for what the program wrote to be read. What it left running may
// keep the pipe open: then reading ends when nothing more comes.
func (x *running) settle() {
	for _, in := range x.drain {
		in.writerEnded()
	}
	if x.s.in != nil {
		x.s.in.leave()
	}
	if x.feed != nil {
		x.feed.SetWriteDeadline(time.Now()) // what it left running may hold the other end, and not read
	}
	x.wg.Wait()
}

// feedInput writes what is piped in to the program's standard input, as lines.
func (x *running) feedInput() {
	defer x.feed.Close()
	w := bufio.NewWriterSize(x.feed, readSize)
	for {
		r, ok := x.nextInput(w)
		if !ok {
			w.Flush()
			return
		}
		w.WriteString(jobs.Text(WithHost(r)))
		if err := w.WriteByte('\n'); err != nil {
			return
		}
	}
}

// nextInput returns the next record that is piped in, and flushes before it waits.
func (x *running) nextInput(w *bufio.Writer) (jobs.Record, bool) {
	select {
	case r, ok := <-x.s.in.ch:
		return r, ok
	default:
	}
	if w.Flush() != nil {
		return jobs.Record{}, false
	}
	select {
	case r, ok := <-x.s.in.ch:
		return r, ok
	case <-x.s.in.gone:
	case <-x.r.ctx.Done():
	}
	return jobs.Record{}, false
}

// result turns how a program ended into the stage's error.
func (x *running) result(err, closed error) error {
	status, signal := exitOf(x.cmd)
	x.s.started, x.s.status = true, status
	if closed == nil {
		select {
		case closed = <-x.errs:
		default:
		}
	}
	switch {
	case x.r.ctx.Err() != nil:
		return jobs.AsError(context.Cause(x.r.ctx))
	case closed != nil:
		return closed
	case (signal == syscall.SIGPIPE || status == pipeStatus) && (x.s.prog.hasReader || x.s.next != nil):
		return nil // the next stage had read enough
	case signal == syscall.SIGINT && x.r.tty != nil:
		return jobs.Errorf(jobs.KindStopped, "interrupted")
	case signal != 0:
		return &jobs.Error{Kind: jobs.KindExitStatus, Op: x.s.prog.name, Status: status, Msg: "killed by " + signalName(signal)}
	case status != 0:
		return &jobs.Error{Kind: jobs.KindExitStatus, Op: x.s.prog.name, Status: status, Msg: fmt.Sprintf("exit status %d", status)}
	}
	if _, ok := errors.AsType[*jobs.Error](err); ok {
		return err
	}
	return nil
}

// pipeStatus is the exit status of a shell whose program was ended by SIGPIPE.
const pipeStatus = 128 + int(syscall.SIGPIPE)

// exitOf returns a program's exit status, 128 and more for a signal as sh has it.
func exitOf(cmd *exec.Cmd) (int, syscall.Signal) {
	if cmd.ProcessState == nil {
		return -1, 0
	}
	ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && ws.Signaled() {
		return 128 + int(ws.Signal()), ws.Signal()
	}
	return cmd.ProcessState.ExitCode(), 0
}
