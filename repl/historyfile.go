package repl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"marsh/jobs"
)

// lockRetry is how often the lock is tried.
const lockRetry = 10 * time.Millisecond

// Adds one entry, with one write.
func appendHistory(ctx context.Context, path string, e Entry) error {
	return locked(ctx, path, func() error {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		_, err = f.WriteString(e.encode())
		return errors.Join(err, f.Close())
	})
}

// Reads the newest MaxHistory entries, and drops the others from the file.
func loadHistory(ctx context.Context, path string) (entries []Entry, err error) {
	err = locked(ctx, path, func() error {
		data, cut, err := readTail(path, maxHistoryFile)
		if err != nil {
			return err
		}
		entries = parseHistory(data)
		if n := len(entries); n > MaxHistory {
			entries, cut = entries[n-MaxHistory:], true
		}
		if cut {
			return writeHistory(path, entries)
		}
		return nil
	})
	return entries, err
}

// Returns up to limit bytes of a file's end, from the beginning of a line on, and
// whether that is not all. A file that is not there is empty.
func readTail(path string, limit int64) (data []byte, cut bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	from := max(0, fi.Size()-limit)
	data, err = io.ReadAll(io.NewSectionReader(f, from, limit))
	if from > 0 {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	return data, from > 0, err
}

// Puts entries in the place of the file, all or nothing.
func writeHistory(path string, entries []Entry) error {
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(e.encode())
	}
	temp := path + ".new"
	if err := os.WriteFile(temp, []byte(b.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// Runs f while no other shell writes the file. The lock is on a file of its own,
// since the history file is replaced when it is rewritten. It is waited for until ctx
// ends.
func locked(ctx context.Context, path string, f func() error) error {
	lock, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() // lets go of the lock
	for {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return f()
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			return err
		}
		select {
		case <-ctx.Done():
			return jobs.Errorf(jobs.KindTimeout, "another shell has held %s.lock for too long", path)
		case <-time.After(lockRetry):
		}
	}
}
