package proc

import (
	"bytes"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is what /proc/PID/stat says of one process (proc(5)).
type process struct {
	pid, ppid, pgrp, session int
	name                     string
	zombie                   bool
	stopped                  bool
	stuck                    bool   // waits in the kernel, where no signal reaches it (D)
	begun                    Moment // when it was started
}

// processes returns all processes that can be seen.
func processes() []process {
	names, _ := filepath.Glob("/proc/[0-9]*/stat")
	out := make([]process, 0, len(names))
	for _, n := range names {
		if p, ok := readStat(n); ok {
			out = append(out, p)
		}
	}
	return out
}

func readStat(path string) (process, bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return process{}, false
	}
	return parseStat(data)
}

// splitStat splits a stat file into the number and the name, and the fields from the
// third on. The name is in parentheses and may hold any byte.
func splitStat(data []byte) (head []byte, fields []string) {
	open, shut := bytes.IndexByte(data, '('), bytes.LastIndexByte(data, ')')
	if open < 1 || shut < open {
		return nil, nil
	}
	return data[:shut], strings.Fields(string(data[shut+1:]))
}

// startField is the place of the start time behind the name.
const startField = 19

// parseStat parses a stat file.
func parseStat(data []byte) (process, bool) {
	head, f := splitStat(data)
	if len(f) < 4 {
		return process{}, false
	}
	number, name, _ := strings.Cut(string(head), "(")
	p := process{name: name, zombie: isZombie(f[0]), stopped: f[0] == "T", stuck: f[0] == "D"}
	p.pid, _ = strconv.Atoi(strings.TrimSpace(number))
	p.ppid, _ = strconv.Atoi(f[1])
	p.pgrp, _ = strconv.Atoi(f[2])
	p.session, _ = strconv.Atoi(f[3])
	if len(f) > startField {
		n, _ := strconv.ParseUint(f[startField], 10, 64)
		p.begun = Moment(n)
	}
	return p, true
}

// isZombie reports whether that is the state of a process that has ended.
func isZombie(state string) bool { return state == "Z" || state == "X" }

// members returns the living processes of the group: those in its control groups, in the
// session or process group of a leader, those that carry the tag, and all their
// descendants.
func (g *Group) members(leaders []leader) []process {
	in := make(map[int]bool)
	for _, dir := range g.cellDirs() {
		for _, pid := range allProcs(dir) {
			in[pid] = true
		}
	}
	procs, self := processes(), os.Getpid()
	for _, p := range procs {
		if p.pid != self && !in[p.pid] && (ledBy(leaders, p) || p.mayBeTagged() && g.tagged(p.pid) || g.orphans && p.orphan()) {
			in[p.pid] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for _, p := range procs {
			if !in[p.pid] && in[p.ppid] && p.pid != self {
				in[p.pid], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(procs, func(p process) bool { return !in[p.pid] || p.zombie })
}

// mayBeTagged reports whether the process can have an environment: a thread of the
// kernel, which has no process group, has none, and neither has what has ended.
func (p process) mayBeTagged() bool { return p.pgrp != 0 && !p.zombie }

func ledBy(leaders []leader, p process) bool {
	for _, l := range leaders {
		if p.pid == l.pid || p.session == l.pid || p.pgrp == l.pid {
			return true
		}
	}
	return false
}

// tagged reports whether the process has a tag of the group in its environment.
func (g *Group) tagged(pid int) bool {
	env, err := environ(pid)
	if err != nil {
		return false
	}
	for kv := range bytes.SplitSeq(env, []byte{0}) {
		if tag, ok := bytes.CutPrefix(kv, []byte(TagVar+"=")); ok {
			return slices.ContainsFunc(g.tags, func(t string) bool { return within(string(tag), t) })
		}
	}
	return false
}

// within reports whether a tag is outer, or one below it.
func within(tag, outer string) bool {
	rest, ok := strings.CutPrefix(tag, outer)
	return ok && (rest == "" || rest[0] == '/')
}

// anywhere reports whether some process carries the tag.
func (g *Group) anywhere() bool { return len(g.members(nil)) > 0 }

// BecomeSubreaper makes this process the one that orphans of its descendants come
// back to, and reaps them, until the returned stop is called.
func BecomeSubreaper() (stop func(), err error) { return becomeSubreaper(reapAfter) }

func becomeSubreaper(after time.Duration) (stop func(), err error) {
	const prSetChildSubreaper = 36
	if _, _, e := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); e != 0 {
		return func() {}, e
	}
	r := &reaper{after: after, done: make(chan struct{}), ended: make(chan struct{})}
	go r.run()
	return func() {
		close(r.done)
		<-r.ended
	}, nil
}

// reapAfter is how long a child may be a zombie before it is taken for adopted: a
// child that somebody here started is waited for at once.
const reapAfter = 3 * time.Second

// reaper waits for adopted children that have ended.
type reaper struct {
	after       time.Duration // between two looks
	done, ended chan struct{}
	suspects    map[int]bool // zombies at the last look
}

func (r *reaper) run() {
	defer close(r.ended)
	chld := make(chan os.Signal, 1)
	signal.Notify(chld, syscall.SIGCHLD)
	defer signal.Stop(chld)
	var look <-chan time.Time
	for {
		select {
		case <-chld:
			if look == nil {
				look = time.After(r.after)
			}
		case <-look:
			look = nil
			if r.reap() {
				look = time.After(r.after)
			}
		case <-r.done:
			return
		}
	}
}

// reap waits for the zombies that were there at the last look too, and reports
// whether there are others. Those in this process's own process group are somebody's
// here, who may wait for them late: a group's programs have others.
func (r *reaper) reap() bool {
	own.Lock()
	defer own.Unlock()
	self, pgrp := os.Getpid(), syscall.Getpgrp()
	seen := make(map[int]bool)
	for _, p := range processes() {
		switch {
		case p.ppid != self || !p.zombie || p.pgrp == pgrp || own.pids[p.pid]:
		case r.suspects[p.pid]:
			syscall.Wait4(p.pid, nil, syscall.WNOHANG, nil)
		default:
			seen[p.pid] = true
		}
	}
	r.suspects = seen
	return len(seen) > 0
}
