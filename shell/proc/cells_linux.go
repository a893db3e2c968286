package proc

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// maxCells bounds the control groups of one shell. Programs beyond it are started
	// without.
	maxCells = 4096
	// spareCells is how many empty ones are kept for the next programs: to make one and to
	// remove it takes a tenth of the time that a program takes to start.
	spareCells = 8
)

// cells is the control groups of a shell (cgroups(7), version 2): one for each Group, in
// a directory in this process's own. A process that is made in a control group stays
// in it, whatever it does to its session, its parents and its environment. No controller
// is used, so that a group may hold processes and groups. Where this process may not make
// any, or one refuses a program, there are none, and nobody is told.
//
// A nil *cells has none.
type cells struct {
	mu    sync.Mutex
	tried bool               // whether there can be any was found out; guarded by mu
	off   bool               // no more are made, because a program could not be started in one; guarded by mu
	root  string             // the directory; "" where there are none; guarded by mu
	lock  *os.File           // root, locked: it belongs to somebody who lives; guarded by mu
	last  int                // the number given last; guarded by mu
	spare []*cell            // empty; guarded by mu
	used  map[string][]*cell // by the tag of their Groups; guarded by mu
	over  []occupied         // those of Groups that are over, which had processes; guarded by mu
	count int                // spare and used; guarded by mu
}

// cell is one control group.
type cell struct {
	n      int      // its number, which no other one gets
	dir    *os.File // nil when nothing is started in it any more; belongs to the Group, or to cells
	events int      // its file cgroup.events, open as long as dir is
	killed bool     // what were made in it now would end at once; guarded by the mu of cells
}

// occupied is a cell that was left with processes, and whose it was.
type occupied struct {
	c   *cell
	tag string
}

func newCells() *cells { return &cells{used: make(map[string][]*cell)} }

// take returns a cell for a Group with that tag, or nil: the one it has, which may be nil,
// or an empty one.
func (cs *cells) take(tag string, has *cell) *cell {
	if cs == nil {
		return nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if has != nil && !has.killed {
		return has
	}
	if has != nil {
		cs.leave(has, tag)
	}
	if !cs.tried {
		cs.tried = true
		cs.root, cs.lock = newRoot()
	}
	if cs.root == "" || cs.off {
		return nil
	}
	c := cs.pick()
	if c != nil {
		cs.used[tag] = append(cs.used[tag], c)
	}
	return c
}

// pick returns a spare cell, or a new one. The lock is held.
func (cs *cells) pick() *cell {
	cs.tidy()
	if n := len(cs.spare); n > 0 {
		c := cs.spare[n-1]
		cs.spare = cs.spare[:n-1]
		return c
	}
	if cs.count >= maxCells {
		return nil
	}
	cs.last++
	dir, err := makeDir(cellDir(cs.root, cs.last))
	if err != nil {
		return nil
	}
	events, err := unix.Open(filepath.Join(dir.Name(), "cgroup.events"), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		dir.Close()
		removeTree(dir.Name())
		return nil
	}
	cs.count++
	return &cell{n: cs.last, dir: dir, events: events}
}

// tidy removes the cell that was left first, if its processes have ended; else it is
// looked at again when all the others were. The lock is held.
func (cs *cells) tidy() {
	if len(cs.over) == 0 {
		return
	}
	o := cs.over[0]
	cs.over = cs.over[1:]
	if populated(cellDir(cs.root, o.c.n)) {
		cs.over = append(cs.over, o)
		return
	}
	cs.remove(o.c, o.tag)
}

// remove removes an empty cell. The lock is held.
func (cs *cells) remove(c *cell, tag string) {
	cs.unuse(c, tag)
	cs.count--
	removeTree(cellDir(cs.root, c.n))
}

// unuse notes that a cell is not that tag's any more. The lock is held.
func (cs *cells) unuse(c *cell, tag string) {
	left := slices.DeleteFunc(cs.used[tag], func(d *cell) bool { return c == d })
	if len(left) == 0 {
		delete(cs.used, tag)
		return
	}
	cs.used[tag] = left
}

// give takes a cell back from its Group, which is over, and reports whether processes are
// left in it: then it stays the tag's.
func (cs *cells) give(c *cell, tag string) (left bool) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	full := cs.root != "" && c.populated()
	if full || c.killed || cs.off || cs.root == "" || len(cs.spare) >= spareCells {
		cs.leave(c, tag)
		return full
	}
	cs.unuse(c, tag)
	cs.spare = append(cs.spare, c)
	return false
}

// leave leaves a cell in which nothing is started any more to tidy. The lock is held.
func (cs *cells) leave(c *cell, tag string) {
	c.shut()
	if cs.root != "" {
		cs.over = append(cs.over, occupied{c, tag})
	}
}

// kill sends KILL to all in the cells of Groups whose tags are these, or below them. The
// kernel counts that, and ends what is made there later from outside, too.
func (cs *cells) kill(tags []string) {
	if cs == nil {
		return
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range cs.of(tags) {
		c.killed = true
		killCell(cellDir(cs.root, c.n))
	}
}

// of returns the cells of Groups whose tags are these, or below them. The lock is held.
func (cs *cells) of(tags []string) (all []*cell) {
	for tag, used := range cs.used {
		if slices.ContainsFunc(tags, func(t string) bool { return within(tag, t) }) {
			all = append(all, used...)
		}
	}
	return all
}

// refuse notes that a program could be started outside of a cell only: there are none from
// now on. What is in those that there are stays known.
func (cs *cells) refuse() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.off = true
}

// dirs returns the directories of the cells of Groups whose tags are these, or below them.
func (cs *cells) dirs(tags []string) (all []string) {
	if cs == nil {
		return nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for _, c := range cs.of(tags) {
		all = append(all, cellDir(cs.root, c.n))
	}
	return all
}

// where returns the directory that the cells are in, "" for none.
func (cs *cells) where() string {
	if cs == nil {
		return ""
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.root
}

// usable reports whether programs are made in cells.
func (cs *cells) usable() bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.root != "" && !cs.off && cs.count < maxCells
}

// close gives up all cells: where mine says so removes them, else somebody else does. What
// runs in them goes on in the group that this process is in.
func (cs *cells) close(mine bool) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.root == "" {
		return
	}
	if mine {
		dissolve(cs.root)
	}
	for _, c := range cs.spare {
		c.shut()
	}
	for _, used := range cs.used {
		for _, c := range used {
			c.shut()
		}
	}
	cs.lock.Close()
	cs.tried, cs.root, cs.spare, cs.over, cs.used = true, "", nil, nil, make(map[string][]*cell)
}

// shut closes the cell's files, if they are open.
func (c *cell) shut() {
	if c.dir != nil {
		c.dir.Close()
		unix.Close(c.events)
		c.dir = nil
	}
}

// populated reports whether processes live in a cell whose files are open.
func (c *cell) populated() bool {
	var text [128]byte // both of its lines
	n, err := unix.Pread(c.events, text[:], 0)
	return err == nil && isPopulated(text[:n])
}

// into returns attr with the cell as the group that a program is made in (CLONE_INTO_CGROUP
// of clone(2)).
func (c *cell) into(attr *syscall.SysProcAttr) *syscall.SysProcAttr {
	with := *attr
	with.UseCgroupFD, with.CgroupFD = true, int(c.dir.Fd())
	return &with
}

// cellDir returns the directory of a cell.
func cellDir(root string, n int) string { return filepath.Join(root, strconv.Itoa(n)) }
