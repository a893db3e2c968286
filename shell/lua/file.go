package lua

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"marsh/jobs"
)

// file is an open file, or a pipe to a program.
type file struct {
	s    *State
	f    *os.File
	r    *bufio.Reader
	cmd  *exec.Cmd    // the program behind a pipe; nil for a file
	wait func() error // waits for the program
	stop func()       // ends the program
	std  string       // "stdout" or "stderr" for io.stdout and io.stderr; else ""
	gone error        // why it cannot be used any more; nil while it can
	slow bool         // reading it may have to wait for somebody: it is no regular file
	busy bool         // somebody waits for it
}

var (
	errClosed  = errors.New("attempt to use a closed file")
	errBusy    = errors.New("another block waits for this file")
	errPipeEnd = errors.New("the pipe was closed at the end of the line or script that opened it; read it there")
)

// open opens a file with one of C's modes.
func (s *State) open(name, mode string) (*file, error) {
	flags := map[string]int{
		"r": os.O_RDONLY, "w": os.O_WRONLY | os.O_CREATE | os.O_TRUNC, "a": os.O_WRONLY | os.O_CREATE | os.O_APPEND,
		"r+": os.O_RDWR, "w+": os.O_RDWR | os.O_CREATE | os.O_TRUNC, "a+": os.O_RDWR | os.O_CREATE | os.O_APPEND,
	}
	flag, ok := flags[strings.ReplaceAll(mode, "b", "")]
	if !ok {
		return nil, errors.New("invalid mode " + mode)
	}
	f, err := s.openFile(s.path(name), flag)
	if err != nil {
		return nil, err
	}
	return s.keep(&file{s: s, f: f}), nil
}

// openFile opens a file. What is no regular one may have to wait: a named pipe for its
// other end.
func (s *State) openFile(path string, flag int) (f *os.File, err error) {
	if info, serr := os.Stat(path); serr != nil || info.Mode().IsRegular() {
		return os.OpenFile(path, flag, 0o666)
	}
	err = s.wait(func() (err error) {
		f, err = os.OpenFile(path, flag, 0o666)
		return err
	})
	return f, err
}

func (s *State) keep(f *file) *file {
	f.r = bufio.NewReader(f.f)
	if s.files == nil {
		s.files = make(map[*file]struct{})
	}
	info, err := f.f.Stat()
	f.slow = err != nil || !info.Mode().IsRegular()
	s.files[f] = struct{}{}
	return f
}

// slowly runs do, which may have to wait for somebody.
func (f *file) slowly(do func() error) error {
	switch {
	case f.gone != nil:
		return f.gone
	case f.busy:
		return errBusy
	case !f.slow:
		return do()
	}
	f.busy = true
	defer func() { f.busy = false }()
	return f.s.wait(do)
}

// hasLine reports whether a whole line has been read ahead.
func (f *file) hasLine() bool {
	ahead, _ := f.r.Peek(f.r.Buffered())
	return bytes.IndexByte(ahead, '\n') >= 0
}

// popen runs a line with /bin/sh and connects to its output ("r") or input ("w").
// The program ends when ctx does, with all it has started.
func (s *State) popen(ctx context.Context, line, mode string) (*file, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	cmd := s.shellCommand(ctx, line)
	ours, theirs := r, w
	cmd.Stdout = w
	if strings.HasPrefix(mode, "w") {
		ours, theirs = w, r
		cmd.Stdin, cmd.Stdout = r, nil
	}
	wait, err := s.start(cmd)
	theirs.Close()
	if err != nil {
		stop()
		return nil, errors.Join(err, ours.Close())
	}
	return s.keep(&file{s: s, f: ours, cmd: cmd, wait: wait, stop: stop}), nil
}

// shellCommand prepares a line for /bin/sh.
func (s *State) shellCommand(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	if s.opt.Dir != nil {
		cmd.Dir = s.opt.Dir()
	}
	if s.opt.Environ != nil {
		cmd.Env = s.opt.Environ()
	}
	return cmd
}

// start starts a program as the engine does, or in a process group of its own.
func (s *State) start(cmd *exec.Cmd) (wait func() error, err error) {
	if s.opt.Start != nil {
		return s.opt.Start(cmd)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.Wait, cmd.Start()
}

// close closes the file; for a pipe it waits for the program, as C's pclose does.
func (f *file) close() error {
	if f.gone != nil || f.std != "" {
		return nil
	}
	f.gone = errClosed
	delete(f.s.files, f)
	err := f.f.Close()
	if f.cmd == nil {
		return err
	}
	werr := f.s.wait(f.wait)
	f.stop()
	return errors.Join(err, werr)
}

// closePipes ends the programs that a script left behind open pipes.
func (s *State) closePipes() {
	for f := range s.files {
		if f.cmd != nil {
			f.stop()
			_ = f.close() // it was ended on purpose
			f.gone = errPipeEnd
		}
	}
}

// readLine reads a line without its end; ok is false at the end of the file.
func (f *file) readLine() (line string, ok bool, err error) {
	if f.gone == nil && !f.busy && f.hasLine() {
		return f.nextLine()
	}
	err = f.slowly(func() (err error) {
		line, ok, err = f.nextLine()
		return err
	})
	return line, ok, err
}

func (f *file) nextLine() (line string, ok bool, err error) {
	var b []byte
	for {
		part, err := f.r.ReadSlice('\n')
		b = append(b, part...)
		if len(b) > maxLineBytes {
			return "", false, jobs.Errorf(jobs.KindLimit, "a line is longer than %d MiB", maxLineBytes>>20)
		}
		if err == nil {
			return string(b[:len(b)-1]), true, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(b), len(b) > 0, notEOF(err)
		}
	}
}

func notEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// readAll reads the rest.
func (f *file) readAll() (string, error) {
	var b []byte
	err := f.slowly(func() (err error) {
		b, err = io.ReadAll(io.LimitReader(f.r, maxReadBytes+1))
		return err
	})
	if err == nil && len(b) > maxReadBytes {
		err = jobs.Errorf(jobs.KindLimit, "more than %d MiB cannot be read at once; read line by line", maxReadBytes>>20)
	}
	return string(b), err
}

// readBytes reads at most n bytes; ok is false at the end of the file.
func (f *file) readBytes(n int) (data string, ok bool, err error) {
	err = f.slowly(func() error {
		if n == 0 {
			_, err := f.r.Peek(1)
			ok = err == nil
			return notEOF(err)
		}
		b, err := io.ReadAll(io.LimitReader(f.r, int64(min(n, maxReadBytes))))
		data, ok = string(b), len(b) > 0
		return err
	})
	return data, ok, err
}

// write writes text to the file, or to the stream that it stands for.
func (f *file) write(ctx context.Context, text string) error {
	switch {
	case f.gone != nil:
		return f.gone
	case f.std == "stderr":
		return f.s.writeError(ctx, strings.TrimSuffix(text, "\n"))
	case f.std != "":
		return f.s.writeText(ctx, text)
	}
	if n := f.r.Buffered(); n > 0 { // what was read ahead is not read yet
		if _, err := f.f.Seek(int64(-n), io.SeekCurrent); err != nil {
			return err
		}
		f.r.Reset(f.f)
	}
	_, err := f.f.WriteString(text)
	return err
}

func (f *file) seek(whence string, offset int64) (int64, error) {
	n, ok := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}[whence]
	if !ok || f.gone != nil || f.std != "" {
		return 0, errors.New("cannot seek")
	}
	if n == io.SeekCurrent {
		offset -= int64(f.r.Buffered())
	}
	at, err := f.f.Seek(offset, n)
	f.r.Reset(f.f)
	return at, err
}
