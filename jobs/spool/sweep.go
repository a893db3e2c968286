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

// Sweep removes from dir the spools of shells of this user, on this machine, that do not
// live any more, and returns how many it removed. Other files stay; so do spools whose
// shell lives, and those of other machines that share the directory, because not every
// shared file system shares its locks. It stops between two of them when ctx ends.
func Sweep(ctx context.Context, dir string) int {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	swept := 0
	for _, e := range entries {
		if ctx.Err() != nil {
			break
		}
		if e.IsDir() && placePattern.MatchString(e.Name()) && strings.HasPrefix(e.Name(), hostName()+"-") {
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
