package lua

import (
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
)

// Returns the argument as a time: a time object, or seconds since 1970.
func checkTime(l *lua.LState, n int) time.Time {
	switch v := l.Get(n).(type) {
	case *lua.LUserData:
		if t, ok := v.Value.(time.Time); ok {
			return t
		}
	case lua.LNumber:
		return unixTime(float64(v))
	}
	l.ArgError(n, "time expected")
	return time.Time{}
}

// Returns the time n seconds after 1970. What is past the year 9999 is cut there.
func unixTime(n float64) time.Time {
	const most = 253402300799
	n = max(min(n, most), -most)
	whole := int64(n)
	return time.Unix(whole, int64((n-float64(whole))*1e9))
}

func timeString(l *lua.LState) int {
	l.Push(lua.LString(jobs.Text(checkTime(l, 1))))
	return 1
}

func timeEqual(l *lua.LState) int {
	l.Push(lua.LBool(checkTime(l, 1).Equal(checkTime(l, 2))))
	return 1
}

func timeLess(l *lua.LState) int {
	l.Push(lua.LBool(checkTime(l, 1).Before(checkTime(l, 2))))
	return 1
}

func timeLessEqual(l *lua.LState) int {
	l.Push(lua.LBool(!checkTime(l, 1).After(checkTime(l, 2))))
	return 1
}

// A time less a time is seconds; less seconds, a time.
func timeSub(l *lua.LState) int {
	t := checkTime(l, 1)
	if n, ok := l.Get(2).(lua.LNumber); ok {
		l.Push(stateOf(l).newTime(t.Add(-seconds(float64(n)))))
		return 1
	}
	l.Push(lua.LNumber(t.Sub(checkTime(l, 2)).Seconds()))
	return 1
}

// A time and seconds, in any order, is a time.
func timeAdd(l *lua.LState) int {
	t, n := 1, 2
	if _, ok := l.Get(1).(lua.LNumber); ok {
		t, n = 2, 1
	}
	l.Push(stateOf(l).newTime(checkTime(l, t).Add(seconds(float64(l.CheckNumber(n))))))
	return 1
}

// The fields of a time, in local time and any letter case.
func timeField(l *lua.LState) int {
	t := checkTime(l, 1).Local()
	var v float64
	switch strings.ToLower(l.CheckString(2)) {
	case "year":
		v = float64(t.Year())
	case "month":
		v = float64(t.Month())
	case "day":
		v = float64(t.Day())
	case "hour":
		v = float64(t.Hour())
	case "minute", "min":
		v = float64(t.Minute())
	case "second", "sec":
		v = float64(t.Second())
	case "unix":
		v = float64(t.UnixNano()) / 1e9
	default:
		return 0
	}
	l.Push(lua.LNumber(v))
	return 1
}

// Returns n seconds as a duration, cut at the longest there is (292 years).
func seconds(n float64) time.Duration {
	const most = float64(1<<63 - 1025)
	return time.Duration(max(min(n*float64(time.Second), most), -most))
}
