package lua

import (
	"errors"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

func (s *State) packageTable() lua.LValue {
	t := s.l.NewTable()
	loaded := s.l.NewTable()
	for name := range s.lib.tables {
		loaded.RawSetString(name, s.l.GetField(s.base, name))
	}
	loaded.RawSetString("_G", s.l.G.Global)
	loaded.RawSetString("package", t)
	t.RawSetString("loaded", loaded)
	t.RawSetString("preload", s.l.NewTable())
	t.RawSetString("cpath", lua.LString(""))
	t.RawSetString("seeall", goFunction(seeAll))
	s.modulePath = s.defaultPath()
	t.RawSetString("path", lua.LString(s.modulePath))
	return t
}

// defaultPath is where modules are looked for: beside the running script, and in the
// user's folder of settings, marsh/lua in $XDG_CONFIG_HOME or ~/.config.
func (s *State) defaultPath() string {
	folders := []string{s.folder}
	if s.folder == "" {
		folders[0] = "."
	}
	if config := s.configFolder(); config != "" {
		folders = append(folders, filepath.Join(config, "marsh", "lua"))
	}
	var parts []string
	for _, f := range folders {
		parts = append(parts, f+"/?.lua", f+"/?/init.lua")
	}
	return strings.Join(parts, ";")
}

func (s *State) configFolder() string {
	if s.opt.Getenv == nil {
		return ""
	}
	if dir, ok := s.opt.Getenv("XDG_CONFIG_HOME"); ok && filepath.IsAbs(dir) {
		return dir
	}
	if home, ok := s.opt.Getenv("HOME"); ok && filepath.IsAbs(home) {
		return filepath.Join(home, ".config")
	}
	return ""
}

// beside makes the folder of a script the one where modules are looked for first. A
// path that the user has set stays.
func (s *State) beside(script string) {
	s.folder = filepath.Dir(s.path(script))
	t, ok := s.base.RawGetString("package").(*lua.LTable)
	if !ok || t.RawGetString("path") != lua.LString(s.modulePath) {
		return
	}
	s.modulePath = s.defaultPath()
	t.RawSetString("path", lua.LString(s.modulePath))
}

// isLoading stands in package.loaded for a module that is being loaded.
var isLoading = &lua.LUserData{Value: "loading", Metatable: lua.LNil}

// Loads a module once: from package.preload, or from a file along package.path.
// Relative paths are seen from the working directory.
func require(l *lua.LState) int {
	s, name := stateOf(l), checkString(l, 1)
	pkg := l.GetField(s.l.G.Global, "package")
	loaded, ok := l.GetField(pkg, "loaded").(*lua.LTable)
	if !ok {
		l.RaiseError("package.loaded is not a table")
	}
	v := loaded.RawGetString(name)
	if v == isLoading {
		l.RaiseError("loop or previous error loading module '%s'", name)
	}
	if lua.LVAsBool(v) {
		l.Push(v)
		return 1
	}
	fn := s.module(l, pkg, name)
	loaded.RawSetString(name, isLoading)
	s.callLoaded(l, fn, 1, lua.LString(name))
	l.Push(moduleValue(loaded, name, l.Get(-1)))
	return 1
}

// Keeps what a module returned, or true where that is nothing and it has set nothing.
func moduleValue(loaded *lua.LTable, name string, v lua.LValue) lua.LValue {
	if v == lua.LNil {
		v = loaded.RawGetString(name)
	}
	if v == isLoading {
		v = lua.LTrue
	}
	loaded.RawSetString(name, v)
	return v
}

// Finds the loader of a module, or raises an error that lists where it looked.
func (s *State) module(l *lua.LState, pkg lua.LValue, name string) *lua.LFunction {
	if fn, ok := l.GetField(l.GetField(pkg, "preload"), name).(*lua.LFunction); ok {
		return fn
	}
	path, ok := l.GetField(pkg, "path").(lua.LString)
	if !ok {
		l.RaiseError("'package.path' must be a string")
	}
	var tried []string
	for p := range strings.SplitSeq(string(path), ";") {
		file := strings.ReplaceAll(p, "?", strings.ReplaceAll(name, ".", "/"))
		fn, err := s.fileFunction(file)
		if err == nil {
			return fn
		}
		if !errors.Is(err, jobs.KindNotFound) {
			raise(l, err)
		}
		tried = append(tried, file)
	}
	raise(l, jobs.Errorf(jobs.KindNotFound, "module '%s' not found; looked for %s", name, strings.Join(tried, ", ")))
	return nil
}
