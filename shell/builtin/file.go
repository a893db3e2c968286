package builtin

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"marsh/jobs"
	"marsh/shell"
)

// reader is a file that is open for reading; reads from a pipe or a terminal end
// when the context does.
type reader struct {
	*os.File
	info fs.FileInfo
	stop func() bool
}

// Opens a file. It waits for somebody who writes to a named pipe, as every reader does,
// until ctx ends.
func openFile(ctx context.Context, path string) (*reader, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, shell.FileError("read", path, err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = syscall.EISDIR
	}
	if err != nil {
		f.Close()
		return nil, shell.FileError("read", path, err)
	}
	stop := context.AfterFunc(ctx, func() { f.SetReadDeadline(time.Unix(1, 0)) })
	r := &reader{File: f, info: info, stop: stop}
	if info.Mode()&fs.ModeNamedPipe != 0 {
		if err := awaitWriter(f); err != nil {
			r.Close()
			return nil, jobs.AsError(context.Cause(ctx))
		}
	}
	return r, nil
}

// Waits until somebody writes to a named pipe, or did and is gone. Opened in such a way
// that a read can be ended, it would be at its end before (fifo(7)).
func awaitWriter(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	return conn.Read(func(fd uintptr) bool {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		return n > 0 || err != nil && err != unix.EINTR
	})
}

// Close closes the file.
func (r *reader) Close() error {
	r.stop()
	return r.File.Close()
}

// Reports whether the file can be read from its end. The files under /proc say that
// they are regular and empty, and are not.
func (r *reader) backward() bool { return r.info.Mode().IsRegular() && r.info.Size() > 0 }

// Returns the files that a path with wildcards means, in order; a path that names
// a file means that one, whatever characters it has.
func expand(c *shell.Call, path string) ([]string, error) {
	full := c.Path(path)
	if _, err := os.Lstat(full); err == nil || !hasWildcard(path) {
		return []string{full}, nil
	}
	files, err := filepath.Glob(full)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindUsage, "%s is not a pattern: %w", path, err)
	}
	if len(files) == 0 {
		return nil, jobs.Errorf(jobs.KindNotFound, "no file is like %s", path)
	}
	slices.Sort(files)
	return files, nil
}

// writer is a file that is written through a buffer.
type writer struct {
	*bufio.Writer
	file *os.File
	path string
}

// writeBuffer is how many bytes are collected before they go to a file.
const writeBuffer = 64 << 10

func createFile(path string, flags int) (*writer, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flags, 0o666)
	if err != nil {
		return nil, shell.FileError("write", path, err)
	}
	return &writer{Writer: bufio.NewWriterSize(f, writeBuffer), file: f, path: path}, nil
}

// Close writes what is left in the buffer and closes the file.
func (w *writer) Close() error {
	err := errors.Join(w.Flush(), w.file.Close())
	if err != nil {
		return shell.FileError("write", w.path, err)
	}
	return nil
}
