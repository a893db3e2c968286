package shell

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell/lua"
)

// convert brings an argument to the parameter's type, and refuses what the declaration
// does not allow. Its errors begin with the parameter's name.
func (p *Param) convert(a lua.Arg) (reflect.Value, error) {
	if p.Kind == "job" && p.typ == reflect.TypeFor[jobs.List]() {
		return reflect.ValueOf(wholeList(a)), nil
	}
	v, err := convert(a, p.typ)
	if err == nil {
		v, err = p.allow(v)
	}
	if err != nil {
		return v, jobs.Errorf(jobs.KindUsage, "%s: %w", p.Name, err)
	}
	return v, nil
}

// allow checks a value against the enumeration and the bounds, where there are any, and
// returns it as the enumeration spells it.
func (p *Param) allow(v reflect.Value) (reflect.Value, error) {
	if len(p.Values) > 0 {
		return p.oneOf(v)
	}
	if p.Min == nil && p.Max == nil {
		return v, nil
	}
	n := number(v)
	if (p.Min == nil || n >= *p.Min) && (p.Max == nil || n <= *p.Max) {
		return v, nil
	}
	return v, jobs.Errorf(jobs.KindUsage, "%s is out of range; it can be %s", jobs.Text(n), p.Range())
}

// Range returns the bounds of a number as text, such as "1 to 100"; "" where there are
// none.
func (p *Param) Range() string {
	switch {
	case p.Min != nil && p.Max != nil:
		return jobs.Text(*p.Min) + " to " + jobs.Text(*p.Max)
	case p.Min != nil:
		return jobs.Text(*p.Min) + " or more"
	case p.Max != nil:
		return jobs.Text(*p.Max) + " or less"
	}
	return ""
}

// oneOf returns a word, or each of a list, as the enumeration spells it.
func (p *Param) oneOf(v reflect.Value) (reflect.Value, error) {
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			one, err := p.oneOf(v.Index(i))
			if err != nil {
				return v, err
			}
			v.Index(i).Set(one)
		}
		return v, nil
	}
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	text := ""
	if v.IsValid() {
		text = jobs.Text(v.Interface())
	}
	i := slices.IndexFunc(p.Values, func(w string) bool { return strings.EqualFold(w, text) })
	if i < 0 {
		return v, jobs.Errorf(jobs.KindUsage, "%q is not one of %s", text, strings.Join(p.Values, ", "))
	}
	if v.Kind() == reflect.String {
		return reflect.ValueOf(p.Values[i]), nil
	}
	return v, nil
}

// number returns a converted value as a number, a time as seconds.
func number(v reflect.Value) float64 {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.Seconds()
	case int:
		return float64(x)
	case float64:
		return x
	case int64:
		return float64(x)
	}
	return 0
}

// convert brings an argument to the type of a field.
func convert(a lua.Arg, t reflect.Type) (reflect.Value, error) {
	switch t {
	case blockType:
		return convertBlock(a)
	case valueType:
		return valueOf(ArgValue(a), t), nil
	case reflect.TypeFor[jobs.List]():
		return reflect.ValueOf(argList(a)), nil
	case durationType:
		d, err := toDuration(ArgValue(a))
		return reflect.ValueOf(d), err
	case timeType:
		d, err := toTime(ArgValue(a))
		return reflect.ValueOf(d), err
	}
	switch t.Kind() {
	case reflect.Slice:
		return convertSlice(argList(a), t)
	case reflect.Pointer:
		v, err := scalar(ArgValue(a), t.Elem())
		if err != nil {
			return reflect.Zero(t), err
		}
		ptr := reflect.New(t.Elem())
		ptr.Elem().Set(v)
		return ptr, nil
	}
	return scalar(ArgValue(a), t)
}

// valueOf returns v as a reflect.Value of interface type t, also where v is nil.
func valueOf(v jobs.Value, t reflect.Type) reflect.Value {
	if v == nil {
		return reflect.Zero(t)
	}
	return reflect.ValueOf(v)
}

func convertBlock(a lua.Arg) (reflect.Value, error) {
	if a.Block != nil {
		return reflect.ValueOf(a.Block), nil
	}
	text, ok := ArgValue(a).(string)
	if !ok {
		return reflect.ValueOf((*Block)(nil)), jobs.Errorf(jobs.KindUsage, "a script block { … } is wanted, not %s", typeName(ArgValue(a)))
	}
	return reflect.ValueOf(&Block{Text: text, Line: 1, Name: "block"}), nil
}

func convertSlice(list jobs.List, t reflect.Type) (reflect.Value, error) {
	out := reflect.MakeSlice(t, 0, len(list))
	for _, e := range list {
		v, err := scalar(e, t.Elem())
		if err != nil {
			return out, err
		}
		out = reflect.Append(out, v)
	}
	return out, nil
}

// scalar converts a value to bool, string, int or float64.
func scalar(v jobs.Value, t reflect.Type) (reflect.Value, error) {
	var err error
	var out any
	switch t.Kind() {
	case reflect.Bool:
		out, err = toBool(v)
	case reflect.Int:
		out, err = toInt(v)
	case reflect.Float64:
		out, err = toFloat(v)
	default:
		out = jobs.Text(v)
	}
	if err != nil {
		return reflect.Zero(t), err
	}
	return reflect.ValueOf(out), nil
}

func toBool(v jobs.Value) (bool, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case nil:
		return false, nil
	case string:
		if b, err := strconv.ParseBool(strings.TrimPrefix(strings.ToLower(v), "$")); err == nil {
			return b, nil
		}
	}
	return false, jobs.Errorf(jobs.KindUsage, "%q is not $true or $false", jobs.Text(v))
}

func toInt(v jobs.Value) (int, error) {
	switch v := v.(type) {
	case int64:
		return int(v), nil
	case string:
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil {
			return n, nil
		}
	}
	return 0, jobs.Errorf(jobs.KindUsage, "%q is not a whole number", jobs.Text(v))
}

func toFloat(v jobs.Value) (float64, error) {
	switch v := v.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case string:
		if n, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return n, nil
		}
	}
	return 0, jobs.Errorf(jobs.KindUsage, "%q is not a number", jobs.Text(v))
}

// toDuration reads seconds, as a number or as text such as "1.5", "90s" or "2h".
func toDuration(v jobs.Value) (time.Duration, error) {
	if s, ok := v.(string); ok {
		if d, err := time.ParseDuration(s); err == nil {
			return d, nil
		}
	}
	f, err := toFloat(v)
	if err != nil || f > 1e9 || f < -1e9 || f != f {
		return 0, jobs.Errorf(jobs.KindUsage, "%q is not a time in seconds (or 90s, 5m, 2h)", jobs.Text(v))
	}
	return time.Duration(f * float64(time.Second)), nil
}

// timeLayouts are the ways to write a time, most exact first; without a zone it is
// local time.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "15:04:05", "15:04"}

// toTime reads a time; a time of day alone is today's, a span ("2h") is that long ago.
func toTime(v jobs.Value) (time.Time, error) {
	if t, ok := v.(time.Time); ok {
		return t, nil
	}
	text := jobs.Text(v)
	for _, layout := range timeLayouts {
		t, err := time.ParseInLocation(layout, text, time.Local)
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			now := time.Now()
			t = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
		}
		return t, nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return time.Now().Add(-d), nil
	}
	return time.Time{}, jobs.Errorf(jobs.KindUsage, "%q is not a time (2006-01-02 15:04:05, 15:04, or 2h for two hours ago)", text)
}

// typeName names a value's type for messages.
func typeName(v jobs.Value) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case bool:
		return "a truth value"
	case int64, float64:
		return "a number"
	case string:
		return "a text"
	case []byte:
		return "bytes"
	case time.Time:
		return "a time"
	case *jobs.Map:
		if v.Type != "" {
			return "a " + v.Type
		}
		return "a map"
	}
	return "a list"
}
