package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"marsh/jobs"
)

// segment is a file of records whose Seq follow one another.
type segment struct {
	path        string
	first, next uint64 // the Seq of its records: first <= Seq < next
	size        int64  // bytes that are records; a file may have more where a write failed
}

// store is the [jobs.Store] of one task. Its Stream calls one method at a time, but for
// Freed, so that it needs no lock of its own.
type store struct {
	spool   *Spool
	account *account
	task    int // from 1

	dir      string    // "" before the first record
	segments []segment // with records that were not dropped, in order
	made     int       // the number of the segment made last
	place    cursor    // where the last Read ended
	closed   bool
}

var _ jobs.Store = (*store)(nil)

// cursor says where in a segment the record that follows one with a Seq begins.
type cursor struct {
	path  string
	after uint64
	off   int64
}

// id returns the name of the task, such as "3.1".
func (st *store) id() string { return fmt.Sprintf("%d.%d", st.account.job, st.task) }

// Freed returns a channel that is closed when something of the shell's quota is freed.
func (st *store) Freed() <-chan struct{} { return st.account.change() }

// Drop frees the records up to the one with the given Seq: the segments that hold no
// other.
func (st *store) Drop(through uint64) {
	freed := int64(0)
	for len(st.segments) > 0 && st.segments[0].next <= through+1 {
		st.spool.files.Remove(st.segments[0].path) // else the end of the shell does
		freed += st.segments[0].size
		st.segments = st.segments[1:]
	}
	if len(st.segments) == 0 {
		st.segments = nil
	}
	st.account.release(freed)
}

// Close frees everything.
func (st *store) Close() {
	if n := len(st.segments); n > 0 {
		st.Drop(st.segments[n-1].next - 1)
	}
	if st.dir != "" {
		os.RemoveAll(st.dir)
	}
	st.closed = true
}

// makeDir makes the directory of the task, once, and that of the shell.
func (st *store) makeDir() error {
	if st.dir != "" {
		return nil
	}
	home, err := st.spool.home()
	if err != nil {
		return homeless(st.spool.options.Dir, err)
	}
	dir := filepath.Join(home.dir, st.id())
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		st.spool.lost(home)
		return cannotStore(st.spool.options.Dir, err)
	}
	st.dir = dir
	return nil
}

// nextPath returns the name of a segment that there was not before.
func (st *store) nextPath() string {
	st.made++
	return filepath.Join(st.dir, strconv.Itoa(st.made))
}
