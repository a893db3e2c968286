package repl

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"marsh/jobs"
)

// Bounds of the history.
const (
	// MaxHistory is how many entries are kept.
	MaxHistory = 10000
	// maxEntry is the longest entry that is kept, in bytes.
	maxEntry = 64 << 10
	// maxHistoryFile is how much of the file's end is read, in bytes.
	maxHistoryFile = 16 << 20
)

// HistoryPath returns the file the history is in: marsh/history in the directory
// $XDG_STATE_HOME, or in ~/.local/state (XDG Base Directory Specification 0.8); ""
// when there is no home directory.
func HistoryPath() string {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "marsh", "history")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".local", "state", "marsh", "history")
}

// History is what was typed before, and the file it is kept in. Several shells may
// use one file at a time: each adds its entries to the end, and sees those of the
// others when it is started the next time.
type History struct {
	path    string
	mu      sync.Mutex
	entries []string // oldest first, guarded by mu
}

// OpenHistory reads the history from the file path, whose directory is made when it
// is missing (mode 0700; the file has 0600). When the file has grown past the
// bounds it is rewritten. Even with an error the History can be used: it then
// begins empty; one with no path is kept in memory alone.
func OpenHistory(ctx context.Context, path string) (*History, error) {
	h := &History{path: path}
	if path == "" {
		return h, jobs.Errorf(jobs.KindNotFound, "there is no home directory for it; set XDG_STATE_HOME")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return h, err
	}
	entries, err := loadHistory(ctx, path)
	h.entries = entries
	return h, err
}

// Entries returns the entries, oldest first. The caller must not change them.
func (h *History) Entries() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.entries[:len(h.entries):len(h.entries)]
}

// Add adds a statement to the history and its file, newlines and all. Not kept are
// those that begin with a blank, that repeat the one before, that are empty or
// longer than 64 KiB.
func (h *History) Add(ctx context.Context, text string) error {
	text = strings.TrimRight(text, " \t\n")
	if text == "" || text[0] == ' ' || text[0] == '\t' || len(text) > maxEntry {
		return nil
	}
	if !h.keep(text) || h.path == "" {
		return nil
	}
	return appendHistory(ctx, h.path, text)
}

// Takes text into the entries in memory, unless it repeats the last one.
func (h *History) keep(text string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(h.entries)
	if n > 0 && h.entries[n-1] == text {
		return false
	}
	if n >= MaxHistory {
		// What Entries returned stays as it is.
		h.entries = append([]string(nil), h.entries[n-MaxHistory+1:]...)
	}
	h.entries = append(h.entries, text)
	return true
}
