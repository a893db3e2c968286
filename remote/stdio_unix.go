//go:build unix

package remote

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// Stdio joins a program's standard input and output to the stream that Serve wants. It puts
// both into non-blocking mode, because closing a blocking one would not end a Read
// that waits; in and out must not be used any more. Only for pipes and sockets: a terminal
// would stay non-blocking for everybody else on it.
func Stdio(in, out *os.File) (io.ReadWriteCloser, error) {
	r, rerr := pollable(in)
	w, werr := pollable(out)
	if err := errors.Join(rerr, werr); err != nil {
		return nil, err
	}
	return stdio{r, w}, nil
}

// Returns a file of the same descriptor that the runtime's poller watches.
func pollable(f *os.File) (*os.File, error) {
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(fd)
	f.Close()
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return nil, os.NewSyscallError("setnonblock", err)
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

type stdio struct {
	io.ReadCloser
	w io.WriteCloser
}

func (s stdio) Write(b []byte) (int, error) { return s.w.Write(b) }

// Close closes both directions.
func (s stdio) Close() error { return errors.Join(s.ReadCloser.Close(), s.w.Close()) }
