package shell

import (
	"path/filepath"
	"strings"

	"marsh/jobs"
)

// expandWord expands ~ and the pattern characters of a bare word. A pattern that
// matches nothing is an error.
func (e *Engine) expandWord(w string) ([]string, error) {
	typed := w
	if w == "~" || strings.HasPrefix(w, "~/") {
		w = e.home() + w[1:]
	}
	if !strings.ContainsAny(w, "*?[") {
		return []string{w}, nil
	}
	pattern := w
	if !filepath.IsAbs(w) {
		pattern = filepath.Join(globQuote(e.Dir()), w)
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindUsage, "%q is not a pattern (quote it to pass it as it is)", typed)
	}
	found = dropHidden(found, w)
	if len(found) == 0 {
		return nil, jobs.Errorf(jobs.KindNotFound, "no file matches %s (quote it to pass it as it is)", typed)
	}
	if !filepath.IsAbs(w) {
		for i, f := range found {
			if found[i], err = filepath.Rel(e.Dir(), f); err != nil {
				found[i] = f
			}
		}
	}
	return found, nil
}

// globQuote quotes the pattern characters of a directory's name.
func globQuote(dir string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(dir)
}

// dropHidden leaves out names that begin with a dot, unless the pattern does.
func dropHidden(names []string, pattern string) []string {
	if strings.HasPrefix(filepath.Base(pattern), ".") {
		return names
	}
	out := names[:0]
	for _, n := range names {
		if !strings.HasPrefix(filepath.Base(n), ".") {
			out = append(out, n)
		}
	}
	return out
}
