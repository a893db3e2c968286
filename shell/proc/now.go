package proc

import (
	"slices"
	"syscall"
)

// Kill sends KILL to the processes of the group that there are now.
func (g *Group) Kill() { signalAll(g.now(), syscall.SIGKILL) }

// now returns the processes of the group.
func (g *Group) now() []process {
	g.mu.Lock()
	leaders := slices.Clone(g.leaders)
	g.mu.Unlock()
	return g.members(leaders)
}
