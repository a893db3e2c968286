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
	if err == nil {
		fn.Env = l.Env
	} else {
		l.Push(lua.LNil)
		l.Push(lua.LString(err.Error()))
		return 2
	}
	l.Push(fn)
	return 1
}

func loadString(l *lua.LState) int {
	text := l.CheckString(1)
	return pushLoaded(l, text, l.OptString(2, text))
}

func loadLoad(l *lua.LState) int {
	if str, ok := l.Get(1).(lua.LString); ok {
		return pushLoaded(l, string(str), l.OptString(2, string(str)))
	}
	fn := l.CheckFunction(1)
	var b strings.Builder
	for {
		l.Push(fn)
		l.Call(0, 1)
		piece := l.Get(-1)
		l.Pop(1)
		if piece == lua.LNil || piece == lua.LString("") {
			break
		}
		if !lua.LVCanConvToString(piece) {
			l.RaiseError("reader function must return a string")
		}
		b.WriteString(text(l, piece))
		checkLength(l, b.Len())
	}
	return pushLoaded(l, b.String(), l.OptString(2, "=(load)"))
}

func loadFile(l *lua.LState) int {
	name := l.CheckString(1)
	text, err := stateOf(l).readFile(name)
	if err != nil {
		l.Push(lua.LNil)
		l.Push(lua.LString(err.Error()))
		return 2
	}
	return pushLoaded(l, text, "@"+name)
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
