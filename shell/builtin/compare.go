package builtin

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
)

// Orders two values: values of different types by their type (nil, truth values,
// numbers, times, text, lists, maps), text by its letters and only then by their
// case.
func compare(a, b jobs.Value) int {
	if d := cmp.Compare(rank(a), rank(b)); d != 0 {
		return d
	}
	switch a := a.(type) {
	case bool:
		return cmp.Compare(truth(a), truth(b.(bool)))
	case int64, float64:
		return compareNumbers(a, b)
	case time.Time:
		return a.Compare(b.(time.Time))
	case jobs.List:
		return slices.CompareFunc(a, b.(jobs.List), compare)
	}
	return compareText(jobs.Text(a), jobs.Text(b))
}

func rank(v jobs.Value) int {
	switch v.(type) {
	case nil:
		return 0
	case bool:
		return 1
	case int64, float64:
		return 2
	case time.Time:
		return 3
	case string, []byte:
		return 4
	case jobs.List:
		return 5
	}
	return 6
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareNumbers(a, b jobs.Value) int {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(float(a), float(b))
}

func float(v jobs.Value) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	f, _ := v.(float64)
	return f
}

func compareText(a, b string) int {
	if d := strings.Compare(strings.ToLower(a), strings.ToLower(b)); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

// Reports whether a and b are equal as operators see it: regardless of letter
// case, and of whether a number or time was written as text.
func equal(a, b jobs.Value) bool {
	b = alike(b, a)
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return ok && strings.EqualFold(a, b)
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	}
	return compare(a, b) == 0
}

// Returns v as a value of the type that like has, where it can be read as one.
func alike(v, like jobs.Value) jobs.Value {
	if _, ok := like.(string); ok && v != nil {
		return jobs.Text(v)
	}
	text, ok := v.(string)
	if !ok {
		return v
	}
	switch like.(type) {
	case int64, float64:
		return number(text)
	case bool:
		if b, err := strconv.ParseBool(strings.ToLower(strings.TrimPrefix(text, "$"))); err == nil {
			return b
		}
	case time.Time:
		return instant(text)
	}
	return v
}

// Returns the number that text is, or text.
func number(text string) jobs.Value {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f
	}
	return text
}

// Returns the time that text is, in local time where it names no zone, or text.
func instant(text string) jobs.Value {
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t
		}
	}
	return text
}
