package spool

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// files is what a spool does to the files in its directories; tests put in others that fail.
type files interface {
	// WriteAt writes data at off, where a file of that size ends; off 0 makes it. When
	// that fails, the file is cut to off, or removed.
	WriteAt(path string, off int64, data []byte) error
	// ReadAt reads into data from off on, and returns io.EOF where the file ends before.
	ReadAt(path string, data []byte, off int64) (int, error)
	Remove(path string) error
}

// disk is the files of the file system. None is kept open, so that a thousand jobs need
// no thousand descriptors.
type disk struct{}

func (disk) WriteAt(path string, off int64, data []byte) error {
	flags := os.O_WRONLY | syscall.O_NOFOLLOW
	if off == 0 {
		flags |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, off)
	if err != nil {
		f.Truncate(off)
	}
	err = errors.Join(err, f.Close()) // some file systems only say here that they are full
	if err != nil {
		cut(path, off)
	}
	return err
}

// cut takes back what was written past off. Where that fails too, the next write goes to
// the same place, or under another name.
func cut(path string, off int64) {
	if off == 0 {
		os.Remove(path)
		return
	}
	os.Truncate(path, off)
}

func (disk) ReadAt(path string, data []byte, off int64) (int, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err := f.ReadAt(data, off)
	if n == len(data) && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (disk) Remove(path string) error { return os.Remove(path) }
