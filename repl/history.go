package repl

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"marsh/jobs"
)

// Bounds of the history.
const (
	// MaxHistory is how many entries are kept.
	MaxHistory = 10000
	// HistoryWait is how long the prompt waits for another shell's writing.
	HistoryWait = 5 * time.Second
	// maxEntry is the longest entry that is kept, in bytes.
	maxEntry = 64 << 10
	// maxHistoryFile is how much of the file's end is read, in bytes.
	maxHistoryFile = 16 << 20
)

// HistoryPath returns the file the history is in: marsh/history in the directory
// $XDG_STATE_HOME, or in .local/state of the home directory (XDG Base Directory
// Specification 0.8); "" when that is not known.
func HistoryPath(home string) string {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "marsh", "history")
	}
	if !filepath.IsAbs(home) {
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
	entries []Entry  // oldest first, guarded by mu
	texts   []string // theirs, guarded by mu
	last    int      // the latest number, guarded by mu
}

// OpenHistory reads the history from the file path, whose directory is made when it
// is missing (mode 0700; the file has 0600). When the file has grown past the
// bounds it is rewritten. Even with an error the History can be used: it then
// begins empty; one with no path is kept in memory alone. Another shell's writing is
// waited for until ctx ends, here as in Add and Remove; then the kind is KindTimeout.
func OpenHistory(ctx context.Context, path string) (*History, error) {
	h := &History{path: path}
	if path == "" {
		return h, jobs.Errorf(jobs.KindNotFound, "there is no home directory for it; set XDG_STATE_HOME")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return h, err
	}
	entries, err := loadHistory(ctx, path)
	for _, e := range entries {
		h.put(e)
	}
	return h, err
}

// Texts returns the texts of the entries, oldest first. The caller must not change
// them.
func (h *History) Texts() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.texts[:len(h.texts):len(h.texts)]
}

// Entries returns the entries, oldest first. The caller must not change them.
func (h *History) Entries() []Entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.entries[:len(h.entries):len(h.entries)]
}

// Add adds an entry to the history and its file, newlines and all; its number is given
// here. Not kept are those whose text begins with a blank, is empty, or longer than
// 64 KiB. One that repeats the entry before takes its place, and is not written
// again. One that seems to hold a secret ([HoldsSecret]) can be recalled in this
// shell, and is not written.
func (h *History) Add(ctx context.Context, e Entry) error {
	e.Text = strings.TrimRight(e.Text, " \t\n")
	if e.Text == "" || e.Text[0] == ' ' || e.Text[0] == '\t' || len(e.Text) > maxEntry {
		return nil
	}
	if !h.keep(e) || h.path == "" || HoldsSecret(e.Text) {
		return nil
	}
	return appendHistory(ctx, h.path, e)
}

// Takes e into the entries in memory; reports false when it repeats the last one.
func (h *History) keep(e Entry) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(h.entries)
	if n > 0 && h.entries[n-1].Text == e.Text {
		e.ID = h.entries[n-1].ID
		// What Entries returned stays as it is.
		h.entries = append(h.entries[:n-1:n-1], e)
		return false
	}
	h.put(e)
	return true
}

// Adds e under the next number; h.mu is held, or nobody else has h yet.
func (h *History) put(e Entry) {
	h.last++
	e.ID = h.last
	if n := len(h.entries); n >= MaxHistory {
		h.entries = append([]Entry(nil), h.entries[n-MaxHistory+1:]...)
		h.texts = append([]string(nil), h.texts[n-MaxHistory+1:]...)
	}
	h.entries = append(h.entries, e)
	h.texts = append(h.texts, e.Text)
}

// Remove removes the entries with these numbers, and in the file all that have the
// text of one of them; with no numbers it removes everything.
func (h *History) Remove(ctx context.Context, ids ...int) error {
	gone := h.drop(ids)
	if h.path == "" || len(ids) > 0 && len(gone) == 0 {
		return nil
	}
	return locked(ctx, h.path, func() error {
		if len(ids) == 0 {
			return writeHistory(h.path, nil)
		}
		data, _, err := readTail(h.path, maxHistoryFile)
		if err != nil {
			return err
		}
		var rest []Entry
		for _, e := range parseHistory(data) {
			if !gone[e.Text] {
				rest = append(rest, e)
			}
		}
		return writeHistory(h.path, rest)
	})
}

// Takes entries out of memory, all where no numbers are given; returns their texts.
func (h *History) drop(ids []int) map[string]bool {
	wanted := make(map[int]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	gone := map[string]bool{}
	var entries []Entry
	var texts []string
	for _, e := range h.entries {
		if len(ids) == 0 || wanted[e.ID] {
			gone[e.Text] = true
			continue
		}
		entries, texts = append(entries, e), append(texts, e.Text)
	}
	h.entries, h.texts = entries, texts
	return gone
}
