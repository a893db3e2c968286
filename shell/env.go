package shell

import (
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"marsh/jobs"
)

// Dir returns the engine's working directory.
func (e *Engine) Dir() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.dir
}

// SetDir makes dir, as seen from the current one, the working directory; "-" is the
// one before.
func (e *Engine) SetDir(dir string) error {
	if dir == "-" {
		e.mu.Lock()
		dir = e.oldDir
		e.mu.Unlock()
		if dir == "" {
			return jobs.Errorf(jobs.KindState, "there is no directory to go back to")
		}
	}
	path := e.path(dir)
	info, err := os.Stat(path)
	if err != nil {
		return FileError("go to", path, err)
	}
	if !info.IsDir() {
		return jobs.Errorf(jobs.KindNotFound, "%s is not a directory", path)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.oldDir, e.dir = e.dir, path
	return nil
}

// path returns p, absolute as seen from the engine's directory, ~ expanded.
func (e *Engine) path(p string) string { return cleanPath(e.Dir(), e.home(), p) }

// home returns the user's home directory.
func (e *Engine) home() string {
	if h, ok := e.Getenv("HOME"); ok && h != "" {
		return h
	}
	if u, err := user.Current(); err == nil {
		return u.HomeDir
	}
	return "/"
}

// ShortDir returns the working directory as the prompt shows it, with ~ for home.
func (e *Engine) ShortDir() string {
	dir, home := e.Dir(), filepath.Clean(e.home())
	if dir == home {
		return "~"
	}
	if rest, ok := strings.CutPrefix(dir, home+"/"); ok && home != "/" {
		return "~/" + rest
	}
	return dir
}

// Environ returns the engine's environment, for a program. The caller must not
// change it.
func (e *Engine) Environ() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.env
}

// Getenv returns a variable of the engine's environment.
func (e *Engine) Getenv(name string) (string, bool) {
	env := e.Environ()
	for i := len(env) - 1; i >= 0; i-- {
		if k, v, _ := strings.Cut(env[i], "="); k == name {
			return v, true
		}
	}
	return "", false
}

// setenv sets a variable of the engine's environment; nil removes it.
func (e *Engine) setenv(name string, value *string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	env := slices.DeleteFunc(slices.Clone(e.env), func(kv string) bool {
		k, _, _ := strings.Cut(kv, "=")
		return k == name
	})
	if value != nil {
		env = append(env, name+"="+*value)
	}
	e.env = env
}

// lookProgram finds the program that word names: a path, or a name in the
// directories of PATH.
func (e *Engine) lookProgram(word string) (string, error) {
	if strings.Contains(word, "/") {
		path := e.path(word)
		if isProgram(path) {
			return path, nil
		}
		return "", jobs.Errorf(jobs.KindNotFound, "%s: no such program, or not executable", word)
	}
	if word != "" {
		path, _ := e.Getenv("PATH")
		for dir := range strings.SplitSeq(path, ":") {
			if p := e.inPath(dir, word); isProgram(p) {
				return p, nil
			}
		}
	}
	return "", jobs.Errorf(jobs.KindNotFound, "%s: no such program in PATH", word)
}

// inPath returns the name of a file in a directory of PATH.
func (e *Engine) inPath(dir, name string) string {
	if !strings.HasPrefix(dir, "/") {
		dir = cleanPath(e.Dir(), e.home(), dir)
	}
	return filepath.Join(dir, name)
}

// Most of what is asked for is not there: unix.Stat, unlike os.Stat, says so for nothing.
func isProgram(path string) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil && uint32(st.Mode)&unix.S_IFMT == unix.S_IFREG && st.Mode&0o111 != 0
}
