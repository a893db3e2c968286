package builtin

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// Returns the names that distributions give the file of a log.
func logFileNames(name string) []string {
	switch lower := strings.ToLower(name); lower {
	case "system":
		return []string{"syslog", "messages"}
	case "auth", "authpriv", "security":
		return []string{"auth.log", "secure"}
	case "kern", "kernel":
		return []string{"kern.log"}
	case "mail":
		return []string{"mail.log", "maillog"}
	case "cron":
		return []string{"cron.log", "cron"}
	default:
		return []string{name + ".log", name}
	}
}

// logFiles reads a log that is a file and its older, rotated ones.
type logFiles struct {
	root    string
	names   []string              // the first that is there is read
	problem func(err error) error // reports an error that does not end the reading
}

// Returns the paths that are looked for, for messages.
func (l logFiles) paths() string {
	var all []string
	for _, n := range l.names {
		all = append(all, filepath.Join(l.root, n))
	}
	return strings.Join(all, ", ")
}

// Reads the entries, newest first.
func (l logFiles) read(ctx context.Context, take func(logEntry) error) (bool, error) {
	for _, n := range l.names {
		files, err := generations(l.root, n)
		if err != nil {
			return false, err
		}
		if len(files) > 0 {
			return true, l.readAll(ctx, files, take)
		}
	}
	return false, nil
}

func (l logFiles) readAll(ctx context.Context, files []string, take func(logEntry) error) error {
	for _, path := range files {
		if err := l.readFile(ctx, path, take); err != nil {
			return err
		}
	}
	return nil
}

// Reads the entries of one file, newest first. A file that cannot be read is a
// problem, and the others are still read.
func (l logFiles) readFile(ctx context.Context, path string, take func(logEntry) error) error {
	f, err := openFile(ctx, path)
	if err != nil {
		return l.problem(err)
	}
	defer f.Close()
	var src io.ReaderAt = f
	size := f.info.Size()
	if strings.HasSuffix(path, ".gz") {
		data, err := gunzip(f)
		if err != nil {
			return l.problem(shell.FileError("read", path, err))
		}
		src, size = bytes.NewReader(data), int64(len(data))
	}
	failed, err := eachEntry(ctx, newBackward(src, size), f.info.ModTime(), take)
	if failed != nil {
		return l.problem(shell.FileError("read", path, failed))
	}
	return err
}

// Returns a log's files, newest first: name, name.1, name.2.gz… as logrotate(8)
// numbers them, or name-20260301 as it dates them.
func generations(root, name string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, shell.FileError("read", root, err)
	}
	type file struct {
		name string
		age  int
	}
	var files []file
	for _, e := range entries {
		if age, ok := generation(e.Name(), name); ok && !e.IsDir() {
			files = append(files, file{e.Name(), age})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.age, b.age) })
	var out []string
	for _, f := range files {
		out = append(out, filepath.Join(root, f.name))
	}
	return out, nil
}

// Says how old a file of the log is compared with the others: 0 is the current
// one, and a date counts backwards.
func generation(file, name string) (age int, ok bool) {
	rest, ok := strings.CutPrefix(file, name)
	if !ok {
		return 0, false
	}
	rest = strings.TrimSuffix(rest, ".gz")
	if rest == "" {
		return 0, file == name
	}
	n, err := strconv.Atoi(rest[1:])
	switch {
	case err != nil || n < 1:
		return 0, false
	case rest[0] == '.' && n < 1e6:
		return n, true
	case rest[0] == '-' && n > 1e7 && n < 1e8:
		return 1e8 - n, true
	}
	return 0, false
}

// Unpacks a file as a whole, since it is read from its end.
func gunzip(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, maxRaw+1))
	if err == nil && len(data) > maxRaw {
		err = jobs.Errorf(jobs.KindLimit, "it has more than %d MiB", maxRaw>>20)
	}
	return data, err
}

// Hands the entries to take. Lines that are no entry belong to the one before them
// in the file, which comes after them here. It returns why the lines could not be
// read, or why take or the context ended the reading.
func eachEntry(ctx context.Context, lines *backward, near time.Time, take func(logEntry) error) (failed, err error) {
	var f further
	for ctx.Err() == nil {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return err, nil
		}
		e, ok := parseSyslog(line, near)
		if !ok {
			f.add(line)
			continue
		}
		near = e.time
		e.message = f.behind(e.message)
		f = further{}
		if err := take(e); err != nil {
			return nil, err
		}
	}
	return nil, ctx.Err()
}

// maxFurther is how many bytes the lines without a time of their own may have that
// an entry is followed by; what is more is left out.
const maxFurther = 1 << 20

// further is such lines, the last one first.
type further struct {
	lines []string
	size  int
}

func (f *further) add(line string) {
	if f.size += len(line) + 1; line != "" && f.size <= maxFurther {
		f.lines = append(f.lines, line)
	}
}

// Returns an entry's message with the lines behind it.
func (f *further) behind(message string) string {
	slices.Reverse(f.lines)
	return strings.Join(append([]string{message}, f.lines...), "\n")
}
