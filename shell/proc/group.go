package proc

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// TagVar is the environment variable that a group's tag is in.
const TagVar = "MARSH_TAG"

// DefaultGrace is how long after TERM a tree has before KILL.
const DefaultGrace = 5 * time.Second

// pollEvery is between two looks at what is left.
const pollEvery = 10 * time.Millisecond

// stuckRounds is at how many looks in a row, pollEvery apart, all that is left is
// found stopped again before it gets KILL ahead of time.
const stuckRounds = 20

// Group is the processes that were started for one purpose, such as a job, and
// whatever came of them.
type Group struct {
	tags  []string  // whose processes it owns; the first is what its own programs carry
	dog   *Watchdog // watches over it, and has control groups for it; nil for none
	cells []string  // the directories of control groups that are its too; it never changes
	// All that this process has adopted is its. It never changes.
	orphans bool

	mu      sync.Mutex
	leaders []leader    // programs that were started and not waited for; guarded by mu
	stopped bool        // guarded by mu
	since   Moment      // when its first program was started, 0 where that is not known; guarded by mu
	cell    *cell       // that its programs are made in; nil for none; guarded by mu
	front   *Foreground // of a program that was started with the terminal, else nil; guarded by mu
}

// leader is a program that the group started: its process, which leads a process
// group, and a session too unless it has the terminal.
type leader struct{ pid int }

// NewGroup makes a group whose processes carry the tag in their environment. Tags
// are paths: a group also owns the processes of the groups whose tags begin with
// its own and a slash.
func NewGroup(tag string) *Group { return &Group{tags: []string{tag}} }

// NewTag returns a tag that nothing else has. Where this process was started with a
// tag itself it is part of that one, so that a shell which runs as a job is gone
// with all it started when the job is stopped.
func NewTag() string {
	tag := rand.Text()
	if outer := os.Getenv(TagVar); outer != "" {
		return outer + "/" + tag
	}
	return tag
}

// Since says that the group's first program was started at that moment. Where it was started
// by another Group, Stop names what may have got away only when it was told.
func (g *Group) Since(m Moment) *Group {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.since = m
	return g
}

// Tag returns the group's tag.
func (g *Group) Tag() string { return g.tags[0] }

// Start starts the program of cmd in a session of its own, tagged. The caller
// waits for it with [Group.Wait], always.
func (g *Group) Start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return g.start(cmd)
}

func (g *Group) start(cmd *exec.Cmd) error {
	cmd.Env = append(slices.DeleteFunc(slices.Clone(cmd.Env), isTag), TagVar+"="+g.Tag())
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped {
		return os.ErrProcessDone
	}
	g.cell = g.dog.takeCell(g.Tag(), g.cell)
	g.dog.watch(g.Tag(), g.cell)
	begun := Now()
	if err := g.launch(cmd); err != nil {
		if len(g.leaders) == 0 {
			g.release()
		}
		return err
	}
	g.dog.lead(g.Tag(), cmd.Process.Pid)
	g.leaders = append(g.leaders, leader{cmd.Process.Pid})
	if g.since == 0 {
		g.since = begun
	}
	return nil
}

// launch starts the program in the group's cell, or outside of it where that is refused:
// then no program gets one any more.
func (g *Group) launch(cmd *exec.Cmd) error {
	if g.cell == nil {
		return own.start(cmd)
	}
	again := *cmd
	cmd.SysProcAttr = g.cell.into(cmd.SysProcAttr)
	first := own.start(cmd)
	if !refused(first) {
		return first
	}
	*cmd = again
	err := own.start(cmd)
	if err == nil {
		g.dog.refuseCells()
	}
	return err
}

// release says that what the group was for is over. The lock is held.
func (g *Group) release() {
	g.dog.over(g.Tag(), g.cell)
	g.cell = nil
}

// noteForeground notes that the group's program has the terminal.
func (g *Group) noteForeground(f *Foreground) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.front = f
}

func isTag(kv string) bool { return strings.HasPrefix(kv, TagVar+"=") }

// Wait waits until the program has ended, and returns what cmd.Wait says. What it
// left running in the background stays, and stays the group's.
func (g *Group) Wait(cmd *exec.Cmd) error {
	pid := cmd.Process.Pid
	g.mu.Lock()
	f := g.front
	g.mu.Unlock()
	if f != nil {
		f.follow(pid)
	}
	err := cmd.Wait()
	own.forget(pid)
	if syscall.Kill(-pid, 0) == syscall.ESRCH { // nothing is left in its process group: the number may be used again
		g.mu.Lock()
		g.leaders = slices.DeleteFunc(g.leaders, func(l leader) bool { return l.pid == pid })
		g.mu.Unlock()
	}
	return err
}

// Stop ends the group's whole tree: TERM, up to grace for it to go, then KILL. It
// returns when nothing is left; or with an error that names the processes that are,
// and why (ctx ended, or KILL was not allowed or did not take).
func (g *Group) Stop(ctx context.Context, grace time.Duration) error {
	g.mu.Lock()
	leaders, since := slices.Clone(g.leaders), g.since
	g.mu.Unlock()
	if len(leaders) > 0 || g.anywhere() {
		if len(g.terminate(ctx, leaders, grace)) > 0 {
			if err := g.kill(leaders); err != nil {
				return err
			}
		}
	}
	return g.suspect(leaders, since)
}

// suspect names processes that may be the group's, which nothing proves.
func (g *Group) suspect(leaders []leader, since Moment) error {
	if since == 0 || g.dog.hasCells() {
		return nil
	}
	left := g.strays(leaders, since)
	if len(left) == 0 {
		return nil
	}
	parts := make([]string, len(left))
	for i, p := range left {
		parts[i] = fmt.Sprintf("%d (%s)", p.pid, p.name)
	}
	return fmt.Errorf("still running, and nothing tells whether it is of this: %s, without environment, session and parents; kill ends it", strings.Join(parts, ", "))
}

// Over says that what the group was for is over: what its programs have left running
// stays when this process is killed, as it does when it ends.
func (g *Group) Over() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.release()
}

// cellDirs returns the directories of the control groups that are the group's.
func (g *Group) cellDirs() []string { return append(g.dog.cellsOf(g.tags), g.cells...) }

// Close is Stop after which the group starts nothing any more.
func (g *Group) Close(ctx context.Context, grace time.Duration) error {
	g.mu.Lock()
	g.stopped = true
	g.mu.Unlock()
	return g.Stop(ctx, grace)
}

// terminate sends TERM to every process of the group and returns what is left when
// the grace is over. A process that was just being forked gets it late, once its
// parent has ended; what a living parent starts now is its way of cleaning up.
func (g *Group) terminate(ctx context.Context, leaders []leader, grace time.Duration) []process {
	told, first := make(map[int]bool), true
	stuck := 0
	deadline := time.Now().Add(grace)
	for {
		left := g.left(leaders)
		if stuck = stuckFor(left, told, stuck); stuck > stuckRounds {
			return left
		}
		for _, p := range left {
			if !told[p.pid] && (first || !hasParent(left, p)) {
				told[p.pid] = true
				syscall.Kill(p.pid, syscall.SIGTERM)
				syscall.Kill(p.pid, syscall.SIGCONT) // a stopped process acts on TERM when it goes on
			}
		}
		if len(left) == 0 || time.Now().After(deadline) || ctx.Err() != nil {
			return left
		}
		first = false
		time.Sleep(pollEvery)
	}
}

// stuckFor counts the looks in a row at which all that is left was told to end, and is
// stopped again: it wants a terminal that it does not have, and can do no more than
// that. Each time it is let go on.
func stuckFor(left []process, told map[int]bool, before int) int {
	if slices.ContainsFunc(left, func(p process) bool { return !p.stopped || !told[p.pid] }) {
		return 0
	}
	for _, p := range left {
		syscall.Kill(p.pid, syscall.SIGCONT)
	}
	return before + 1
}

// left returns the processes of the group. One look can miss a process that was made
// while it looked, by another that then ended. That nothing is left takes two looks, with
// a pause between, and a third where a process group is still there.
func (g *Group) left(leaders []leader) []process {
	if procs := g.members(leaders); len(procs) > 0 {
		return procs
	}
	time.Sleep(pollEvery)
	if procs := g.members(leaders); len(procs) > 0 {
		return procs
	}
	return g.standing(leaders)
}

// standing looks while the process groups are stopped, each as a whole: a chain of
// processes, each of which makes the next and ends, can run ahead of every look, and from a
// process that was sent STOP no other one comes (fork(2) begins anew behind a signal). It is
// for groups in which two looks found nobody: most hold only what nobody has waited for yet.
func (g *Group) standing(leaders []leader) []process {
	there := slices.DeleteFunc(slices.Clone(leaders), func(l leader) bool {
		return syscall.Kill(-l.pid, syscall.SIGSTOP) != nil
	})
	if len(there) == 0 {
		return nil
	}
	procs := g.members(leaders)
	for _, l := range there {
		syscall.Kill(-l.pid, syscall.SIGCONT)
	}
	return procs
}

// hasParent reports whether the parent of p is one of procs.
func hasParent(procs []process, p process) bool {
	return slices.ContainsFunc(procs, func(q process) bool { return q.pid == p.ppid })
}

// own is the children that this process started and still has to wait for: one set,
// as there is one process. The reaper leaves them alone.
var own = children{pids: make(map[int]bool)}

type children struct {
	sync.Mutex
	pids map[int]bool // guarded by the Mutex
}

// start starts cmd; the lock keeps the reaper from seeing it before it is noted.
func (c *children) start(cmd *exec.Cmd) error {
	c.Lock()
	defer c.Unlock()
	err := cmd.Start()
	if err == nil {
		c.pids[cmd.Process.Pid] = true
	}
	return err
}

func (c *children) forget(pid int) {
	c.Lock()
	defer c.Unlock()
	delete(c.pids, pid)
}
