package builtin

import (
	"os"
	"path/filepath"
	"strings"

	"marsh/shell/syntax"
)

// first offers what a statement can begin with: commands, programs, paths, and what
// Lua can begin with.
func (k *completer) first() {
	switch {
	case k.w.Quote != 0:
		k.luaString()
	case strings.Contains(k.w.Word, "/") || k.w.Word == "~":
		k.files(program)
	case strings.ContainsAny(k.w.Word, ".:["):
		k.lua()
	default:
		k.commandNames()
		if k.w.Word != "" {
			k.programs()
		}
		if !strings.Contains(k.w.Word, "-") { // what is behind it is no name of its own
			k.lua()
		}
	}
}

// commandNames offers the names of commands; an alias when nothing else begins so, as
// who knows it types it out.
func (k *completer) commandNames() {
	before := len(k.found)
	for _, cmd := range commands(k.c).All() {
		k.anyCase(cmd.Name, cmd.Synopsis)
	}
	if len(k.found) > before || k.w.Word == "" {
		return
	}
	for _, cmd := range commands(k.c).All() {
		for _, alias := range cmd.Names()[1:] {
			k.anyCase(alias, cmd.Name+": "+cmd.Synopsis)
		}
	}
}

// programs offers the programs on PATH whose names can begin a statement.
func (k *completer) programs() {
	path, _ := k.c.Engine.Getenv("PATH")
	looked := 0
	for dir := range strings.SplitSeq(path, ":") {
		dir = k.c.Path(dir)
		names := readNames(k.c.Ctx, dir)
		if looked += len(names); looked > maxLooked || k.c.Ctx.Err() != nil {
			return
		}
		for _, name := range names {
			if plainWord(name) && hasFoldedPrefix(name, k.w.Word) && executable(filepath.Join(dir, name)) {
				k.offer(candidate{text: name, help: "program", rank: 1})
			}
		}
	}
}

// executable reports whether a path is a program. It is asked of names only that fit.
func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// plainWord reports whether a name is read as one word where a statement begins, and
// not as Lua.
func plainWord(name string) bool {
	if luaKeywords[name] != "" {
		return false
	}
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+") == "" ||
		!strings.ContainsAny(name, wordMarks+"=:!@%^~") && !strings.HasPrefix(name, ".")
}

func hasFoldedPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// isProgram reports whether a first word is a program, or a path.
func (k *completer) isProgram(word string) bool {
	found, err := k.c.Meanings([]string{word})
	return strings.Contains(word, "/") || err == nil && found[0] == syntax.IsProgram
}

// shellLine offers what a word of a line for sh can be.
func (k *completer) shellLine() {
	k.w.Command = ""
	if len(k.w.Args) > 0 {
		k.w.Command, k.w.Args = k.w.Args[0], k.w.Args[1:]
		k.ofProgram()
		return
	}
	if strings.Contains(k.w.Word, "/") {
		k.files(program)
		return
	}
	k.programs()
}

// runners are programs whose first argument is a program.
var runners = map[string]bool{
	"sudo": true, "doas": true, "nohup": true, "env": true, "nice": true, "time": true, "xargs": true, "watch": true,
	"setsid": true, "timeout": true, "which": true, "man": true, "strace": true, "command": true, "exec": true,
}

// ofProgram offers what a program's argument can be: a file; for --name=value one
// behind the =.
func (k *completer) ofProgram() {
	if strings.HasPrefix(k.w.Word, "-") && k.w.Quote == 0 {
		name, value, ok := strings.Cut(k.w.Word, "=")
		if !ok {
			return
		}
		k.w.Word, k.w.Start = value, k.w.Start+len(name)+1
	}
	if runners[k.w.Command] && len(k.w.Args) == 0 && k.w.Word != "" {
		k.programs()
	}
	k.files(anyFile)
}
