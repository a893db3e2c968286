package lua

import (
	"errors"
	"os"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

func osFunctions() map[string]lua.LGFunction {
	return map[string]lua.LGFunction{
		"clock": osClock, "date": osDate, "difftime": osDifftime, "execute": osExecute, "exit": osExit,
		"getenv": osGetenv, "setenv": osSetenv, "remove": osRemove, "rename": osRename, "time": osTime,
		"tmpname": osTmpname, "setlocale": func(*lua.LState) int { return 0 },
	}
}

// The processor time of this process cannot be told apart by script: clock counts
// real seconds from an arbitrary start.
func osClock(l *lua.LState) int {
	l.Push(lua.LNumber(float64(time.Now().UnixNano()) / 1e9))
	return 1
}

func osDifftime(l *lua.LState) int {
	l.Push(lua.LNumber(checkTime(l, 1).Sub(checkTime(l, 2)).Seconds()))
	return 1
}

// Runs a line with /bin/sh: its output goes to the output stream. Returns the status
// as C's system does: the exit status times 256.
func osExecute(l *lua.LState) int {
	if l.Get(1) == lua.LNil {
		l.Push(lua.LNumber(1))
		return 1
	}
	s, line := stateOf(l), checkString(l, 1)
	p := &Pipeline{Line: currentLine(l), Text: "!" + line, Stages: []Stage{{Kind: ShellLine, Name: line}}}
	_, err := s.exec(l, p)
	status := 0
	if e := jobs.AsError(err); e != nil {
		if e.Kind != jobs.KindExitStatus {
			return raise(l, err)
		}
		status = e.Status
	}
	l.Push(lua.LNumber(status << 8))
	return 1
}

// Leaves the shell: os.exit([status]).
func osExit(l *lua.LState) int {
	status := 0
	switch v := l.Get(1).(type) {
	case lua.LNumber:
		status = int(v)
	case lua.LBool:
		status = btoi(!bool(v))
	}
	e := jobs.Errorf(jobs.KindExit, "exit %d", status)
	e.Status = status
	return raise(l, e)
}

func osGetenv(l *lua.LState) int {
	s := stateOf(l)
	if s.opt.Getenv != nil {
		if v, ok := s.opt.Getenv(checkString(l, 1)); ok {
			return pushString(l, v)
		}
	}
	l.Push(lua.LNil)
	return 1
}

func osSetenv(l *lua.LState) int {
	l.SetTop(2)
	l.Insert(lua.LNil, 1)
	return envSet(l)
}

// Reads $env:NAME: __index of the environment.
func envGet(l *lua.LState) int {
	l.Remove(1)
	return osGetenv(l)
}

// Sets $env:NAME; nil removes it.
func envSet(l *lua.LState) int {
	s := stateOf(l)
	if s.opt.Setenv == nil {
		return raise(l, jobs.Errorf(jobs.KindUnsupported, "the environment cannot be changed here"))
	}
	name := checkString(l, 2)
	if l.Get(3) == lua.LNil {
		s.opt.Setenv(name, nil)
		return 0
	}
	v, err := s.wordText(l, l.Get(3))
	if err != nil {
		return raise(l, err)
	}
	s.opt.Setenv(name, &v)
	return 0
}

// Pushes true, or nil and why a file operation failed.
func pushDone(l *lua.LState, name string, err error) int {
	if err == nil {
		l.Push(lua.LTrue)
		return 1
	}
	l.Push(lua.LNil)
	l.Push(lua.LString(name + ": " + cause(err).Error()))
	return 2
}

func osRemove(l *lua.LState) int {
	name := checkString(l, 1)
	return pushDone(l, name, os.Remove(stateOf(l).path(name)))
}

func osRename(l *lua.LState) int {
	s, from, to := stateOf(l), checkString(l, 1), checkString(l, 2)
	return pushDone(l, from, os.Rename(s.path(from), s.path(to)))
}

// Makes an empty file with a name of its own and returns the name.
func osTmpname(l *lua.LState) int {
	f, err := os.CreateTemp("", "lua-")
	if err != nil {
		return raise(l, jobs.Errorf(jobs.KindIO, "cannot make a temporary file: %w", err))
	}
	name := f.Name()
	if err := f.Close(); err != nil {
		return raise(l, errors.Join(err, os.Remove(name)))
	}
	return pushString(l, name)
}

func osTime(l *lua.LState) int {
	t := time.Now()
	switch v := l.Get(1).(type) {
	case *lua.LTable:
		t = timeOfFields(l, v)
	case *lua.LNilType:
	default:
		t = checkTime(l, 1)
	}
	l.Push(lua.LNumber(t.Unix()))
	return 1
}

func timeOfFields(l *lua.LState, t *lua.LTable) time.Time {
	field := func(name string, def int) int {
		if n, ok := number(t.RawGetString(name)); ok {
			return int(n)
		}
		if def < 0 {
			l.RaiseError("field '%s' missing in date table", name)
		}
		return def
	}
	return time.Date(field("year", -1), time.Month(field("month", -1)), field("day", -1),
		field("hour", 12), field("min", 0), field("sec", 0), 0, time.Local)
}

func osDate(l *lua.LState) int {
	format, t := l.OptString(1, "%c"), time.Now()
	if l.Get(2) != lua.LNil {
		t = checkTime(l, 2)
	}
	format, utc := strings.CutPrefix(format, "!")
	if utc {
		t = t.UTC()
	} else {
		t = t.Local()
	}
	if strings.HasPrefix(format, "*t") {
		l.Push(dateTable(l, t))
		return 1
	}
	return pushString(l, strftime(t, format))
}

func dateTable(l *lua.LState, t time.Time) *lua.LTable {
	out := l.NewTable()
	for name, n := range map[string]int{
		"year": t.Year(), "month": int(t.Month()), "day": t.Day(), "hour": t.Hour(), "min": t.Minute(), "sec": t.Second(),
		"wday": int(t.Weekday()) + 1, "yday": t.YearDay(),
	} {
		out.RawSetString(name, lua.LNumber(n))
	}
	out.RawSetString("isdst", lua.LBool(t.IsDST()))
	return out
}

// strftime writes a time by C's conversions, in the C locale.
func strftime(t time.Time, format string) string {
	layouts := map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan", 'c': "Mon Jan _2 15:04:05 2006", 'd': "02",
		'D': "01/02/06", 'e': "_2", 'F': "2006-01-02", 'H': "15", 'I': "03", 'j': "002", 'm': "01", 'M': "04", 'n': "\n",
		'p': "PM", 'R': "15:04", 'S': "05", 't': "\t", 'T': "15:04:05", 'x': "01/02/06", 'X': "15:04:05", 'y': "06",
		'Y': "2006", 'z': "-0700", 'Z': "MST",
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c != '%' || i+1 == len(format) {
			b.WriteByte(c)
			continue
		}
		i++
		switch layout, ok := layouts[format[i]]; {
		case ok:
			b.WriteString(t.Format(layout))
		case format[i] == 'w':
			b.WriteByte('0' + byte(t.Weekday()))
		case format[i] == '%':
			b.WriteByte('%')
		default:
			b.WriteString(format[i-1 : i+1])
		}
	}
	return b.String()
}

// Waits: sleep(seconds).
func sleep(l *lua.LState) int {
	t := time.NewTimer(seconds(float64(l.CheckNumber(1))))
	defer t.Stop()
	ctx := contextOf(l)
	err := stateOf(l).wait(func() error {
		select {
		case <-t.C:
			return nil
		case <-ctx.Done():
			return stopped(ctx)
		}
	})
	if err != nil {
		return raise(l, err)
	}
	return 0
}
