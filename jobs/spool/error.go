package spool

import (
	"errors"
	"io/fs"
	"syscall"

	"marsh/jobs"
)

// transient are errors that may be gone in a moment, without anybody changing what
// anybody may do.
var transient = []error{
	syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EINTR, syscall.EAGAIN,
	syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT, syscall.ENOLCK, errTaken,
}

func isTransient(err error) bool {
	for _, t := range transient {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}

// homeless is the error for a directory that cannot be made: of kind KindUnsupported
// where that is not for the moment only.
func homeless(root string, err error) error {
	if isTransient(err) {
		return cannotStore(root, err)
	}
	return jobs.Errorf(jobs.KindUnsupported, "there is no spool on disk in %q: %w", root, cause(err))
}

// cannotStore is the error of a write that failed: what is full, or what else is wrong.
// It is tried again.
func cannotStore(root string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return jobs.Errorf(jobs.KindIO, "the disk of %s is full (%w); room on it is found within 30 seconds", root, cause(err))
	case errors.Is(err, syscall.EDQUOT):
		return jobs.Errorf(jobs.KindIO, "the user's quota on the disk of %s is full (%w); room on it is found within 30 seconds", root, cause(err))
	}
	return jobs.Errorf(jobs.KindIO, "what it wrote cannot be stored in %s (%w); it is tried again within 30 seconds", root, cause(err))
}

// cause returns the error without the name of the file, which is a number of ours.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
