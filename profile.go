package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// maxProfile is how many bytes the start-up file may have.
const maxProfile = 1 << 20

// readProfile reads the start-up file; "" where there is none. One that others could
// have written is refused: it would run as the user.
func readProfile(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", shell.FileError("read", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", shell.FileError("read", path, err)
	}
	if err := trusted(path, info); err != nil {
		return "", err
	}
	if dir, err := os.Stat(filepath.Dir(path)); err == nil && dir.Mode().Perm()&0o022 != 0 && dir.Mode()&fs.ModeSticky == 0 {
		return "", jobs.Errorf(jobs.KindPermission, "others may write to %s; chmod go-w %[1]s", filepath.Dir(path))
	}
	text, err := io.ReadAll(io.LimitReader(f, maxProfile+1))
	if err != nil {
		return "", shell.FileError("read", path, err)
	}
	if len(text) > maxProfile {
		return "", jobs.Errorf(jobs.KindLimit, "%s is larger than %d MiB; move parts of it into files that it loads with dofile", path, maxProfile>>20)
	}
	return string(text), nil
}

// trusted reports why a file cannot be one that only its user writes.
func trusted(path string, info fs.FileInfo) error {
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.Mode().IsRegular():
		return jobs.Errorf(jobs.KindIO, "%s is not a file", path)
	case info.Mode().Perm()&0o022 != 0:
		return jobs.Errorf(jobs.KindPermission, "others may write to %s; chmod go-w %[1]s", path)
	case ok && owner.Uid != 0 && int(owner.Uid) != os.Geteuid():
		return jobs.Errorf(jobs.KindPermission, "%s belongs to another user; chown it", path)
	}
	return nil
}

// profile runs the start-up file, as if it were typed before the first line. What goes
// wrong in it is shown, and the prompt comes all the same; only exit in it ends the
// shell, with the status that leave then points at.
func (p *program) profile(ctx context.Context, sh *shell.Shell) (leave *int) {
	if p.noProfile {
		return nil
	}
	path := filepath.Join(configDir(), "init.lua")
	text, err := readProfile(path)
	if err != nil {
		fmt.Fprintf(p.stderr, "marsh: the start-up file was not read: %s\n", err)
		return nil
	}
	if text == "" {
		return nil
	}
	ctx, sig := interruptible(ctx)
	defer sig.release()
	out := p.printer(p.stdout, p.stderr)
	err = sh.Engine().Run(ctx, jobs.Script{Text: text, Name: path, Terminal: true}, out)
	n := sig.status()
	switch {
	case n != 0 && n != statusInterrupted:
		leave = new(n)
	case errors.Is(err, jobs.KindExit):
		leave = new(jobs.AsError(err).Status)
	case err != nil:
		e := *jobs.AsError(err)
		e.Msg = "the start-up file ended early: " + e.Error()
		e.Op = ""
		if ctx.Err() != nil {
			defer sh.Notify(e.Msg) // at the beginning of a row: the cursor stands behind the ^C, and perhaps more
		} else {
			out.Write(ctx, jobs.Record{Time: time.Now(), Stream: jobs.ErrorStream, Value: jobs.ErrorValue(&e)})
		}
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintf(p.stderr, "marsh: %s\n", err)
	}
	return leave
}
