package lua

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// maxLoads is how many files may load one another.
const maxLoads = 100

func loadFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"load": loadLoad, "loadstring": loadString, "loadfile": loadFile, "dofile": doFile, "require": require,
	}
}

// Pushes a loaded function, or nil and the message.
func pushLoaded(l *lua.LState, text, name string) int {
	fn, err := stateOf(l).loadAny(text, chunkName(name))
	if err != nil {
		l.Push(lua.LNil)
		l.Push(lua.LString(err.Error()))
		return 2
	}
	l.Push(fn)
	return 1
}

// Lua marks a chunk's name with = or @, or gives the source itself.
func chunkName(name string) string {
	if name != "" && (name[0] == '=' || name[0] == '@') {
		return name[1:]
	}
	if len(name) > 60 || strings.Contains(name, "\n") {
		return "[string]"
	}
	return name
}

func loadString(l *lua.LState) int {
	return pushLoaded(l, l.CheckString(1), l.OptString(2, "[string]"))
}

func loadLoad(l *lua.LState) int {
	if str, ok := l.Get(1).(lua.LString); ok {
		return pushLoaded(l, string(str), l.OptString(2, "[string]"))
	}
	fn := l.CheckFunction(1)
	var b strings.Builder
	for {
		l.Push(fn)
		l.Call(0, 1)
		piece := l.Get(-1)
		l.Pop(1)
		if str, ok := piece.(lua.LString); !ok || str == "" {
			break
		}
		b.WriteString(string(piece.(lua.LString)))
		checkLength(l, b.Len())
	}
	return pushLoaded(l, b.String(), l.OptString(2, "[load]"))
}

func loadFile(l *lua.LState) int {
	name := l.CheckString(1)
	text, err := stateOf(l).readFile(name)
	if err != nil {
		l.Push(lua.LNil)
		l.Push(lua.LString(err.Error()))
		return 2
	}
	return pushLoaded(l, text, name)
}

func doFile(l *lua.LState) int {
	s, name := stateOf(l), l.CheckString(1)
	l.SetTop(0)
	fn, err := s.fileFunction(name)
	if err != nil {
		return raise(l, err)
	}
	s.callLoaded(l, fn, lua.MultRet)
	return l.GetTop()
}

func (s *State) fileFunction(name string) (*lua.LFunction, error) {
	text, err := s.readFile(name)
	if err != nil {
		return nil, err
	}
	return s.loadAny(text, name)
}

// Calls a loaded file.
func (s *State) callLoaded(l *lua.LState, fn *lua.LFunction, nret int, args ...lua.LValue) {
	if s.loads++; s.loads > maxLoads {
		s.loads--
		l.RaiseError("files load one another more than %d levels deep", maxLoads)
	}
	defer func() { s.loads-- }()
	l.Push(fn)
	for _, a := range args {
		l.Push(a)
	}
	l.Call(len(args), nret)
}

// Reads a file relative to the working directory.
func (s *State) readFile(name string) (string, error) {
	f, err := os.Open(s.path(name))
	if err != nil {
		return "", jobs.Errorf(jobs.KindNotFound, "cannot open %s: %w", name, cause(err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxReadBytes+1))
	if err != nil {
		return "", jobs.Errorf(jobs.KindIO, "cannot read %s: %w", name, cause(err))
	}
	if len(b) > maxReadBytes {
		return "", jobs.Errorf(jobs.KindLimit, "%s is too large to load: more than %d bytes", name, maxReadBytes)
	}
	return string(b), nil
}

// Returns why a file operation failed, without the path.
func cause(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	if le, ok := errors.AsType[*os.LinkError](err); ok {
		return le.Err
	}
	return err
}

func (s *State) path(name string) string {
	if filepath.IsAbs(name) || s.opt.Dir == nil {
		return name
	}
	return filepath.Join(s.opt.Dir(), name)
}

func (s *State) packageTable() lua.LValue {
	t := s.l.NewTable()
	t.RawSetString("loaded", s.l.NewTable())
	t.RawSetString("preload", s.l.NewTable())
	t.RawSetString("path", lua.LString("./?.lua;./?/init.lua"))
	return t
}

// Loads a module once: from package.preload, or from a file along package.path,
// relative to the working directory.
func require(l *lua.LState) int {
	s, name := stateOf(l), l.CheckString(1)
	pkg := l.GetField(s.l.G.Global, "package")
	loaded, ok := l.GetField(pkg, "loaded").(*lua.LTable)
	if !ok {
		l.RaiseError("package.loaded is not a table")
	}
	if v := loaded.RawGetString(name); v != lua.LNil {
		l.Push(v)
		return 1
	}
	fn := s.module(l, pkg, name)
	s.callLoaded(l, fn, 1, lua.LString(name))
	v := l.Get(-1)
	if v == lua.LNil {
		if v = loaded.RawGetString(name); v == lua.LNil {
			v = lua.LTrue
		}
	}
	loaded.RawSetString(name, v)
	l.Push(v)
	return 1
}

// Finds the loader of a module, or raises an error that lists where it looked.
func (s *State) module(l *lua.LState, pkg lua.LValue, name string) *lua.LFunction {
	if fn, ok := l.GetField(l.GetField(pkg, "preload"), name).(*lua.LFunction); ok {
		return fn
	}
	path := lua.LVAsString(l.GetField(pkg, "path"))
	var tried []string
	for p := range strings.SplitSeq(path, ";") {
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
