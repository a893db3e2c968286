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

// timeFields are the fields of a time, which is in local time.
var timeFields = map[string]func(t time.Time) float64{
	"year":   func(t time.Time) float64 { return float64(t.Year()) },
	"month":  func(t time.Time) float64 { return float64(t.Month()) },
	"day":    func(t time.Time) float64 { return float64(t.Day()) },
	"hour":   func(t time.Time) float64 { return float64(t.Hour()) },
	"minute": func(t time.Time) float64 { return float64(t.Minute()) },
	"second": func(t time.Time) float64 { return float64(t.Second()) },
	"unix":   func(t time.Time) float64 { return float64(t.UnixNano()) / 1e9 },
}

// Finds a field in any letter case; min and sec are what os.date calls them.
func timeField(l *lua.LState) int {
	name := strings.ToLower(l.CheckString(2))
	switch name {
	case "min":
		name = "minute"
	case "sec":
		name = "second"
	}
	field, ok := timeFields[name]
	if !ok {
		return 0
	}
	l.Push(lua.LNumber(field(checkTime(l, 1).Local())))
	return 1
}

// Returns n seconds as a duration, cut at the longest there is (292 years).
func seconds(n float64) time.Duration {
	const most = float64(1<<63 - 1025)
	return time.Duration(max(min(n*float64(time.Second), most), -most))
}
