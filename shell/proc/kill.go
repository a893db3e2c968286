package proc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"
)

// killRounds bounds how often kill looks again for what KILL has not ended yet, with
// pollEvery between.
const killRounds = 100

// plainRounds is at how many looks what is left gets KILL as it is found. What is there
// after that makes new processes faster than they are found, and is stopped first.
const plainRounds = 3

// freezeLooks bounds the looks of one freeze.
const freezeLooks = 50

// kill sends KILL until nothing is left, or says what is, and why.
func (g *Group) kill(leaders []leader) error {
	left := g.left(leaders)
	for round := 0; len(left) > 0 && round < killRounds; round++ {
		if round > 0 && allForbidden(left) {
			break
		}
		if round >= plainRounds {
			left = g.freeze(leaders)
		}
		g.signalKill(left)
		time.Sleep(pollEvery)
		left = g.left(leaders)
	}
	if len(left) == 0 {
		return nil
	}
	return fmt.Errorf("still running after KILL: %s", describe(left))
}

// signalKill sends KILL to the group's control groups as a whole, and to each process: it
// may have left them.
func (g *Group) signalKill(procs []process) {
	g.dog.killCells(g.tags)
	for _, dir := range g.cells {
		killCell(dir)
	}
	signalAll(procs, syscall.SIGKILL)
}

// freeze stops processes until a look finds none that is new, and returns them: what
// is stopped forks no more.
func (g *Group) freeze(leaders []leader) (all []process) {
	told := make(map[int]bool)
	for range freezeLooks {
		all = g.members(leaders)
		fresh := slices.DeleteFunc(slices.Clone(all), func(p process) bool { return told[p.pid] })
		if len(fresh) == 0 {
			break
		}
		for _, p := range fresh {
			told[p.pid] = true
		}
		signalAll(fresh, syscall.SIGSTOP)
	}
	return all
}

// signalAll sends a signal to each process.
func signalAll(procs []process, sig syscall.Signal) {
	for _, p := range procs {
		syscall.Kill(p.pid, sig)
	}
}

// describe lists processes that KILL did not end, each with the reason.
func describe(procs []process) string {
	parts := make([]string, len(procs))
	for i, p := range procs {
		parts[i] = fmt.Sprintf("%d (%s), %s", p.pid, p.name, p.why())
	}
	return strings.Join(parts, "; ")
}

// allForbidden reports whether no signal will end any of the processes.
func allForbidden(procs []process) bool {
	return !slices.ContainsFunc(procs, func(p process) bool { return !p.forbidden() })
}

// forbidden reports whether this user may not end the process.
func (p process) forbidden() bool { return errors.Is(syscall.Kill(p.pid, 0), syscall.EPERM) }

// why says why KILL has not ended the process.
func (p process) why() string {
	switch {
	case p.forbidden():
		return "which you may not end: it is " + owner(p.pid)
	case p.stuck:
		return "which waits in the kernel for a device or a file system, where no signal reaches it"
	}
	return "which has not ended yet"
}
