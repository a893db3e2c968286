//go:build !linux

package proc

import (
	"context"
	"syscall"
	"time"
)

// process is one process of a group, whose parent is not known.
type process struct {
	pid, ppid int
	name      string
	stopped   bool // not known either, like what follows
	stuck     bool
	pgrp      int
}

// members returns the leaders whose process groups still have members: without
// /proc that is all there is to see.
func (g *Group) members(leaders []leader) []process {
	var out []process
	for _, l := range leaders {
		if syscall.Kill(-l.pid, 0) == nil {
			out = append(out, process{pid: -l.pid, name: "process group"})
		}
	}
	return out
}

func (g *Group) anywhere() bool { return false }

func (g *Group) strays([]leader, Moment) []process { return nil }

// Moment is not known here.
type Moment uint64

// Now returns 0.
func Now() Moment { return 0 }

// EndOrphans does nothing here: only Linux has subreapers.
func EndOrphans(context.Context, time.Duration) error { return nil }

// BecomeSubreaper does nothing here: only Linux has subreapers.
func BecomeSubreaper() (stop func(), err error) { return func() {}, nil }

// owner is not known here.
func owner(int) string { return "somebody else's" }

// closeInherited does nothing here: which files there are is not known.
func closeInherited() {}
