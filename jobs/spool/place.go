package spool

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lockName is the file in a shell's directory that is locked as long as the shell lives.
const lockName = "lock"

// placeTries is how many times a directory is made, where another shell that sweeps took
// it, between its making and its locking, for one that was left behind.
const placeTries = 10

// place is the directory of one shell, with the lock that says that the shell lives. The
// kernel gives the lock up with the process, however that ends, so that no number of a
// process is asked, which another may have by then.
type place struct {
	dir  string
	lock *os.File
}

// makePlace makes a directory below root, and root where it is missing.
func makePlace(root string) (*place, error) {
	if err := makeRoot(root); err != nil {
		return nil, err
	}
	for range placeTries {
		dir := filepath.Join(root, placeName())
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, err
		}
		p, err := lockPlace(dir)
		if err == nil {
			return p, nil
		}
		os.Remove(filepath.Join(dir, lockName))
		os.Remove(dir)
		if !errors.Is(err, errTaken) {
			return nil, err
		}
	}
	return nil, errTaken
}

// makeRoot makes the directory of all spools, which has to be this user's, as what it is
// in has to be.
func makeRoot(root string) error {
	if err := os.MkdirAll(filepath.Dir(root), 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(root, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, dir := range []string{filepath.Dir(root), root} {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if !info.IsDir() || !mine(info) {
			return fmt.Errorf("%s is not a directory of this user: %w", dir, fs.ErrPermission)
		}
	}
	return os.Chmod(root, 0o700)
}

// mine reports whether a file is this user's.
func mine(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

// errTaken says that a directory is locked, or was removed, by another shell.
var errTaken = errors.New("another shell has it")

// lockPlace takes the lock of a shell's directory: a new one, or one whose shell died.
func lockPlace(dir string) (*place, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errTaken
		}
		return nil, err
	}
	if err := lockFile(f, path); err != nil {
		f.Close()
		return nil, err
	}
	return &place{dir: dir, lock: f}, nil
}

// lockFile locks f if it is still what path names: who locked it before may have removed
// it since it was opened.
func lockFile(f *os.File, path string) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errTaken
	}
	if err != nil {
		return &fs.PathError{Op: "flock", Path: path, Err: err}
	}
	locked, err := f.Stat()
	if err != nil {
		return err
	}
	named, err := os.Lstat(path)
	if err != nil || !os.SameFile(locked, named) {
		return errTaken
	}
	return nil
}

// remove removes the directory with all that is in it: the lock last, so that nobody
// takes the rest for something else meanwhile.
func (p *place) remove() error {
	defer p.lock.Close()
	entries, err := os.ReadDir(p.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, e := range entries {
		if e.Name() != lockName {
			errs = append(errs, os.RemoveAll(filepath.Join(p.dir, e.Name())))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	os.Remove(filepath.Join(p.dir, lockName))
	err = os.Remove(p.dir)
	if errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, fs.ErrNotExist) {
		return nil // one who sweeps has put a lock of its own there meanwhile, and removes it
	}
	return err
}

// exists reports whether the directory is still there.
func (p *place) exists() bool {
	_, err := os.Lstat(filepath.Join(p.dir, lockName))
	return err == nil
}

// placeName returns a new name for a shell's directory. The process is for people who
// look; the rest of the name is random, because a process may have several shells.
func placeName() string {
	var b [6]byte
	rand.Read(b[:])
	return fmt.Sprintf("%s-%d-%x", hostName(), os.Getpid(), b)
}

// hostName returns the machine's name as a part of a file's name.
func hostName() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "localhost"
	}
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' {
			return r
		}
		return '_'
	}, name)
	return name[:min(len(name), 64)]
}
