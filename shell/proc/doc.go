// Package proc runs external programs so that they can be ended: each program is
// the leader of a session of its own, and a [Group] knows the whole tree that came
// of it, whatever its processes did to get away.
//
// A process belongs to a group when it descends from one that the group started, or
// is in the session or process group of one, or carries the group's tag in its
// environment (MARSH_TAG): a daemon that forked twice and called setsid loses the
// first two and keeps the third. Where this process may make control groups
// (cgroups(7), version 2) each group's programs are made in one, which no process
// leaves by itself. Stop sends TERM to the whole tree, waits for a
// grace, and sends KILL until nothing is left. A [Watchdog] does so when this process
// is killed.
//
// This process should be a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER; see
// [BecomeSubreaper]), so that orphans come back to it and do not linger as
// zombies. Linux only knows how: elsewhere a group is its process groups.
package proc
