package lua

import (
	"os"

	lua "github.com/yuin/gopher-lua"
)

// Sets or returns the file that io.read reads: io.input([file or name]).
func ioInput(l *lua.LState) int { return standardFile(l, &stateOf(l).input, "r") }

// Sets or returns the file that io.write writes to: io.output([file or name]).
func ioOutput(l *lua.LState) int {
	s := stateOf(l)
	if l.Get(1) == lua.LNil && s.output == nil {
		l.Push(l.GetField(l.GetField(s.l.G.Global, "io"), "stdout"))
		return 1
	}
	return standardFile(l, &s.output, "w")
}

func standardFile(l *lua.LState, at **file, mode string) int {
	s := stateOf(l)
	switch l.Get(1).(type) {
	case *lua.LNilType:
	case *lua.LUserData:
		*at = checkFile(l, 1)
		if (*at).std == "stdout" {
			*at = nil
		}
	default:
		name := checkString(l, 1)
		f, err := s.open(name, mode)
		if err != nil {
			l.RaiseError("%s: %s", name, cause(err))
		}
		*at = f
	}
	if *at == nil {
		l.Push(lua.LNil)
	} else {
		l.Push(s.newFile(*at))
	}
	return 1
}

// Closes a file, or the one that io.write writes to.
func ioClose(l *lua.LState) int {
	s := stateOf(l)
	if l.GetTop() > 0 || s.output == nil {
		return fileClose(l)
	}
	f := s.output
	s.output = nil
	return pushDone(l, "close", f.close())
}

// Makes a file without a name, for reading and writing.
func ioTmpfile(l *lua.LState) int {
	f, err := os.CreateTemp("", "lua-")
	if err == nil {
		err = os.Remove(f.Name())
	}
	if err != nil {
		return pushDone(l, "tmpfile", err)
	}
	s := stateOf(l)
	l.Push(s.newFile(s.keep(&file{s: s, f: f})))
	return 1
}
