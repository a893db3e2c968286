package spool

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// placePattern is the form of the names of placeName.
var placePattern = regexp.MustCompile(`^[a-zA-Z0-9._]+-[0-9]+-[0-9a-f]{12}$`)

// Sweep removes from dir the spools of shells of this user that do not live any more, and
// returns how many it removed. Other files stay, and so do spools whose shell lives. It
// stops between two of them when ctx ends.
//
// Where the directory may be shared with other machines, only this one's spools are
// looked at, because not every shared file system shares its locks. Elsewhere the name
// says nothing: it may be that of a container that had the same directory.
func Sweep(ctx context.Context, dir string) int { return sweep(ctx, dir, isLocal(dir)) }

func sweep(ctx context.Context, dir string, local bool) int {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	swept := 0
	for _, e := range entries {
		if ctx.Err() != nil {
			break
		}
		ours := local || strings.HasPrefix(e.Name(), hostName()+"-")
		if ours && e.IsDir() && placePattern.MatchString(e.Name()) {
			swept += sweepOne(filepath.Join(dir, e.Name()))
		}
	}
	return swept
}

// sweepOne removes one shell's directory if that shell died: then its lock is free.
func sweepOne(dir string) int {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || !mine(info) {
		return 0
	}
	p, err := lockPlace(dir)
	if err != nil {
		return 0
	}
	if p.remove() != nil {
		return 0
	}
	return 1
}
