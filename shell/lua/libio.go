package lua

import (
	"bytes"
	"context"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

func ioFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"open": ioOpen, "popen": ioPopen, "lines": ioLines, "write": ioWrite, "read": ioRead, "close": ioClose, "type": ioType,
		"input": ioInput, "output": ioOutput, "tmpfile": ioTmpfile,
	}
}

func (s *State) newFile(f *file) *lua.LUserData {
	if s.kept.file == nil {
		s.kept.file = s.meta(map[string]lua.LGFunction{
			"__tostring": func(l *lua.LState) int { return pushString(l, "file") },
		})
		s.kept.file.RawSetString("__index", metaOf(map[string]lua.LGFunction{
			"close": fileClose, "lines": fileLines, "read": fileRead, "write": fileWrite, "seek": fileSeek,
			"flush": fileFlush, "setvbuf": fileFlush,
		}))
	}
	return &lua.LUserData{Value: f, Metatable: s.kept.file}
}

func (s *State) addStandardFiles(t *lua.LTable) {
	t.RawSetString("stdout", s.newFile(&file{s: s, std: "stdout"}))
	t.RawSetString("stderr", s.newFile(&file{s: s, std: "stderr"}))
}

func checkFile(l *lua.LState, n int) *file {
	if f, ok := l.CheckUserData(n).Value.(*file); ok {
		return f
	}
	l.ArgError(n, "file expected")
	return nil
}

func ioOpen(l *lua.LState) int {
	s, name := stateOf(l), checkString(l, 1)
	f, err := s.open(name, l.OptString(2, "r"))
	if err != nil {
		return pushDone(l, name, err)
	}
	l.Push(s.newFile(f))
	return 1
}

func ioPopen(l *lua.LState) int {
	s, line := stateOf(l), checkString(l, 1)
	f, err := s.popen(contextOf(l), line, l.OptString(2, "r"))
	if err != nil {
		return pushDone(l, line, err)
	}
	l.Push(s.newFile(f))
	return 1
}

func ioType(l *lua.LState) int {
	ud, _ := l.Get(1).(*lua.LUserData)
	if ud == nil {
		return 0
	}
	f, ok := ud.Value.(*file)
	switch {
	case !ok:
		return 0
	case f.gone != nil:
		return pushString(l, "closed file")
	}
	return pushString(l, "file")
}

func ioLines(l *lua.LState) int {
	s, name := stateOf(l), checkString(l, 1)
	f, err := s.open(name, "r")
	if err != nil {
		return raise(l, jobs.Errorf(jobs.KindNotFound, "cannot open %s: %w", name, cause(err)))
	}
	return pushLines(l, f, true)
}

func fileLines(l *lua.LState) int { return pushLines(l, checkFile(l, 1), false) }

// Pushes a function that gives the next line each time.
func pushLines(l *lua.LState, f *file, closeAtEnd bool) int {
	l.Push(goFunction(func(l *lua.LState) int {
		line, ok, err := f.readLine()
		if err != nil {
			return raise(l, jobs.Errorf(jobs.KindIO, "cannot read: %w", cause(err)))
		}
		if ok {
			return pushString(l, line)
		}
		if closeAtEnd {
			_ = f.close() // it was only read
		}
		l.Push(lua.LNil)
		return 1
	}))
	return 1
}

// Reads from the file that io.input has set: scripts have no standard input of their
// own.
func ioRead(l *lua.LState) int {
	if s := stateOf(l); s.input != nil {
		return readItems(l, s.input, 1)
	}
	l.Push(lua.LNil)
	return 1
}

func fileRead(l *lua.LState) int {
	f := checkFile(l, 1)
	if f.std != "" {
		return ioRead(l)
	}
	return readItems(l, f, 2)
}

// Reads the items that the arguments from number from on ask for, or a line.
func readItems(l *lua.LState, f *file, from int) int {
	top := l.GetTop()
	if top < from {
		return pushRead(l, f, lua.LString("*l"))
	}
	n := 0
	for i := from; i <= top; i++ {
		n += pushRead(l, f, l.Get(i))
		if l.Get(-1) == lua.LNil {
			break
		}
	}
	return n
}

// Reads one item of the format and pushes it, or nil at the end.
func pushRead(l *lua.LState, f *file, format lua.LValue) int {
	data, ok, err := "", false, error(nil)
	if n, isNumber := format.(lua.LNumber); isNumber {
		data, ok, err = f.readBytes(int(n))
	} else {
		switch strings.TrimPrefix(lua.LVAsString(format), "*") {
		case "a":
			data, err = f.readAll()
			ok = true
		case "n":
			return pushReadNumber(l, f)
		case "l":
			data, ok, err = f.readLine()
		default:
			l.ArgError(2, "invalid format")
		}
	}
	if err != nil {
		return raise(l, jobs.Errorf(jobs.KindIO, "cannot read: %w", cause(err)))
	}
	if !ok {
		l.Push(lua.LNil)
		return 1
	}
	return pushString(l, data)
}

// Reads a number, and the blanks before it.
func pushReadNumber(l *lua.LState, f *file) int {
	word := ""
	_ = f.slowly(func() error { word = f.readWord(); return nil }) // what cannot be read is no number
	if n, ok := parseNumber(word); ok {
		l.Push(lua.LNumber(n))
	} else {
		l.Push(lua.LNil)
	}
	return 1
}

// maxNumber is how many bytes a number that is read may have.
const maxNumber = 200

// readWord reads what stands before the next blank, and the blanks before it.
func (f *file) readWord() string {
	var word []byte
	for len(word) < maxNumber {
		b, err := f.r.ReadByte()
		if err != nil {
			break
		}
		if strings.IndexByte(spaces, b) >= 0 {
			if len(word) == 0 {
				continue
			}
			_ = f.r.UnreadByte() // always possible behind ReadByte
			break
		}
		word = append(word, b)
	}
	return string(word)
}

func ioWrite(l *lua.LState) int {
	s := stateOf(l)
	if s.output != nil {
		if err := writeArgs(l, s.output, 1); err != nil {
			return pushDone(l, "write", err)
		}
		l.Push(s.newFile(s.output))
		return 1
	}
	if err := writeArgs(l, &file{s: s, std: "stdout"}, 1); err != nil {
		return raise(l, err)
	}
	l.Push(l.GetField(l.GetField(stateOf(l).l.G.Global, "io"), "stdout"))
	return 1
}

func fileWrite(l *lua.LState) int {
	if err := writeArgs(l, checkFile(l, 1), 2); err != nil {
		return pushDone(l, "write", err)
	}
	l.Push(l.Get(1))
	return 1
}

func writeArgs(l *lua.LState, f *file, from int) error {
	for i := from; i <= l.GetTop(); i++ {
		if err := f.write(contextOf(l), checkString(l, i)); err != nil {
			return err
		}
	}
	return nil
}

func fileClose(l *lua.LState) int { return pushDone(l, "close", checkFile(l, 1).close()) }

// Files are not buffered when written.
func fileFlush(l *lua.LState) int {
	l.Push(lua.LTrue)
	return 1
}

func fileSeek(l *lua.LState) int {
	at, err := checkFile(l, 1).seek(l.OptString(2, "cur"), int64(optInt(l, 3, 0)))
	if err != nil {
		return pushDone(l, "seek", err)
	}
	l.Push(lua.LNumber(at))
	return 1
}

// writeText collects text and writes each line to the output as it ends.
func (s *State) writeText(ctx context.Context, text string) error {
	s.line = append(s.line, text...)
	for {
		line, rest, ok := bytes.Cut(s.line, []byte("\n"))
		if !ok && len(s.line) <= maxLineBytes {
			return nil
		}
		if err := s.writeValue(ctx, string(line)); err != nil {
			return err
		}
		s.line = rest
	}
}

// flush writes what was written of a line that has not ended.
func (s *State) flush(ctx context.Context) error {
	if len(s.line) == 0 {
		return nil
	}
	line := string(s.line)
	s.line = nil
	return s.writeValue(ctx, line)
}

func (s *State) writeError(ctx context.Context, text string) error {
	if s.opt.Write == nil {
		return nil
	}
	return s.opt.Write(ctx, jobs.Record{Stream: jobs.ErrorStream, Value: text})
}
