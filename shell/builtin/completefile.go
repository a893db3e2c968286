package builtin

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// fileKind says which files are offered.
type fileKind int

const (
	anyFile   fileKind = iota
	directory          // directories alone
	program            // what a statement can begin with: programs, and directories on the way to them
)

// Directories come before files.
const (
	rankDirectory = iota
	rankFile
)

// files offers the names of files; directories end in a slash. Those that begin with a
// dot are offered when the dot is typed.
func (k *completer) files(kind fileKind) {
	if k.w.Word == "~" {
		k.offer(candidate{text: "~/", help: "home"})
		return
	}
	dir, prefix := filepath.Split(k.w.Word)
	for _, e := range readDir(k.c.Ctx, k.c.Path(dir)) {
		name := e.Name()
		if !hasFoldedPrefix(name, prefix) || strings.HasPrefix(name, ".") && !strings.HasPrefix(prefix, ".") {
			continue
		}
		k.file(dir, prefix, e, kind)
	}
}

// file offers one entry of the directory dir, of which prefix is typed.
func (k *completer) file(dir, prefix string, e fs.DirEntry, kind fileKind) {
	isDir := e.IsDir()
	if path := k.c.Path(dir + e.Name()); e.Type()&fs.ModeSymlink != 0 {
		info, err := os.Stat(path)
		isDir = err == nil && info.IsDir()
	}
	if !isDir && (kind == directory || kind == program && !executable(k.c.Path(dir+e.Name()))) {
		return
	}
	show, rank := e.Name(), rankFile
	if isDir {
		show, rank = show+"/", rankDirectory
	}
	text := quoteWord(dir + show)
	if kind == program && (text != dir+show || strings.ContainsAny(text, "=:")) {
		return // a quoted text would be Lua where a statement begins
	}
	k.put(candidate{text: text, show: show, start: k.w.Start, rank: rank}, e.Name(), prefix)
}

// readDir returns the entries of a directory, a bounded number of them; none where it
// cannot be read.
func readDir(ctx context.Context, dir string) (all []fs.DirEntry) {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	for len(all) < maxLooked && ctx.Err() == nil {
		some, err := f.ReadDir(1024)
		if all = append(all, some...); err != nil {
			break
		}
	}
	return all
}

// readNames returns the names in a directory, a bounded number of them.
func readNames(ctx context.Context, dir string) (all []string) {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	for len(all) < maxLooked && ctx.Err() == nil {
		some, err := f.Readdirnames(1024)
		if all = append(all, some...); err != nil {
			break
		}
	}
	return all
}

// wordMarks are the characters that mean something in a word without quotes.
const wordMarks = " \t'\"$`\\;|&<>(){}*?[],#"

// quoteWord returns a file's name as it is typed: in quotes where it has characters in
// it that mean something, with the ~ of a home before them, and never like a parameter.
func quoteWord(name string) string {
	if strings.HasPrefix(name, "-") {
		name = "./" + name
	}
	if !strings.ContainsAny(name, wordMarks) {
		return name
	}
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		return "~/" + quoteWord(rest)
	}
	if !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + strings.NewReplacer(`"`, "`\"", "$", "`$", "`", "``", `\`, `\\`).Replace(name) + `"`
}
