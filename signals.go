package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// caught is the signals that end a run of the program. The first one ends its context, so
// that it comes to its orderly end; what comes after that does nothing: the end is bounded
// (closeWait), and KILL is there for who cannot wait.
type caught struct {
	ch     chan os.Signal
	cancel context.CancelFunc
	wg     sync.WaitGroup // the goroutine that waits for them
	first  atomic.Int32   // 0 while none came
}

// catch takes these signals, until release. SIGPIPE counts where nobody reads out any more.
func catch(parent context.Context, out *os.File, which ...os.Signal) (context.Context, *caught) {
	ctx, cancel := context.WithCancel(parent)
	c := &caught{ch: make(chan os.Signal, 1), cancel: cancel}
	signal.Notify(c.ch, which...)
	c.wg.Go(func() {
		for s := range c.ch {
			n, ok := s.(syscall.Signal)
			if ok && (n != syscall.SIGPIPE || hungUp(out)) && c.first.CompareAndSwap(0, int32(n)) {
				cancel()
			}
		}
	})
	return ctx, c
}

// hungUp reports whether a file is a pipe or a terminal whose other end is closed.
func hungUp(f *os.File) bool {
	if f == nil {
		return false
	}
	poll := []unix.PollFd{{Fd: int32(f.Fd())}}
	n, err := unix.Poll(poll, 0)
	return err == nil && n > 0 && poll[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}

// release gives the signals back.
func (c *caught) release() {
	signal.Stop(c.ch)
	close(c.ch)
	c.wg.Wait()
	c.cancel()
}

// status returns 128 and the number of the signal that came first, as sh has it, or 0.
func (c *caught) status() int {
	n := c.first.Load()
	if n == 0 {
		return 0
	}
	return statusSignal + int(n)
}

// interruptible ends ctx on SIGINT, SIGTERM and SIGHUP.
func interruptible(ctx context.Context) (context.Context, *caught) {
	return catch(ctx, nil, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}

// interruptible is the function of that name for what writes to standard output: that
// nobody reads it any more ends ctx, too.
func (p *program) interruptible(ctx context.Context) (context.Context, *caught) {
	return catch(ctx, p.stdout, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
}
