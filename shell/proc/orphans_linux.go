package proc

import (
	"bytes"
	"context"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ticks is how many of the units of a start time in /proc/PID/stat are in a second
// (USER_HZ of the kernel's, the same on all machines that Go knows).
const ticks = 100

// Moment is a time since the machine has started, in ticks; 0 is none.
type Moment uint64

// Now returns the moment that it is.
func Now() Moment {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return 0
	}
	return Moment(t.Nano()/int64(time.Second/ticks)) + 1 // never 0: a start time is rounded down
}

// EndOrphans ends what this process, a subreaper, was left with by parents that ended, and
// all that came of it, as [Group.Stop] does. It is for a process that leaves nothing behind.
func EndOrphans(ctx context.Context, grace time.Duration) error {
	g := &Group{orphans: true}
	return g.Stop(ctx, grace)
}

// orphan reports whether a process was adopted by this one. Those in this process's own
// process group are somebody's here.
func (p process) orphan() bool {
	if p.ppid != os.Getpid() || p.pgrp == syscall.Getpgrp() || p.zombie {
		return false
	}
	own.Lock()
	defer own.Unlock()
	return !own.pids[p.pid]
}

// strays returns the adopted processes that have begun since then, are not the group's,
// and of which nothing says whose they are: they have cleared their environment.
func (g *Group) strays(leaders []leader, since Moment) []process {
	in := g.members(leaders)
	return slices.DeleteFunc(processes(), func(p process) bool {
		return !p.orphan() || hasTag(p.pid) || p.begun < since-1 || slices.ContainsFunc(in, func(q process) bool { return p.pid == q.pid })
	})
}

// hasTag reports whether a process has a tag of any group.
func hasTag(pid int) bool {
	env, err := environ(pid)
	return err == nil && bytes.Contains(append([]byte{0}, env...), []byte("\x00"+TagVar+"="))
}
