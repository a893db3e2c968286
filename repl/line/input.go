package line

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Input reads a file in such a way that Close, from another goroutine, ends a Read
// that waits. It reads nothing ahead, leaves the file's flags as they are and does
// not close it.
type Input struct {
	f      *os.File
	closed atomic.Bool
	wakeR  *os.File // readable when a waiting Read has to look up
	wakeW  *os.File

	mu sync.Mutex // held while a Read waits
}

// errWoken is returned by wait when wake was called.
var errWoken = errors.New("woken")

// NewInput makes an Input that reads f.
func NewInput(f *os.File) (*Input, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	return &Input{f: f, wakeR: r, wakeW: w}, nil
}

// Read reads what there is, up to len(p) bytes; io.EOF after Close.
func (in *Input) Read(p []byte) (int, error) {
	for {
		if _, err := in.wait(-1); err == nil {
			return in.read(p)
		} else if err != errWoken {
			return 0, err
		}
	}
}

// Reads what is there already.
func (in *Input) read(p []byte) (int, error) {
	for {
		n, err := unix.Read(int(in.f.Fd()), p)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			if _, err := in.wait(-1); err != nil && err != errWoken {
				return 0, err
			}
		case err == unix.EIO:
			return 0, io.EOF // the terminal is gone
		case err != nil:
			return 0, os.NewSyscallError("read", err)
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// Waits until something can be read: reports false when ms milliseconds have passed
// before (-1 waits without end), errWoken after wake, io.EOF after Close.
func (in *Input) wait(ms int) (bool, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for {
		if in.closed.Load() {
			return false, io.EOF
		}
		fds := []unix.PollFd{
			{Fd: int32(in.f.Fd()), Events: unix.POLLIN},
			{Fd: int32(in.wakeR.Fd()), Events: unix.POLLIN},
		}
		n, err := unix.Poll(fds, ms)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return false, os.NewSyscallError("poll", err)
		case fds[1].Revents != 0 && !in.closed.Load():
			return false, in.drain()
		case fds[1].Revents == 0:
			return n > 0, nil
		}
	}
}

// Reports whether something can be read at once.
func (in *Input) pending() bool { return in.state()&unix.POLLIN != 0 }

// Reports whether nothing will come any more: the terminal is gone, or Close was
// called.
func (in *Input) over() bool {
	return in.closed.Load() || in.state()&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0
}

func (in *Input) state() int16 {
	fds := []unix.PollFd{{Fd: int32(in.f.Fd()), Events: unix.POLLIN}}
	if _, err := unix.Poll(fds, 0); err != nil {
		return 0
	}
	return fds[0].Revents
}

// Takes one wake back.
func (in *Input) drain() error {
	var b [1]byte
	if _, err := in.wakeR.Read(b[:]); err != nil {
		return err
	}
	return errWoken
}

// Makes one wait, the next one if none waits now, return errWoken.
func (in *Input) wake() {
	// The pipe has room for thousands of bytes, of which few wait at a time; it can
	// fail only when it is closed.
	_, _ = in.wakeW.Write([]byte{0})
}

// Close ends a Read that waits, and all later ones, with io.EOF.
func (in *Input) Close() error {
	if in.closed.Swap(true) {
		return nil
	}
	in.wake()
	in.mu.Lock()
	defer in.mu.Unlock()
	return errors.Join(in.wakeW.Close(), in.wakeR.Close())
}
