package shell

import (
	"errors"
	"io/fs"

	"marsh/jobs"
)

// FileError says what could not be done to which file, and why: "cannot read x: no
// such file or directory". Its kind is KindNotFound, KindPermission, KindLimit or
// KindIO.
func FileError(op, path string, err error) error {
	kind := jobs.KindIO
	switch {
	case errors.Is(err, fs.ErrNotExist):
		kind = jobs.KindNotFound
	case errors.Is(err, fs.ErrPermission):
		kind = jobs.KindPermission
	case errors.Is(err, jobs.KindLimit):
		kind = jobs.KindLimit
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return jobs.Errorf(kind, "cannot %s %s: %w", op, path, err)
}
