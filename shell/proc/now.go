package proc

import "slices"

// Kill sends KILL to the processes of the group that there are now.
func (g *Group) Kill() { g.signalKill(g.now()) }

// now returns the processes of the group.
func (g *Group) now() []process {
	g.mu.Lock()
	leaders := slices.Clone(g.leaders)
	g.mu.Unlock()
	return g.members(leaders)
}
